import { AwsError } from '../../../cloud/aws-error.ts';
import { LARGEST_PAYLOAD_BYTES } from '../execution/payload-limit.ts';

/** The `input` of a request: JSON text of at most 256 KiB, `{}` when left out. @throws AwsError */
export function checkExecutionInput(input: unknown): string {
  const text = input === undefined || input === null ? '{}' : String(input);
  if (Buffer.byteLength(text) > LARGEST_PAYLOAD_BYTES) {
    const rule = `Member must have length less than or equal to ${LARGEST_PAYLOAD_BYTES}`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: ${rule}`,
    );
  }
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}
