import type { Clock } from '../../time/clock.ts';

/**
 * Time limits for many requests with one timer: thousands of requests a second would otherwise leave thousands of timers
 * behind that never run. Limits are kept to within a second.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #expire = new Map<() => void, number>();
  #sweeping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` after `limitMs`, unless the returned function is called before. */
  set(limitMs: number, expire: () => void): () => void {
    this.#expire.set(expire, this.#clock.now() + limitMs);
    this.#sweepLater();
    return () => this.#expire.delete(expire);
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#clock.schedule(1_000, () => {
      this.#sweeping = false;
      const nowMs = this.#clock.now();
      for (const [expire, atMs] of [...this.#expire]) {
        if (atMs > nowMs) continue;
        this.#expire.delete(expire);
        expire();
      }
      if (this.#expire.size > 0) this.#sweepLater();
    });
  }
}
