import type { JsonObject } from '../cloud/service.ts';
import { exited, outOfMemory, timedOut } from '../invoke/environment-errors.ts';
import type { Fault } from './fault-plan.ts';

type CrashFault = Extract<Fault, { kind: 'crash' }>;

/** The time limit that a function is said to have run into: the engine knows the real one, the caller does not. */
const TIMEOUT_MS = 30_000;

/** Lambda's answer to `Invoke` when the environment died under the handler. */
export function crashedInvocation(requestId: string, { as = 'exit' }: CrashFault): JsonObject {
  const error =
    as === 'exit' ? exited(requestId, 1) : as === 'timeout' ? timedOut(requestId, TIMEOUT_MS) : outOfMemory(requestId);
  return { StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST', Payload: JSON.stringify(error) };
}

/** Asynchronous invocations run after `Invoke` was answered: there is nothing to crash under the call. */
export function runsAtOnce({ InvocationType = 'RequestResponse' }: JsonObject): boolean {
  return InvocationType === 'RequestResponse';
}
