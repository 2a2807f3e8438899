import { z } from 'zod';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const NAMED = z.object({ FunctionName: z.string() });
const PUT_INPUT = NAMED.extend({ ReservedConcurrentExecutions: z.number().int().min(0) });

export const putFunctionConcurrency: LambdaOperation = lambda => input => {
  const { FunctionName, ReservedConcurrentExecutions } = parseInput(PUT_INPUT, input);
  lambda.concurrency.reserve(lambda.functions.get(FunctionName), ReservedConcurrentExecutions);
  return { ReservedConcurrentExecutions };
};

export const getFunctionConcurrency: LambdaOperation = lambda => input => {
  const { reservedConcurrency } = lambda.functions.get(parseInput(NAMED, input).FunctionName);
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
};

export const deleteFunctionConcurrency: LambdaOperation = lambda => input => {
  lambda.concurrency.reserve(lambda.functions.get(parseInput(NAMED, input).FunctionName), undefined);
  return undefined;
};
