import { z } from 'zod';
import { functionConfiguration } from '../function-configuration.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const INPUT = z.object({ FunctionName: z.string(), Qualifier: z.string().optional() });

export const getFunction: LambdaOperation = lambda => input => {
  const request = parseInput(INPUT, input);
  const { record, version } = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  return {
    Configuration: functionConfiguration(record, version),
    Code: { RepositoryType: 'S3', Location: `file://${version.code.folder}` },
    ...(record.reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency } }),
  };
};

export const getFunctionConfiguration: LambdaOperation = lambda => input => {
  const request = parseInput(INPUT, input);
  const { record, version } = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  return functionConfiguration(record, version);
};
