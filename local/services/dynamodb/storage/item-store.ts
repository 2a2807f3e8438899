import type { Item } from '../values/attribute-value.ts';
import { hashPart, partitionHash } from './partition-hash.ts';
import { type Bounds, SortedMap } from './sorted-map.ts';

/** Where an item stands in a table or index: its partition, and its place in the partition's order. */
export interface ItemLocation {
  readonly partition: string;
  readonly position: string;
}

/** An item and its size; both immutable, replaced as a whole. */
export interface StoredItem {
  readonly item: Item;
  readonly sizeBytes: number;
}

/** One part of a parallel scan. */
export interface Segment {
  readonly index: number;
  readonly of: number;
}

interface Partition {
  readonly scanKey: string;
  readonly items: SortedMap<StoredItem>;
}

const EMPTY = new SortedMap<StoredItem>();

/**
 * The items of one table or index: partitions by key, each sorted by sort key, and the partitions in the order of their
 * hash, which is the order of a scan.
 */
export class ItemStore {
  readonly #partitions = new Map<string, Partition>();
  readonly #scanOrder = new SortedMap<Partition>();

  get(location: ItemLocation): StoredItem | undefined {
    return this.#partitions.get(location.partition)?.items.get(location.position);
  }

  put(location: ItemLocation, stored: StoredItem): void {
    let partition = this.#partitions.get(location.partition);
    if (!partition) {
      partition = { scanKey: scanKeyOf(location.partition), items: new SortedMap() };
      this.#partitions.set(location.partition, partition);
      this.#scanOrder.set(partition.scanKey, partition);
    }
    partition.items.set(location.position, stored);
  }

  delete(location: ItemLocation): void {
    const partition = this.#partitions.get(location.partition);
    if (!partition) return;
    partition.items.delete(location.position);
    if (partition.items.size > 0) return;
    this.#partitions.delete(location.partition);
    this.#scanOrder.delete(partition.scanKey);
  }

  /** The items of one partition by position. */
  *query(partition: string, options: Bounds & { readonly reverse: boolean }): Generator<StoredItem> {
    const items = this.#partitions.get(partition)?.items ?? EMPTY;
    for (const [, stored] of options.reverse ? items.descending(options) : items.ascending(options)) yield stored;
  }

  /** Every item, or those of one segment, that comes after `after` in the order of the scan. */
  *scan(after?: ItemLocation, segment?: Segment): Generator<StoredItem> {
    const bounds = segment ? segmentBounds(segment) : {};
    const start = after ? scanKeyOf(after.partition) : undefined;
    const from = start !== undefined && start > (bounds.from ?? '') ? start : bounds.from;
    for (const [scanKey, partition] of this.#scanOrder.ascending({ from, to: bounds.to })) {
      const within = after && scanKey === start ? { from: `${after.position}\0` } : {};
      for (const [, stored] of partition.items.ascending(within)) yield stored;
    }
  }
}

/** Whether an item's partition belongs to the segment. */
export function isInSegment(partition: string, segment: Segment): boolean {
  return hashPart(partitionHash(partition), segment.of) === segment.index;
}

function scanKeyOf(partition: string): string {
  return hexOf(partitionHash(partition)) + partition;
}

function segmentBounds({ index, of }: Segment): Bounds {
  const from = hexOf(Math.ceil((index * 2 ** 32) / of));
  return index === of - 1 ? { from } : { from, to: hexOf(Math.ceil(((index + 1) * 2 ** 32) / of)) };
}

function hexOf(hash: number): string {
  return hash.toString(16).padStart(8, '0');
}
