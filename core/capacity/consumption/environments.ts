/** How long an environment that nobody uses is kept. AWS states no figure; minutes are observed. */
export const KEPT_IDLE_MS = 5 * 60_000;

/** The environments of a function: how many are busy, which are warm, and what was refused. */
export class Environments {
  readonly #limit: number;
  /** When each became free, earliest first. */
  readonly #idleSinceMs: number[] = [];
  #running = 0;
  #runningSinceMs = 0;
  #busyMs = 0;
  highest = 0;
  coldStarts = 0;
  throttled = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  /** @returns whether the invocation starts warm or cold; undefined when it is throttled */
  enter(nowMs: number): 'warm' | 'cold' | undefined {
    if (this.#running >= this.#limit) {
      this.throttled++;
      return undefined;
    }
    this.#count(nowMs, 1);
    this.highest = Math.max(this.highest, this.#running);
    const idleSinceMs = this.#idleSinceMs.pop();
    if (idleSinceMs !== undefined && idleSinceMs > nowMs - KEPT_IDLE_MS) return 'warm';
    this.#idleSinceMs.length = 0; // this one was free last: the others have been idle for longer
    this.coldStarts++;
    return 'cold';
  }

  leave(nowMs: number): void {
    this.#count(nowMs, -1);
    this.#idleSinceMs.push(nowMs);
  }

  /** Concurrency, on the average up to now. */
  mean(nowMs: number): number {
    this.#count(nowMs, 0);
    return nowMs === 0 ? 0 : this.#busyMs / nowMs;
  }

  #count(nowMs: number, change: number): void {
    this.#busyMs += this.#running * (nowMs - this.#runningSinceMs);
    this.#runningSinceMs = nowMs;
    this.#running += change;
  }
}
