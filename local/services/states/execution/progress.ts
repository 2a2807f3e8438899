import { VariableScope } from './variable-scope.ts';

/** How far a run of states has come; a redrive goes on from here. */
export interface Progress {
  /** The state that is being worked on, or that ended the run. */
  at: Step | undefined;
  /** Where the run goes on, between two states. */
  next?: { readonly name: string; readonly input: unknown };
}

/** One state on its way. */
export interface Step {
  readonly name: string;
  readonly input: unknown;
  readonly enteredEventId: number;
  readonly previousEventId: number;
  readonly enteredTime: string;
  /** The branches or iterations inside the state, by number. */
  branches: BranchProgress[];
  /** The Map run that the state dispatched. */
  mapRunArn?: string;
}

/** One branch or iteration of a state. */
export interface BranchProgress {
  readonly progress: Progress;
  readonly scope: VariableScope;
  /** Set when it ended well: a redrive does not run it again. */
  done?: { readonly result: unknown };
}

/** The progress of a state's branch, made when it first runs. */
export function branchProgress(step: Step, index: number, outer: VariableScope): BranchProgress {
  const known = step.branches[index];
  if (known) return known;
  const fresh: BranchProgress = { progress: { at: undefined }, scope: new VariableScope(outer) };
  step.branches[index] = fresh;
  return fresh;
}
