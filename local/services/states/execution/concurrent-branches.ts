import type { EventThread } from './execution-history.ts';
import { branchProgress } from './progress.ts';
import type { Branch, StateVisit } from './state-visit.ts';

/** Branches or iterations that run side by side. */
export interface ConcurrentWork<Result> {
  readonly count: number;
  readonly concurrency: number;
  /** Runs one of them in a branch of its own. */
  run(branch: Branch, index: number): Promise<Result>;
  /** Whether a result is final: a redrive does not run what made it again. @default it is */
  isFinal?(result: Result): boolean;
}

/**
 * Runs branches, at most `concurrency` at a time, in the order of their numbers. The first failure ends the others, and
 * is thrown when they all have ended. Each branch has its own variables and its own thread through the history. What
 * ended well before a redrive is not run again.
 */
export async function runConcurrently<Result>(parent: StateVisit, work: ConcurrentWork<Result>): Promise<Result[]> {
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
        results[index] = await runOnce(parent, work, { index, signal, thread });
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

interface Turn {
  readonly index: number;
  readonly signal: AbortSignal;
  readonly thread: EventThread;
}

async function runOnce<Result>(parent: StateVisit, work: ConcurrentWork<Result>, turn: Turn): Promise<Result> {
  const { index, signal, thread } = turn;
  const own = branchProgress(parent.step, index, parent.scope);
  if (own.done) return own.done.result as Result; // the same work made it before
  const { progress, scope } = own;
  const result = await work.run({ ...parent, signal, thread, scope, progress }, index);
  if (work.isFinal?.(result) ?? true) own.done = { result };
  return result;
}
