import { stateArguments } from '../data-flow/state-input.ts';
import { outcomeOfResult } from '../data-flow/state-output.ts';
import type { StateGraph } from '../definition/state-definition.ts';
import { runConcurrently } from '../execution/concurrent-branches.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';

/** Parallel: runs every branch on the same input; the result is the array of their outputs. */
export async function parallelState(visit: StateVisit): Promise<StateOutcome> {
  const { history, runStates, test } = visit.setting;
  const branches = visit.state.Branches as readonly StateGraph[]; // validated with the definition
  const input = await stateArguments(visit);
  if (test?.mockedResult) return outcomeOfResult(visit, test.mockedResult());
  history.add(visit.thread, 'ParallelStateStarted');
  const result = await runConcurrently(visit, {
    count: branches.length,
    concurrency: branches.length,
    run: (branch, index) => runStates(branch, branches[index] as StateGraph, input), // index < count
  });
  history.add(visit.thread, 'ParallelStateSucceeded', undefined, { aside: true });
  return outcomeOfResult(visit, result);
}
