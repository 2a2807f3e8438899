import { AwsError } from '../../../cloud/aws-error.ts';
import type { LambdaOperation } from '../lambda-parts.ts';

/** 6 MB. */
const LONGEST_REQUEST_BYTES = 6_291_456;
/** 1 MB. */
const LONGEST_EVENT_BYTES = 1_048_576;
const BYTES_PER_CHARACTER = 3;

/** `Payload` is JSON text. Callers inside the cloud write it themselves; what comes over the wire is checked there. */
export const invoke: LambdaOperation = lambda => async (input, call) => {
  const { FunctionName, Qualifier, InvocationType = 'RequestResponse', LogType } = input;
  const payload = typeof input.Payload === 'string' && input.Payload !== '' ? input.Payload : '{}';
  const target = lambda.functions.resolve(
    String(FunctionName),
    Qualifier === undefined ? undefined : String(Qualifier),
  );
  if (InvocationType === 'DryRun') return { StatusCode: 204 };
  if (InvocationType === 'Event') {
    checkSize(payload, LONGEST_EVENT_BYTES);
    lambda.asyncInvocations.accept({
      functionName: target.record.name,
      qualifier: target.qualifier,
      requestId: call.requestId,
      payload,
      acceptedAtMs: lambda.cloud.clock.now(),
    });
    return { StatusCode: 202 };
  }
  checkSize(payload, LONGEST_REQUEST_BYTES);
  const result = await lambda.run({ target, requestId: call.requestId, payload, keepLogTail: LogType === 'Tail' });
  return {
    StatusCode: 200,
    ExecutedVersion: result.executedVersion,
    Payload: result.payload,
    ...(result.functionError ? { FunctionError: result.functionError } : {}),
    ...(result.logTail === undefined ? {} : { LogResult: result.logTail }),
  };
};

function checkSize(payload: string, limitBytes: number): void {
  if (payload.length * BYTES_PER_CHARACTER <= limitBytes) return;
  const sizeBytes = Buffer.byteLength(payload);
  if (sizeBytes <= limitBytes) return;
  throw new AwsError(
    'RequestTooLargeException',
    `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
    { status: 413, fields: { Type: 'User' } },
  );
}
