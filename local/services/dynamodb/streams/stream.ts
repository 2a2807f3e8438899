/**
 * A table's stream: shards of change records, kept for 24 hours.
 *
 * Invariants:
 * 1. All records of one partition key are in one shard, in the order of the writes.
 * 2. Sequence numbers rise over all shards of a stream, and have 21 digits, so that their text sorts as they do.
 * 3. Record number `n` of a shard (counted from its beginning) is `records[n - trimmed]`.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { StoredItem } from '../storage/item-store.ts';
import { hashPart, partitionHash } from '../storage/partition-hash.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemSizeBytes } from '../values/item-size.ts';

export const RETENTION_MS = 24 * 60 * 60 * 1000;
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

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

export interface StreamShard {
  readonly id: string;
  readonly startingSequenceNumber: string;
  endingSequenceNumber: string | undefined;
  records: StreamRecord[];
  trimmed: number;
}

export interface Stream {
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly keySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly viewType: StreamViewType;
  readonly createdAtMs: number;
  readonly shards: readonly StreamShard[];
  nextSequence: bigint;
  /** When it was disabled, or its table deleted; its records can be read until their retention ends. */
  closedAtMs: number | undefined;
}

export interface StreamOptions {
  readonly tableName: string;
  readonly tableArn: string;
  readonly keySchema: Stream['keySchema'];
  readonly viewType: StreamViewType;
  /** @default 1 */
  readonly shardCount?: number;
}

/** A new, open stream; its label is its time of creation, moved on until no other stream has it. */
export function openStream(cloud: Cloud, streams: Map<string, Stream>, options: StreamOptions): Stream {
  const { tableArn, shardCount = 1, ...described } = options;
  let label: string;
  let createdAtMs = cloud.clock.now();
  do {
    label = new Date(createdAtMs++).toISOString().slice(0, -1);
  } while (streams.has(`${tableArn}/stream/${label}`));
  const stream: Stream = {
    ...described,
    arn: `${tableArn}/stream/${label}`,
    label,
    createdAtMs: cloud.clock.now(),
    shards: Array.from({ length: shardCount }, (_, index) => newShard(cloud, index)),
    nextSequence: FIRST_SEQUENCE_NUMBER + 1n,
    closedAtMs: undefined,
  };
  streams.set(stream.arn, stream);
  return stream;
}

/** Ends every shard; nothing can be appended any more. */
export function closeStream(stream: Stream, nowMs: number): void {
  if (stream.closedAtMs !== undefined) return;
  stream.closedAtMs = nowMs;
  for (const shard of stream.shards) shard.endingSequenceNumber = String(stream.nextSequence - 1n);
}

/** Whether a closed stream has nothing left that could be read. */
export function isForgotten(stream: Stream, nowMs: number): boolean {
  return stream.closedAtMs !== undefined && stream.closedAtMs + RETENTION_MS <= nowMs;
}

export interface StreamChange {
  readonly partition: string;
  readonly keys: Item;
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
  readonly expired: boolean;
}

/** Appends the record of one write that changed something. */
export function appendChange(cloud: Cloud, stream: Stream, change: StreamChange): void {
  const shard = stream.shards[hashPart(partitionHash(change.partition), stream.shards.length)];
  if (!shard) throw new Error(`Cannot append to stream ${stream.arn}: it has no shard`);
  const { before, after, keys } = change;
  const showsOld = stream.viewType === 'OLD_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
  const showsNew = stream.viewType === 'NEW_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
  const imageBytes = ((showsOld && before?.sizeBytes) || 0) + ((showsNew && after?.sizeBytes) || 0);
  const nowMs = cloud.clock.now();
  if (isExpired(shard.records[shard.records.length >> 1], nowMs)) trimShard(shard, nowMs); // by halves: never a copy per write
  shard.records.push({
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    sequenceNumber: String(stream.nextSequence++),
    createdAtMs: nowMs,
    keys,
    oldImage: showsOld ? before?.item : undefined,
    newImage: showsNew ? after?.item : undefined,
    sizeBytes: itemSizeBytes(keys) + imageBytes,
    expired: change.expired,
  });
}

/** Forgets the records whose retention has ended. */
export function trimShard(shard: StreamShard, nowMs: number): void {
  const { records } = shard;
  let expired = 0;
  while (isExpired(records[expired], nowMs)) expired++;
  if (expired === 0) return;
  shard.records = records.slice(expired);
  shard.trimmed += expired;
}

function isExpired(record: StreamRecord | undefined, nowMs: number): boolean {
  return record !== undefined && record.createdAtMs + RETENTION_MS <= nowMs;
}

function newShard(cloud: Cloud, index: number): StreamShard {
  const made = String(cloud.clock.now()).padStart(20, '0');
  return {
    id: `shardId-${made}-${String(index).padStart(8, '0')}`,
    startingSequenceNumber: String(FIRST_SEQUENCE_NUMBER),
    endingSequenceNumber: undefined,
    records: [],
    trimmed: 0,
  };
}
