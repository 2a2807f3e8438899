import type { Cancel, Clock } from '../../time/clock.ts';

/** Lets a loop sleep until there is something to do. A wake-up that comes while nobody sleeps is kept for the next sleep. */
export class Wakeup {
  readonly #clock: Clock;
  #kept = false;
  #resume: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    if (this.#resume) this.#resume();
    else this.#kept = true;
  }

  /** Resolves at the next wake-up, after `limitMs` at the latest. One sleeper at a time. */
  sleep(limitMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#kept) {
      this.#kept = false;
      return Promise.resolve();
    }
    return new Promise(resolve => {
      let cancel: Cancel | undefined;
      const resume = () => {
        cancel?.();
        this.#resume = undefined;
        resolve();
      };
      this.#resume = resume;
      if (limitMs !== Number.POSITIVE_INFINITY) cancel = this.#clock.schedule(limitMs, resume);
    });
  }
}
