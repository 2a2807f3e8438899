import { branchProgress, type Progress } from './progress.ts';
import type { Branch, StateVisit } from './state-visit.ts';

/** Pieces of work, by number, that are done side by side. */
export interface ConcurrentWork<Result> {
  readonly count: number;
  readonly concurrency: number;
  /** The lane in which a piece was begun before, if it was. @default none was */
  laneOf?(index: number): number | undefined;
  run(index: number, lane: Lane): Promise<Result>;
}

/** One of the lines in which work is done piece after piece. */
export interface Lane {
  readonly number: number;
  /** Fires when what runs in the lane has to end. */
  readonly signal: AbortSignal;
}

/**
 * Does the pieces, at most `concurrency` at a time, in the order of their numbers; those that were begun before go on in
 * their lanes. The first failure ends the others, and is thrown when they all have ended.
 */
export async function runConcurrently<Result>(outer: AbortSignal, work: ConcurrentWork<Result>): Promise<Result[]> {
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  const results: Result[] = [];
  const queue = new WorkQueue(work);
  let failure: { readonly error: unknown } | undefined;
  const lane = async (number: number) => {
    for (let index = queue.take(number); index !== undefined && !failure; index = queue.take(number)) {
      try {
        results[index] = await work.run(index, { number, signal });
      } catch (error) {
        failure ??= { error };
        controller.abort();
        return;
      }
    }
  };
  const lanes = Array.from({ length: Math.min(work.concurrency, work.count) }, (_, number) => lane(number));
  await Promise.all(lanes);
  if (failure) throw (failure as { readonly error: unknown }).error; // assigned in the closure above
  return results;
}

/** Who does what next. */
class WorkQueue {
  readonly #work: Pick<ConcurrentWork<unknown>, 'count' | 'laneOf'>;
  readonly #begun = new Map<number, number[]>();
  #next = 0;

  constructor(work: Pick<ConcurrentWork<unknown>, 'count' | 'laneOf'>) {
    this.#work = work;
    for (let index = 0; index < work.count; index++) {
      const lane = work.laneOf?.(index);
      if (lane === undefined) continue;
      const begun = this.#begun.get(lane);
      if (begun) begun.push(index);
      else this.#begun.set(lane, [index]);
    }
  }

  take(lane: number): number | undefined {
    const begun = this.#begun.get(lane)?.shift();
    if (begun !== undefined) return begun;
    while (this.#next < this.#work.count) {
      const index = this.#next++;
      if (this.#work.laneOf?.(index) === undefined) return index;
    }
    return undefined;
  }
}

/** Branches or iterations of a state. */
export interface BranchWork<Result> {
  readonly count: number;
  readonly concurrency: number;
  /** Runs one of them in a branch of its own; `isBegun` when it only goes on. */
  run(branch: Branch, index: number, isBegun: boolean): Promise<Result>;
}

/**
 * Runs branches side by side. Each has its own variables and its own thread through the history, which goes on from the
 * branch before it in the same lane. What ended well before is not run again.
 */
export async function runBranches<Result>(visit: StateVisit, work: BranchWork<Result>): Promise<Result[]> {
  const { step, progress, thread } = visit;
  const startedAfter = thread.lastEventId;
  const lastInLane = new Map<number, number>();
  const begunLanes = step.branches.map(branch => branch?.lane);
  let hasFailed = false;
  const results = await runConcurrently(visit.signal, {
    count: work.count,
    concurrency: work.concurrency,
    laneOf: index => begunLanes[index],
    run: async (index, lane) => {
      const own = branchProgress(progress, step, index);
      const isBegun = own.lane !== undefined;
      if (!isBegun) begin(visit, own, { lane: lane.number, after: lastInLane.get(lane.number) ?? startedAfter });
      try {
        const branch = { ...visit, progress: own, thread: own, scope: own.scope, signal: lane.signal };
        return await runOnce(visit, own, () => work.run(branch, index, isBegun));
      } catch (error) {
        if (!hasFailed) thread.lastEventId = own.lastEventId;
        hasFailed = true;
        throw error;
      } finally {
        lastInLane.set(lane.number, own.lastEventId);
      }
    },
  });
  thread.lastEventId = Math.max(startedAfter, ...lastInLane.values());
  return results;
}

function begin(visit: StateVisit, own: Progress, { lane, after }: { readonly lane: number; readonly after: number }) {
  own.lane = lane;
  own.lastEventId = after;
  visit.setting.changed(own);
}

async function runOnce<Result>(visit: StateVisit, own: Progress, run: () => Promise<Result>): Promise<Result> {
  if (own.done) return own.done.result as Result; // the same work made it before
  const result = await run();
  own.done = { result };
  visit.setting.changed(own);
  return result;
}
