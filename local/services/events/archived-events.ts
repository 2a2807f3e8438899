import type { BusEvent } from './bus-event.ts';

/** Which of an archive's events a replay takes. */
export interface ArchiveRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** Events from this ordinal on arrived too late. */
  readonly beforeOrdinal: number;
}

/**
 * The events that an archive keeps, in the order of arrival. Each has an ordinal, which it keeps while older ones go.
 */
export class ArchivedEvents {
  readonly #onChange: ((ordinal: number) => void) | undefined;
  #events: BusEvent[] = [];
  #firstOrdinal = 0;
  #sizeBytes = 0;

  /** @param onChange is told the ordinal of each event that comes or goes */
  constructor(onChange?: (ordinal: number) => void) {
    this.#onChange = onChange;
  }

  get count(): number {
    return this.#events.length;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Of the next event. */
  get nextOrdinal(): number {
    return this.#firstOrdinal + this.#events.length;
  }

  add(event: BusEvent): void {
    this.#events.push(event);
    this.#sizeBytes += Buffer.byteLength(event.json);
    this.#onChange?.(this.nextOrdinal - 1);
  }

  /** Drops what arrived before a time. */
  expire(oldestMs: number): void {
    const kept = this.#events.findIndex(event => event.ingestedMs >= oldestMs);
    const count = kept < 0 ? this.#events.length : kept;
    const expired = this.#events.slice(0, count);
    if (count > 0) this.#events = this.#events.slice(count);
    for (const event of expired) {
      this.#sizeBytes -= Buffer.byteLength(event.json);
      this.#firstOrdinal++;
      this.#onChange?.(this.#firstOrdinal - 1);
    }
  }

  between({ fromMs, toMs, beforeOrdinal }: ArchiveRange): readonly BusEvent[] {
    const early = this.#events.slice(0, Math.max(0, beforeOrdinal - this.#firstOrdinal));
    return early.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
  }

  *ordinals(): Iterable<number> {
    for (let ordinal = this.#firstOrdinal; ordinal < this.nextOrdinal; ordinal++) yield ordinal;
  }

  at(ordinal: number): BusEvent | undefined {
    return this.#events[ordinal - this.#firstOrdinal];
  }

  /** Takes back an event, after the older ones. */
  restore(ordinal: number, event: BusEvent): void {
    if (this.#events.length === 0) this.#firstOrdinal = ordinal;
    this.#events.push(event);
    this.#sizeBytes += Buffer.byteLength(event.json);
  }
}
