/** Stops a timer that has not run yet; harmless afterwards. */
export type Cancel = () => void;

/**
 * Time as a port. Everything in the embedded cloud that waits (pollers, visibility, retries, schedules, TTL) waits here,
 * so that the same engines run on the machine's clock and on a virtual one.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;

  /** Calls `run` once, `delayMs` from now (at once, but never synchronously, when the delay is not positive). */
  schedule(delayMs: number, run: () => void): Cancel;

  /** Resolves `delayMs` from now. */
  sleep(delayMs: number): Promise<void>;

  /**
   * Says that work outside the clock is under way (a handler in its thread, a request on a socket): a virtual clock
   * stands still until every hold is released. Call the returned function exactly once, when the work has ended.
   */
  hold(): () => void;
}
