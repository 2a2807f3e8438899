import type { Cancel, Clock } from './clock.ts';
import { TimerHeap } from './timer-heap.ts';

/** How many turns of the event loop with nothing held count as "everything has settled". */
const QUIET_TURNS = 3;

/**
 * A clock that moves only when told to, and jumps from timer to timer.
 *
 * Invariants:
 * 1. Timers run in the order (time, insertion), never early.
 * 2. Time does not move while work outside the clock is held (see `Clock.hold`).
 * 3. Before time moves, everything that the last timer set in motion has settled.
 */
export class VirtualClock implements Clock {
  readonly #heap = new TimerHeap();
  #nowMs: number;
  #holds = 0;
  #released: (() => void) | undefined;

  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const timer = this.#heap.add(this.#nowMs + Math.max(0, delayMs), run);
    return () => {
      timer.cancelled = true;
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise(resolve => this.schedule(delayMs, resolve));
  }

  hold(): () => void {
    this.#holds++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holds--;
      if (this.#holds === 0) this.#released?.();
    };
  }

  /** Moves time forward by `durationMs`, running every timer that falls due on the way. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await this.settle();
    for (let next = this.#heap.peek(); next && next.atMs <= untilMs; next = this.#heap.peek()) {
      await this.#runNext();
    }
    this.#nowMs = untilMs;
  }

  /**
   * Runs timers until `done` holds. Throws when no timer is left, or when `limitMs` of virtual time have passed.
   */
  async advanceUntil(done: () => boolean, limitMs: number): Promise<void> {
    const untilMs = this.#nowMs + limitMs;
    await this.settle();
    while (!done()) {
      const next = this.#heap.peek();
      if (!next) throw new Error('Cannot advance the clock: no timer is left and the condition does not hold');
      if (next.atMs > untilMs)
        throw new Error(`Cannot advance the clock: the condition did not hold within ${limitMs} ms`);
      await this.#runNext();
    }
  }

  /** Resolves when nothing is held and the event loop has come to rest. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      if (this.#holds > 0) {
        await new Promise<void>(resolve => {
          this.#released = resolve;
        });
        this.#released = undefined;
        quiet = -1;
      }
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  async #runNext(): Promise<void> {
    const timer = this.#heap.pop();
    if (!timer) return;
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.run();
    await this.settle();
  }
}
