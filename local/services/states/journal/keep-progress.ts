import {
  branchProgress,
  newStep,
  type Progress,
  progressAt,
  progressWithin,
  type Step,
} from '../execution/progress.ts';
import type { Execution } from '../execution.ts';
import type { StatesEngine } from '../states-engine.ts';
import { keyOf, splitKey } from './record-key.ts';

/** One branch; the branches inside it are records of their own. */
interface StoredProgress extends Pick<Progress, 'lastEventId' | 'next' | 'lane' | 'done'> {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly at?: StoredStep;
}

/** The input stands in the event of the entry. */
type StoredStep = Omit<Step, 'input' | 'branches'>;

/** Keeps how far Standard executions have come that run or can be redriven, branch by branch. */
export function keepProgress({ cloud, executions }: StatesEngine) {
  const touch = cloud.journal.keep<StoredProgress>({
    name: 'states/progress',
    *keys() {
      for (const execution of executions.values()) {
        if (!isKept(execution)) continue;
        for (const { path } of progressWithin(execution.progress)) yield keyOf(execution.arn, path);
      }
    },
    read: key => {
      const { arn, rest: path } = splitKey(key);
      const execution = executions.get(arn);
      const progress = execution && isKept(execution) ? progressAt(execution.progress, path) : undefined;
      return progress && storedProgress(progress);
    },
    restore: (key, stored) => {
      const { arn, rest: path } = splitKey(key);
      const execution = executions.get(arn);
      if (execution) restoreProgress(execution, path, stored);
    },
  });
  return (arn: string, path: string) => {
    if (executions.get(arn)?.type === 'STANDARD') touch(keyOf(arn, path));
  };
}

function isKept({ type, status }: Execution): boolean {
  return type === 'STANDARD' && status !== 'SUCCEEDED';
}

function storedProgress({ lastEventId, next, lane, done, at, scope }: Progress): StoredProgress {
  const variables = scope.own();
  return {
    lastEventId,
    ...(at ? { at: storedStep(at) } : next ? { next } : {}),
    ...(lane === undefined ? {} : { lane }),
    ...(done ? { done } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
  };
}

function storedStep({ input: _input, branches: _branches, ...step }: Step): StoredStep {
  return step;
}

function restoreProgress(execution: Execution, path: string, stored: StoredProgress): void {
  const { at, variables = {}, ...rest } = stored;
  const progress = placeOf(execution.progress, path);
  Object.assign(progress, rest);
  progress.scope.assign(variables);
  if (!at) return;
  const branches = progress.at?.branches ?? [];
  progress.at = { ...newStep(restoredEntry(execution, at)), ...at, branches };
}

function restoredEntry({ history }: Execution, { name, enteredEventId, previousEventId, enteredTime }: StoredStep) {
  return { name, input: history.valueIn(enteredEventId, 'input'), enteredEventId, previousEventId, enteredTime };
}

/** The branch of that path; what it is part of may come later, and is told of its branches then. */
function placeOf(root: Progress, path: string): Progress {
  let found = root;
  for (const index of path === '' ? [] : path.split('.')) {
    found.at ??= newStep(YET_TO_COME);
    found = branchProgress(found, found.at, Number(index));
  }
  return found;
}

const YET_TO_COME = { name: '', input: undefined, enteredEventId: 0, previousEventId: 0, enteredTime: '' };
