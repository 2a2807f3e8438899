import { z } from 'zod';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const INPUT = z.object({ FunctionName: z.string() });

/** Deletes all versions. Mappings of the function stay, as on AWS, and fail from now on. */
export const deleteFunction: LambdaOperation = lambda => input => {
  const record = lambda.functions.get(parseInput(INPUT, input).FunctionName);
  lambda.concurrency.reserve(record, undefined);
  lambda.functions.delete(record);
  for (const { revisionId } of [record.latest, ...record.versions.values()]) lambda.host.retire(revisionId);
  return undefined;
};
