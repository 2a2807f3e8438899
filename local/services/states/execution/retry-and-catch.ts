import { type Catcher, catcherFor, outcomeOfCatcher } from '../data-flow/caught-error.ts';
import { pause } from './abort.ts';
import { progressWithin } from './progress.ts';
import { RetryPolicy } from './retry.ts';
import { locateFailure, StateFailure } from './state-failure.ts';
import type { StateOutcome, StateVisit } from './state-visit.ts';

/**
 * Does a state's work, again where a retrier says so, and hands its failure to a catcher where one is there.
 * @throws StateFailure located in this state, when nobody takes it
 */
export async function withRetryAndCatch(
  visit: StateVisit,
  attempt: () => Promise<StateOutcome>,
): Promise<StateOutcome> {
  const { step } = visit;
  const policy = new RetryPolicy(visit.state.Retry, step.attempts);
  const { clock, ids } = visit.setting.cloud;
  for (;;) {
    if (step.retryAtMs !== undefined) await beginAgain(visit, step.retryAtMs);
    try {
      return await attempt();
    } catch (error) {
      const failure = stateFailure(visit, error);
      const retry = policy.next(failure, () => ids.random());
      if (!retry) return await handOver(visit, failure);
      visit.retryCount++;
      step.retryAtMs = clock.now() + retry.delayMs;
      visit.setting.changed(visit.progress);
    }
  }
}

/** Waits until it is time, and forgets the attempt that failed: a retrier runs a whole state again. */
async function beginAgain(visit: StateVisit, atMs: number): Promise<void> {
  const { step, setting, signal } = visit;
  await pause(setting.cloud.clock, atMs - setting.cloud.clock.now(), signal);
  for (const progress of progressWithin(visit.progress)) setting.changed(progress);
  setting.countTransition();
  delete step.retryAtMs;
  step.notes = {};
  step.branches = [];
}

function stateFailure(visit: StateVisit, error: unknown): StateFailure {
  if (!(error instanceof StateFailure)) throw error;
  const failure = locateFailure(error, visit.name, visit.enteredEventId);
  if (error.failure.unlocated && failure.failure.location !== undefined) noteEvaluationFailure(visit, failure);
  return failure;
}

/** AWS notes the failure beside the entry into the state, unless something already happened inside (observed). */
function noteEvaluationFailure(visit: StateVisit, failure: StateFailure): void {
  const { history } = visit.setting;
  const { error, cause, location } = failure.failure;
  const untouched = visit.thread.lastEventId === visit.enteredEventId && visit.state.Type !== 'Wait';
  const details = { error, cause, location, state: visit.name };
  history.add(visit.thread, 'EvaluationFailed', details, untouched ? { previousEventId: visit.previousEventId } : {});
}

async function handOver(visit: StateVisit, failure: StateFailure): Promise<StateOutcome> {
  if (failure.failure.terminal) throw failure;
  const { Type } = visit.state;
  if (Type === 'Map' || Type === 'Parallel') visit.setting.history.add(visit.thread, `${Type}StateFailed`);
  const found = catcherFor(visit, failure);
  if (!found) throw failure;
  return caught(visit, failure, found.catcher);
}

async function caught(visit: StateVisit, failure: StateFailure, catcher: Catcher): Promise<StateOutcome> {
  try {
    return await outcomeOfCatcher(visit, failure, catcher);
  } catch (error) {
    throw stateFailure(visit, error);
  }
}
