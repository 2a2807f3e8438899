import { z } from 'zod';
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { EventInvokeConfig } from '../function-record.ts';
import type { ResolvedFunction } from '../function-store.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const NAMED = z.object({ FunctionName: z.string(), Qualifier: z.string().optional() });
const DESTINATION = z.object({ Destination: z.string().optional() }).optional();
const CONFIG_INPUT = NAMED.extend({
  MaximumRetryAttempts: z.number().int().min(0).max(2).optional(),
  MaximumEventAgeInSeconds: z.number().int().min(60).max(21_600).optional(),
  DestinationConfig: z.object({ OnSuccess: DESTINATION, OnFailure: DESTINATION }).optional(),
});

export const putFunctionEventInvokeConfig: LambdaOperation = lambda => input => {
  const request = parseInput(CONFIG_INPUT, input);
  const target = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  const config = {
    maximumRetryAttempts: request.MaximumRetryAttempts,
    maximumEventAgeSeconds: request.MaximumEventAgeInSeconds,
    onSuccessArn: request.DestinationConfig?.OnSuccess?.Destination,
    onFailureArn: request.DestinationConfig?.OnFailure?.Destination,
    lastModifiedMs: lambda.cloud.clock.now(),
  };
  target.record.eventInvokeConfigs.set(target.qualifier, config);
  lambda.functions.changed(target.record);
  return answer(target, config);
};

/** Keeps what the request does not name. */
export const updateFunctionEventInvokeConfig: LambdaOperation = lambda => input => {
  const request = parseInput(CONFIG_INPUT, input);
  const target = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  const current = target.record.eventInvokeConfigs.get(target.qualifier) ?? missing(target);
  const { OnSuccess: onSuccess, OnFailure: onFailure } = request.DestinationConfig ?? {};
  const config = {
    maximumRetryAttempts: request.MaximumRetryAttempts ?? current.maximumRetryAttempts,
    maximumEventAgeSeconds: request.MaximumEventAgeInSeconds ?? current.maximumEventAgeSeconds,
    onSuccessArn: onSuccess ? onSuccess.Destination : current.onSuccessArn,
    onFailureArn: onFailure ? onFailure.Destination : current.onFailureArn,
    lastModifiedMs: lambda.cloud.clock.now(),
  };
  target.record.eventInvokeConfigs.set(target.qualifier, config);
  lambda.functions.changed(target.record);
  return answer(target, config);
};

export const getFunctionEventInvokeConfig: LambdaOperation = lambda => input => {
  const request = parseInput(NAMED, input);
  const target = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  return answer(target, target.record.eventInvokeConfigs.get(target.qualifier) ?? missing(target));
};

export const deleteFunctionEventInvokeConfig: LambdaOperation = lambda => input => {
  const request = parseInput(NAMED, input);
  const target = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  if (!target.record.eventInvokeConfigs.delete(target.qualifier)) missing(target);
  lambda.functions.changed(target.record);
  return undefined;
};

function answer({ record, qualifier }: ResolvedFunction, config: EventInvokeConfig): JsonObject {
  return {
    FunctionArn: `${record.arn}:${qualifier}`,
    LastModified: config.lastModifiedMs / 1000,
    ...(config.maximumRetryAttempts === undefined ? {} : { MaximumRetryAttempts: config.maximumRetryAttempts }),
    ...(config.maximumEventAgeSeconds === undefined ? {} : { MaximumEventAgeInSeconds: config.maximumEventAgeSeconds }),
    DestinationConfig: {
      OnSuccess: config.onSuccessArn ? { Destination: config.onSuccessArn } : {},
      OnFailure: config.onFailureArn ? { Destination: config.onFailureArn } : {},
    },
  };
}

function missing({ record, qualifier }: ResolvedFunction): never {
  throw new AwsError(
    'ResourceNotFoundException',
    `The function ${record.arn}:${qualifier} doesn't have an EventInvokeConfig`,
    { status: 404, fields: { Type: 'User' } },
  );
}
