/** Capacity units that can be taken now: they come at a rate, and some that were not used are kept for later. */
export class TokenBucket {
  #tokens: number;
  #atMs: number;

  constructor(tokens: number, nowMs: number) {
    this.#tokens = tokens;
    this.#atMs = nowMs;
  }

  /** What is there at a time, when `perSecond` came since and at most so much is kept; below zero when more was taken. */
  level({ nowMs, perSecond, keptSeconds }: Refill): number {
    const come = ((nowMs - this.#atMs) / 1000) * perSecond;
    this.#tokens = Math.min(perSecond * keptSeconds, this.#tokens + come);
    this.#atMs = nowMs;
    return this.#tokens;
  }

  /** Negative: gives back. */
  take(units: number): void {
    this.#tokens -= units;
  }
}

export interface Refill {
  readonly nowMs: number;
  readonly perSecond: number;
  readonly keptSeconds: number;
}
