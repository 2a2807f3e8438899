import { effectiveInput } from '../data-flow/state-input.ts';
import { outcomeOfInput } from '../data-flow/state-output.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';

/** Succeed: ends the branch. */
export async function succeedState(visit: StateVisit): Promise<StateOutcome> {
  return outcomeOfInput(visit, effectiveInput(visit));
}
