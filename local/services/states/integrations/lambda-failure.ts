import type { AwsError } from '../../../cloud/aws-error.ts';
import { StateFailure } from '../execution/state-failure.ts';
import { isJsonObject } from '../json-object.ts';
import { optimizedErrors } from './error-naming.ts';

/** How tasks name the errors of Lambda itself. */
export const lambdaErrors: (error: AwsError, requestId: string) => { error: string; cause: string } = optimizedErrors({
  prefix: 'Lambda',
  longName: 'AWSLambda',
  otherError: 'AWSLambdaException',
});

/** The answer of an Invoke whose function failed, as a task's failure: its `errorType` is the error's name. */
export function functionFailure(payloadText: string): StateFailure {
  const payload = parseOrUndefined(payloadText);
  if (isJsonObject(payload) && typeof payload.errorType === 'string') {
    return new StateFailure({ error: payload.errorType, cause: payloadText });
  }
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payloadText}`;
  return new StateFailure({ error: 'Lambda.Unknown', cause });
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
