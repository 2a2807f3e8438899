/**
 * How far an execution has come. Two go on from here: a redrive, and a process that takes over from one that died.
 *
 * 1. Whenever a turn of the event loop ends, it says everything that has been done: what is only waited for (a moment, a
 *    worker, a child execution) is waited for again, and what has been lost with the process (a call that had not been
 *    answered) is done again.
 * 2. It agrees with the history: what stands there is not written there again by whoever takes over.
 * 3. A redrive forgets what the state had settled for itself, and goes back to where the state was entered.
 */
import type { EventThread } from './execution-history.ts';
import { VariableScope } from './variable-scope.ts';

/** A run of states: the whole execution, a branch, an iteration. */
export interface Progress extends EventThread {
  /** Its variables. */
  readonly scope: VariableScope;
  /** The state that is being worked on, or that ended the run. */
  at: Step | undefined;
  /** Where the run goes on, between two states. */
  next?: { readonly name: string; readonly input: unknown };
  /** Which of the lanes side by side it was begun in; absent as long as it was not. */
  lane?: number;
  /** Set when it ended well: it is not run again. */
  done?: { readonly result: unknown };
}

/** One state on its way. */
export interface Step {
  readonly name: string;
  readonly input: unknown;
  readonly enteredEventId: number;
  readonly previousEventId: number;
  readonly enteredTime: string;
  /** How often each retrier has had the state done again. */
  attempts: number[];
  /** When it is done again, after a failure. */
  retryAtMs?: number;
  /** What the present attempt has settled, under names of the state's own: plain JSON. */
  notes: Record<string, unknown>;
  /** The branches or iterations inside the state, by number. */
  branches: (Progress | undefined)[];
  /** The Map run that the state dispatched. */
  mapRunArn?: string;
}

/** Where an execution begins. */
export function rootProgress(scope: VariableScope = new VariableScope()): Progress {
  return { path: '', lastEventId: 0, scope, at: undefined };
}

/** A state that is being entered. */
export function newStep(entry: Omit<Step, 'attempts' | 'notes' | 'branches'>): Step {
  return { ...entry, attempts: [], notes: {}, branches: [] };
}

/** The progress of a state's branch, made when it first runs. */
export function branchProgress(outer: Progress, step: Step, index: number): Progress {
  const known = step.branches[index];
  if (known) return known;
  const path = outer.path === '' ? String(index) : `${outer.path}.${index}`;
  const fresh: Progress = { ...rootProgress(new VariableScope(outer.scope)), path };
  step.branches[index] = fresh;
  return fresh;
}

/** The branch of that path, if it is there. */
export function progressAt(root: Progress, path: string): Progress | undefined {
  let found: Progress | undefined = root;
  if (path === '') return found;
  for (const index of path.split('.')) found = found?.at?.branches[Number(index)];
  return found;
}

/** A run of states and every branch inside it, outer ones first. */
export function* progressWithin(progress: Progress): Generator<Progress> {
  yield progress;
  for (const branch of progress.at?.branches ?? []) if (branch) yield* progressWithin(branch);
}

/** Makes ready for a redrive. */
export function rewind(progress: Progress): void {
  const { at } = progress;
  delete progress.lane;
  if (!at) return;
  at.attempts = [];
  at.notes = {};
  delete at.retryAtMs;
  for (const branch of at.branches) if (branch) rewind(branch);
}
