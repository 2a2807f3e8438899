/** Whether the cores of the machine are what the threads on it wait for. */
import type { ExecutionEnvironment } from './execution-environment.ts';

/** Share of the time in which an event loop is at work, or is kept from it; above it the thread lacks a core. */
const BUSY_UTILIZATION = 0.7;
/** For so long at least the machine is watched before it is judged. */
const WATCHED_MS = 250;

type Threads = Iterable<Pick<ExecutionEnvironment, 'watchUtilization'>>;

/** @returns whether the machine has been busy since: the cloud's own thread, or every one of the environments */
export function watchMachine(environments: Threads): () => boolean {
  const before = performance.eventLoopUtilization();
  const watched = [...environments].map(environment => environment.watchUtilization());
  return () => {
    const cloud = performance.eventLoopUtilization(before).utilization;
    return cloud > BUSY_UTILIZATION || watched.every(utilization => utilization() > BUSY_UTILIZATION);
  };
}

/** What the machine was like a moment ago, for who asks often. */
export class MachineLoad {
  readonly #environments: () => Threads;
  #sinceMs = performance.now();
  #isBusy: (() => boolean) | undefined;
  #isHigh = false;

  constructor(environments: () => Threads) {
    this.#environments = environments;
  }

  isHigh(): boolean {
    const nowMs = performance.now();
    if (!this.#isBusy || nowMs - this.#sinceMs >= WATCHED_MS) {
      this.#isHigh = this.#isBusy?.() ?? false;
      this.#isBusy = watchMachine(this.#environments());
      this.#sinceMs = nowMs;
    }
    return this.#isHigh;
  }
}
