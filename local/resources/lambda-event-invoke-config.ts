import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const destination = z.strictObject({ Destination: z.string() }).optional();

const properties = z.strictObject({
  DestinationConfig: z.strictObject({ OnFailure: destination, OnSuccess: destination }).optional(),
  FunctionName: z.string(),
  MaximumEventAgeInSeconds: z.coerce.number().int().optional(),
  MaximumRetryAttempts: z.coerce.number().int().optional(),
  Qualifier: z.string(),
});

/** Retries and destinations of a function's asynchronous invocations. */
export const lambdaEventInvokeConfig = resourceType({
  type: 'AWS::Lambda::EventInvokeConfig',
  properties,
  change: 'put',
  async create(input, context) {
    await context.cloud.call({
      service: 'lambda',
      operation: 'PutFunctionEventInvokeConfig',
      input,
      principal: OPERATOR,
    });
    return { ref: context.physicalName() };
  },
  remove: ({ properties: { FunctionName, Qualifier } }, { cloud }) =>
    cloud.call({
      service: 'lambda',
      operation: 'DeleteFunctionEventInvokeConfig',
      input: { FunctionName, Qualifier },
      principal: OPERATOR,
    }),
});
