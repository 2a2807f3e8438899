import type { HashKey } from './hash-key.ts';
import { sequencePrefix } from './sequence-number.ts';

/** A record as it is kept: the data stays the base64 text that came over the wire, and is never decoded. */
export interface StoredRecord {
  readonly partitionKey: string;
  readonly data: string;
  readonly arrivalMs: number;
  /** Of the decoded data, without the partition key. */
  readonly dataBytes: number;
}

/**
 * One shard: a range of hash keys and an append-only log.
 *
 * Invariants:
 * 1. `records[head]` has ordinal `firstOrdinal`; ordinals are dense, and the first record of a shard has ordinal 1.
 * 2. Arrival times never fall along the log, even when the machine's clock does.
 * 3. A closed shard takes no more records.
 */
export interface Shard {
  readonly shardId: string;
  readonly parentShardId: string | undefined;
  readonly adjacentParentShardId: string | undefined;
  readonly startingHash: HashKey;
  readonly endingHash: HashKey;
  /** Never before its parents, even when the machine's clock goes back. */
  readonly openedMs: number;
  /** Part of every sequence number of the shard. */
  readonly prefix: string;
  closedMs: number | undefined;
  records: StoredRecord[];
  head: number;
  firstOrdinal: number;
  lastArrivalMs: number;
}

export interface ShardOpening {
  readonly index: number;
  readonly startingHash: HashKey;
  readonly endingHash: HashKey;
  readonly nowMs: number;
  /** None for the first shards, one after a split, two after a merge. */
  readonly parents: readonly Shard[];
}

/** Trimmed records are given back to the memory once this many have gathered. */
const COMPACT_AFTER = 4096;

export function openShard({ index, startingHash, endingHash, nowMs, parents }: ShardOpening): Shard {
  const openedMs = Math.max(nowMs, ...parents.map(parent => parent.openedMs));
  return {
    shardId: `shardId-${String(index).padStart(12, '0')}`,
    parentShardId: parents[0]?.shardId,
    adjacentParentShardId: parents[1]?.shardId,
    startingHash,
    endingHash,
    openedMs,
    prefix: sequencePrefix(openedMs, index),
    closedMs: undefined,
    records: [],
    head: 0,
    firstOrdinal: 1,
    lastArrivalMs: 0,
  };
}

/** The ordinal that the next record will have; of a closed shard, that of its ending sequence number. */
export function nextOrdinal(shard: Shard): number {
  return shard.firstOrdinal + shard.records.length - shard.head;
}

/** @returns the ordinal of the new record */
export function appendRecord(shard: Shard, record: StoredRecord): number {
  const ordinal = nextOrdinal(shard);
  shard.records.push(record);
  shard.lastArrivalMs = record.arrivalMs;
  return ordinal;
}

/** Forgets all records: the next one has `ordinal`. */
export function skipTo(shard: Shard, ordinal: number): void {
  shard.records = [];
  shard.head = 0;
  shard.firstOrdinal = ordinal;
}

/** Forgets the records that arrived at or before `horizonMs`. */
export function trimRecords(shard: Shard, horizonMs: number): void {
  let oldest = shard.records[shard.head];
  while (oldest && oldest.arrivalMs <= horizonMs) {
    shard.head++;
    shard.firstOrdinal++;
    oldest = shard.records[shard.head];
  }
  if (shard.head < COMPACT_AFTER || shard.head * 2 < shard.records.length) return;
  shard.records = shard.records.slice(shard.head);
  shard.head = 0;
}

export function recordAt(shard: Shard, ordinal: number): StoredRecord | undefined {
  return shard.records[shard.head + ordinal - shard.firstOrdinal];
}

/** The ordinal of the first record that arrived at or after `atMs`, or the next one to come. */
export function ordinalAtTime(shard: Shard, atMs: number): number {
  let low = shard.head;
  let high = shard.records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = shard.records[middle] as StoredRecord; // low <= middle < high <= length
    if (record.arrivalMs < atMs) low = middle + 1;
    else high = middle;
  }
  return shard.firstOrdinal + low - shard.head;
}
