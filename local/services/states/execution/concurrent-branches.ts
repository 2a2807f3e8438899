import type { EventThread } from './execution-history.ts';
import type { Branch } from './state-visit.ts';
import { VariableScope } from './variable-scope.ts';

/** Branches or iterations that run side by side. */
export interface ConcurrentWork<Result> {
  readonly count: number;
  readonly concurrency: number;
  /** Runs one of them in a branch of its own. */
  run(branch: Branch, index: number): Promise<Result>;
}

/**
 * Runs branches, at most `concurrency` at a time, in the order of their numbers. The first failure ends the others, and
 * is thrown when they all have ended. Each branch has its own variables and its own thread through the history.
 */
export async function runConcurrently<Result>(parent: Branch, work: ConcurrentWork<Result>): Promise<Result[]> {
  const controller = new AbortController();
  const signal = AbortSignal.any([parent.signal, controller.signal]);
  const results: Result[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const startedAfter = parent.thread.lastEventId;
  const lane = async (thread: EventThread) => {
    while (next < work.count && !failure) {
      const index = next++;
      try {
        results[index] = await work.run({ ...parent, signal, thread, scope: new VariableScope(parent.scope) }, index);
      } catch (error) {
        if (failure) return;
        failure = { error };
        parent.thread.lastEventId = thread.lastEventId;
        controller.abort();
        return;
      }
    }
  };
  const lanes = Array.from({ length: Math.min(work.concurrency, work.count) }, () => ({ lastEventId: startedAfter }));
  await Promise.all(lanes.map(lane));
  if (failure) throw (failure as { readonly error: unknown }).error; // assigned in the closure above
  parent.thread.lastEventId = Math.max(startedAfter, ...lanes.map(thread => thread.lastEventId));
  return results;
}
