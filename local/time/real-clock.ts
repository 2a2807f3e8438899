import type { Cancel, Clock } from './clock.ts';
import { TimerHeap } from './timer-heap.ts';

/** Node cannot wait longer than this in one timer, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers never keep the process alive by themselves. */
export class RealClock implements Clock {
  readonly #heap = new TimerHeap();
  #alarm: NodeJS.Timeout | undefined;
  #alarmAtMs = Number.POSITIVE_INFINITY;

  now(): number {
    return Date.now();
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const timer = this.#heap.add(this.now() + Math.max(0, delayMs), run);
    if (timer.atMs < this.#alarmAtMs) this.#arm();
    return () => {
      timer.cancelled = true;
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise(resolve => this.schedule(delayMs, resolve));
  }

  hold(): () => void {
    return () => {};
  }

  #arm(): void {
    clearTimeout(this.#alarm);
    const next = this.#heap.peek();
    this.#alarmAtMs = next?.atMs ?? Number.POSITIVE_INFINITY;
    if (!next) return;
    const delayMs = Math.min(Math.max(0, next.atMs - this.now()), LONGEST_TIMER_MS);
    this.#alarm = setTimeout(() => this.#runDue(), delayMs).unref();
  }

  #runDue(): void {
    const now = this.now();
    for (let next = this.#heap.peek(); next && next.atMs <= now; next = this.#heap.peek()) {
      this.#heap.pop();
      next.run();
    }
    this.#arm();
  }
}
