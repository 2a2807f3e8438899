/**
 * One shard of a table's stream: change records of a range of partition keys, kept for 24 hours.
 *
 * Record number `n` of a shard (its ordinal, counted from the shard's beginning) is `records[n - trimmed]`.
 */
import type { Item } from '../values/attribute-value.ts';

export const RETENTION_MS = 24 * 60 * 60 * 1000;

export interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly sequenceNumber: string;
  readonly createdAtMs: number;
  readonly keys: Item;
  readonly oldImage: Item | undefined;
  readonly newImage: Item | undefined;
  readonly sizeBytes: number;
  /** Deleted by time to live, and so by the service itself. */
  readonly expired: boolean;
}

/** Hashes of partition keys; `to` is not among them. */
export interface HashRange {
  readonly from: number;
  readonly to: number;
}

export const ALL_HASHES: HashRange = { from: 0, to: 2 ** 32 };

export interface StreamShard {
  readonly id: string;
  /** The shard that held these partition keys before. */
  readonly parentId: string | undefined;
  readonly hashes: HashRange;
  readonly openedAtMs: number;
  readonly startingSequenceNumber: string;
  endingSequenceNumber: string | undefined;
  endedAtMs: number | undefined;
  records: StreamRecord[];
  trimmed: number;
}

/** The ordinal that the next record will have. */
export function nextOrdinal({ trimmed, records }: StreamShard): number {
  return trimmed + records.length;
}

/** Whether more than half of the records have outlived their retention: trimming by halves is never a copy per write. */
export function isHalfExpired({ records }: StreamShard, nowMs: number): boolean {
  return isExpired(records[records.length >> 1], nowMs);
}

/** Forgets the records whose retention has ended. @returns whether there were any */
export function trimShard(shard: StreamShard, nowMs: number): boolean {
  const { records } = shard;
  let expired = 0;
  while (isExpired(records[expired], nowMs)) expired++;
  if (expired === 0) return false;
  shard.records = records.slice(expired);
  shard.trimmed += expired;
  return true;
}

/** Whether a shard ended so long ago that it has nothing left that could be read. */
export function isForgottenShard({ endedAtMs }: StreamShard, nowMs: number): boolean {
  return endedAtMs !== undefined && endedAtMs + RETENTION_MS <= nowMs;
}

function isExpired(record: StreamRecord | undefined, nowMs: number): boolean {
  return record !== undefined && record.createdAtMs + RETENTION_MS <= nowMs;
}
