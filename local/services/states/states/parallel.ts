import { stateArguments } from '../data-flow/state-input.ts';
import { outcomeOfResult } from '../data-flow/state-output.ts';
import type { StateGraph } from '../definition/state-definition.ts';
import { runBranches } from '../execution/concurrent-branches.ts';
import { noted } from '../execution/notes.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';

/** Parallel: runs every branch on the same input; the result is the array of their outputs. */
export async function parallelState(visit: StateVisit): Promise<StateOutcome> {
  const { history, runStates, test } = visit.setting;
  const branches = visit.state.Branches as readonly StateGraph[]; // validated with the definition
  const input = await noted(visit, 'input', async () => {
    const filled = await stateArguments(visit);
    history.add(visit.thread, 'ParallelStateStarted');
    return filled;
  });
  if (test?.mockedResult) return outcomeOfResult(visit, test.mockedResult());
  const result = await runBranches(visit, {
    count: branches.length,
    concurrency: branches.length,
    run: (branch, index) => runStates(branch, branches[index] as StateGraph, input), // index < count
  });
  history.add(visit.thread, 'ParallelStateSucceeded', undefined, { aside: true });
  return outcomeOfResult(visit, result);
}
