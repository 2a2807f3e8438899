import type { StateFailure } from './state-failure.ts';

/** Whether one of the error names of a retrier or catcher means this failure. */
export function matchesError(names: readonly string[], failure: StateFailure): boolean {
  const { error, alias, terminal } = failure.failure;
  if (terminal) return false;
  return names.some(name => {
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return error !== 'States.Timeout';
    return name === error || (alias !== undefined && name === alias);
  });
}
