import type { z } from 'zod';
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';

/** Parses the members of a request. @throws AwsError ValidationException that names the member */
export function parseInput<Output>(schema: z.ZodType<Output>, input: JsonObject): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const member = issue?.path.join('.') ?? '';
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: ${issue?.message}`,
  );
}
