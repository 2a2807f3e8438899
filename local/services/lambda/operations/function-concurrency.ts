import { z } from 'zod';
import type { LambdaOperation, LambdaParts } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const NAMED = z.object({ FunctionName: z.string() });
const PUT_INPUT = NAMED.extend({ ReservedConcurrentExecutions: z.number().int().min(0) });

export const putFunctionConcurrency: LambdaOperation = lambda => input => {
  const { FunctionName, ReservedConcurrentExecutions } = parseInput(PUT_INPUT, input);
  reserve(lambda, FunctionName, ReservedConcurrentExecutions);
  return { ReservedConcurrentExecutions };
};

export const getFunctionConcurrency: LambdaOperation = lambda => input => {
  const { reservedConcurrency } = lambda.functions.get(parseInput(NAMED, input).FunctionName);
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
};

export const deleteFunctionConcurrency: LambdaOperation = lambda => input => {
  reserve(lambda, parseInput(NAMED, input).FunctionName, undefined);
  return undefined;
};

function reserve({ functions, concurrency }: LambdaParts, functionName: string, count: number | undefined): void {
  const record = functions.get(functionName);
  concurrency.reserve(record, count);
  functions.changed(record);
}
