const WINDOW_MS = 30 * 60 * 1000;

/**
 * What an on-demand table or index takes per second: what a new one does, or twice the highest rate that it has seen. A
 * new peak counts once its half hour is over: who doubles the load within 30 minutes twice is throttled, as on AWS.
 */
export class OnDemandPeak {
  readonly #initial: number;
  /** The highest rate of all half hours that are over, and of the one that runs. */
  #settledPeak = 0;
  #currentPeak = 0;
  #windowFromMs: number;
  #second = 0;
  #inSecond = 0;

  constructor(initialPerSecond: number, nowMs: number) {
    this.#initial = initialPerSecond;
    this.#windowFromMs = nowMs;
  }

  perSecond(nowMs: number): number {
    if (nowMs - this.#windowFromMs >= WINDOW_MS) {
      this.#settledPeak = Math.max(this.#settledPeak, this.#currentPeak);
      this.#currentPeak = 0;
      this.#windowFromMs = nowMs;
    }
    return Math.max(this.#initial, 2 * this.#settledPeak);
  }

  count(nowMs: number, units: number): void {
    const second = Math.floor(nowMs / 1000);
    this.#inSecond = second === this.#second ? this.#inSecond + units : units;
    this.#second = second;
    this.#currentPeak = Math.max(this.#currentPeak, this.#inSecond);
  }
}
