import { StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import { functionFailure, lambdaErrors } from './lambda-failure.ts';
import { callService } from './service-call.ts';

/** A task whose resource is a function's ARN: the function gets the task's input and answers its result. */
export async function invokeFunction(visit: StateVisit, functionArn: string, input: unknown): Promise<unknown> {
  const { body } = await callService(visit, {
    service: 'lambda',
    operation: 'Invoke',
    input: { FunctionName: functionArn, Payload: JSON.stringify(input) },
    errors: lambdaErrors,
  });
  const payload = String(body.Payload ?? 'null');
  if (body.FunctionError !== undefined) throw functionFailure(payload);
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw new StateFailure({ error: 'States.Runtime', cause: `The function's answer is not JSON: ${payload}` }, error);
  }
}
