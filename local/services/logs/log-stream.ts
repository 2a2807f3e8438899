/** Lines kept of one stream. */
const RING_SIZE = 10_000;

export interface LogEvent {
  readonly atMs: number;
  readonly ingestedMs: number;
  readonly message: string;
  /** Counts up over the whole store: the place of the event in its stream, and its id. */
  readonly order: number;
}

/** A ring: memory is bounded, the oldest lines go. */
export class LogStream {
  readonly name: string;
  readonly createdMs: number;
  /** No other stream of the store ever has it, also when this one has gone. */
  readonly id: number;
  #ring: LogEvent[] = [];
  /** Where the oldest event stands once the ring is full. */
  #oldest = 0;

  constructor({ name, createdMs, id }: { name: string; createdMs: number; id: number }) {
    this.name = name;
    this.createdMs = createdMs;
    this.id = id;
  }

  add(event: LogEvent): void {
    if (this.#ring.length < RING_SIZE) {
      this.#ring.push(event);
      return;
    }
    this.#ring[this.#oldest] = event;
    this.#oldest = (this.#oldest + 1) % RING_SIZE;
  }

  /** In the order in which they came. */
  get events(): LogEvent[] {
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }

  get last(): LogEvent | undefined {
    return this.#ring.at(this.#oldest - 1);
  }

  find(order: number): LogEvent | undefined {
    let low = 0;
    let high = this.#ring.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#at(middle)?.order ?? order) < order) low = middle + 1;
      else high = middle;
    }
    const found = this.#at(low);
    return found?.order === order ? found : undefined;
  }

  /** Takes back the events of an earlier process, in any order. */
  restore(events: readonly LogEvent[]): void {
    this.#ring = [...events].sort((a, b) => a.order - b.order).slice(-RING_SIZE);
    this.#oldest = 0;
  }

  /** Index 0 is the oldest. */
  #at(index: number): LogEvent | undefined {
    return index < this.#ring.length ? this.#ring[(this.#oldest + index) % this.#ring.length] : undefined;
  }
}
