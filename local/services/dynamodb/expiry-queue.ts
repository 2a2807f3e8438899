import type { Cancel, Clock } from '../../time/clock.ts';
import type { ItemLocation, StoredItem } from './storage/item-store.ts';
import { SortedMap } from './storage/sorted-map.ts';
import { attributeOf, type Item } from './values/attribute-value.ts';

/** From an item's expiry to the sweep that deletes it. */
export const SWEEP_DELAY_MS = 1000;
const LARGEST_SWEEP = 1000;
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 24 * 60 * 60;
/** No clock gets there, and its text has 15 digits. */
const LATEST_EXPIRY_SECONDS = 10 ** 14;

export interface ExpiryQueueOptions {
  readonly clock: Clock;
  readonly attributeName: string;
  /** Deletes the items at these places, which have all expired. */
  readonly expire: (locations: readonly ItemLocation[]) => void;
}

/**
 * The items of one table that will expire, in order of expiry, and the timer for the first of them.
 *
 * AWS deletes "within a few days"; here the sweep runs `SWEEP_DELAY_MS` after an item has expired, so that clients still
 * meet items that are expired and not yet gone, and nobody has to wait. An attribute that is no number, or lies more than
 * five years in the past, is ignored, as on AWS.
 */
export class ExpiryQueue {
  readonly attributeName: string;
  readonly #clock: Clock;
  readonly #expire: ExpiryQueueOptions['expire'];
  readonly #byTime = new SortedMap<ItemLocation>();
  #sweep: { readonly atMs: number; readonly cancel: Cancel } | undefined;

  constructor(options: ExpiryQueueOptions) {
    this.attributeName = options.attributeName;
    this.#clock = options.clock;
    this.#expire = options.expire;
  }

  /** Keeps the order after a write. */
  note(location: ItemLocation, before: StoredItem | undefined, after: StoredItem | undefined): void {
    const old = before && this.#keyOf(location, before.item, 0);
    const now = after && this.#keyOf(location, after.item, this.#clock.now());
    if (old === now) return;
    if (old) this.#byTime.delete(old);
    if (now) this.#byTime.set(now, location);
    this.#schedule();
  }

  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
  }

  /** Sets the timer for the item that expires next, unless an earlier one is set. */
  #schedule(): void {
    const first = this.#byTime.first();
    if (!first) return;
    const nowMs = this.#clock.now();
    const atMs = Math.max(nowMs, expiresAtMs(first[0])) + SWEEP_DELAY_MS;
    if (this.#sweep && this.#sweep.atMs <= atMs) return;
    this.stop();
    this.#sweep = { atMs, cancel: this.#clock.schedule(atMs - nowMs, () => this.#run()) };
  }

  #run(): void {
    this.#sweep = undefined;
    const nowMs = this.#clock.now();
    const due: ItemLocation[] = [];
    for (const [key, location] of this.#byTime.ascending()) {
      if (due.length === LARGEST_SWEEP || expiresAtMs(key) > nowMs) break;
      due.push(location);
    }
    if (due.length > 0) this.#expire(due);
    this.#schedule();
  }

  /** Sorts by time of expiry; undefined when the item does not expire. */
  #keyOf(location: ItemLocation, item: Item, nowMs: number): string | undefined {
    const value = attributeOf(item, this.attributeName);
    if (!value || !('N' in value)) return undefined;
    const seconds = Math.floor(Number(value.N));
    const oldest = Math.max(0, nowMs / 1000 - OLDEST_EXPIRY_SECONDS);
    if (seconds < oldest || seconds > LATEST_EXPIRY_SECONDS) return undefined;
    return `${String(seconds).padStart(15, '0')}${location.partition}\0\0${location.position}`;
  }
}

function expiresAtMs(key: string): number {
  return Number(key.slice(0, 15)) * 1000;
}
