import { z } from 'zod';
import { AwsError } from '../../../cloud/aws-error.ts';
import { FUNCTION_CODE, prepareCode } from '../function-code.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { parseFunctionName } from '../function-name.ts';
import type { FunctionRecord } from '../function-record.ts';
import { applySettings, defaultSettings, FUNCTION_SETTINGS } from '../function-settings.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const INPUT = FUNCTION_SETTINGS.extend({ FunctionName: z.string(), Role: z.string(), Code: FUNCTION_CODE });
const RUNTIME = /^nodejs\d+\.x$/;

export const createFunction: LambdaOperation = lambda => input => {
  const { cloud, functions } = lambda;
  const request = parseInput(INPUT, input);
  const { name } = parseFunctionName(request.FunctionName);
  if (functions.find(name)) {
    throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, {
      status: 409,
      fields: { Type: 'User' },
    });
  }
  if (!RUNTIME.test(request.Runtime ?? '')) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Cannot create function: the embedded cloud runs Node.js runtimes only, received ${request.Runtime}`,
    );
  }
  if (!request.Handler) {
    throw new AwsError(
      'InvalidParameterValueException',
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  const record: FunctionRecord = {
    name,
    arn: cloud.arn('lambda', `function:${name}`),
    latest: {
      version: '$LATEST',
      settings: applySettings(defaultSettings(name), request),
      code: prepareCode(cloud, request.Code),
      revisionId: cloud.ids.uuid(),
      lastModifiedMs: cloud.clock.now(),
    },
    lastVersion: 0,
    versions: new Map(),
    aliases: new Map(),
    reservedConcurrency: undefined,
    policy: new Map(),
    eventInvokeConfigs: new Map(),
  };
  functions.add(record);
  return functionConfiguration(record, record.latest);
};
