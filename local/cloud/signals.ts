/**
 * "There is something new at this ARN." Engines say it when a record, message or item arrives; pollers listen, so that
 * they need not wait for their next poll. A signal carries no data and may be missed: pollers also poll on the clock.
 */
export class Signals {
  readonly #listeners = new Map<string, Set<() => void>>();

  notify(arn: string): void {
    const listeners = this.#listeners.get(arn);
    if (!listeners) return;
    for (const listener of [...listeners]) listener();
  }

  /** Calls `listener`, synchronously, at each signal for `arn`, until the returned function is called. */
  subscribe(arn: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(arn) ?? new Set();
    this.#listeners.set(arn, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(arn);
    };
  }
}
