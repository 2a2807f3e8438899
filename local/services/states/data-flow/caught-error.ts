import { matchesError } from '../execution/error-match.ts';
import { errorOutput, type StateFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { type OutputFields, outcomeOfError } from './state-output.ts';

/** One entry of a state's `Catch`. */
export interface Catcher extends OutputFields {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

/** The first catcher that takes a failure. */
export function catcherFor(
  visit: StateVisit,
  failure: StateFailure,
): { readonly catcher: Catcher; readonly index: number } | undefined {
  if (failure.failure.terminal) return undefined;
  const catchers = (visit.state.Catch ?? []) as readonly Catcher[]; // validated with the definition
  const index = catchers.findIndex(candidate => matchesError(candidate.ErrorEquals, failure));
  const catcher = catchers[index];
  return catcher && { catcher, index };
}

/** What a catcher makes of a failure, and where it goes on. */
export async function outcomeOfCatcher(
  visit: StateVisit,
  failure: StateFailure,
  catcher: Catcher,
): Promise<StateOutcome> {
  return { ...(await outcomeOfError(visit, errorOutput(failure), catcher)), next: catcher.Next };
}
