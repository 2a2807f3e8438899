import type { JsonObject } from '../../../cloud/service.ts';
import type { Ending, Execution } from '../execution.ts';
import type { StatesEngine } from '../states-engine.ts';
import { announceEnd } from './execution-news.ts';
import { BranchAborted, errorOutput, StateFailure } from './state-failure.ts';

/** The states have come to an end, and this is their output as JSON text. */
export function succeed(execution: Execution, output: string): void {
  execution.status = 'SUCCEEDED';
  execution.output = output;
  execution.progress.at = undefined;
  execution.history.close(execution.progress, 'ExecutionSucceeded', { output, outputDetails: { truncated: false } });
}

/** The states have thrown. */
export function fail(execution: Execution, error: unknown): void {
  if (error instanceof BranchAborted) {
    endEarly(execution, execution.ending ?? { status: 'ABORTED' });
    return;
  }
  const failure =
    error instanceof StateFailure ? errorOutput(error) : { Error: 'States.Runtime', Cause: String(error) };
  execution.status = 'FAILED';
  execution.history.close(
    execution.progress,
    'ExecutionFailed',
    keepError(execution, { error: failure.Error, cause: failure.Cause }),
  );
}

function endEarly(execution: Execution, ending: Ending): void {
  execution.status = ending.status;
  const type = ending.status === 'TIMED_OUT' ? 'ExecutionTimedOut' : 'ExecutionAborted';
  execution.history.close(execution.progress, type, keepError(execution, ending));
}

function keepError(execution: Execution, { error, cause }: Pick<Ending, 'error' | 'cause'>): JsonObject {
  if (error !== undefined) execution.error = error;
  if (cause !== undefined) execution.cause = cause;
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

/** An Express execution that no Map run dispatched cannot be asked for, so that nothing of it is kept. */
export function finish(engine: StatesEngine, execution: Execution): void {
  execution.stopDate = engine.cloud.clock.now() / 1000;
  delete execution.ending;
  engine.changes.outcome(execution.arn);
  if (execution.type === 'EXPRESS' && !execution.origin) engine.executions.delete(execution.arn);
  announceEnd(engine.cloud, execution);
}
