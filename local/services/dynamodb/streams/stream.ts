/**
 * A table's stream: shards of change records.
 *
 * 1. Every partition key belongs to one open shard. Its records are in that shard and its ancestors, in the order of the
 *    writes: read parents before children, and each key is read in order.
 * 2. Sequence numbers rise over all shards of a stream, and have 21 digits, so that their text sorts as they do.
 * 3. Shards stand in the order of their ids, which is that of their making.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { StateChanges } from '../durability/state-changes.ts';
import type { StoredItem } from '../storage/item-store.ts';
import { partitionHash } from '../storage/partition-hash.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemSizeBytes } from '../values/item-size.ts';
import { endShard, isOverfull, openFirstShards, rollShards, type StreamSharding, splitShard } from './sharding.ts';
import { isHalfExpired, nextOrdinal, RETENTION_MS, type StreamShard, trimShard } from './stream-shard.ts';

const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export interface Stream {
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly keySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly viewType: StreamViewType;
  readonly createdAtMs: number;
  readonly shards: StreamShard[];
  /** How many shards there have ever been. */
  shardsMade: number;
  nextSequence: bigint;
  /** When it was disabled, or its table deleted; its records can be read until their retention ends. */
  closedAtMs: number | undefined;
}

/** What streams need of the database. */
export interface StreamContext {
  readonly cloud: Cloud;
  readonly changes: StateChanges;
  readonly sharding: StreamSharding;
  /** By ARN. */
  readonly streams: Map<string, Stream>;
}

export interface StreamOptions {
  readonly tableName: string;
  readonly tableArn: string;
  readonly keySchema: Stream['keySchema'];
  readonly viewType: StreamViewType;
}

/** A new, open stream; its label is its time of creation, moved on until no other stream has it. */
export function openStream({ cloud, changes, sharding, streams }: StreamContext, options: StreamOptions): Stream {
  const { tableArn, ...described } = options;
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
    shards: [],
    shardsMade: 0,
    nextSequence: FIRST_SEQUENCE_NUMBER,
    closedAtMs: undefined,
  };
  openFirstShards(stream, sharding, stream.createdAtMs);
  streams.set(stream.arn, stream);
  changes.stream(stream.arn);
  return stream;
}

/** Ends every shard; nothing can be appended any more. */
export function closeStream({ changes, cloud }: StreamContext, stream: Stream): void {
  if (stream.closedAtMs !== undefined) return;
  const nowMs = cloud.clock.now();
  stream.closedAtMs = nowMs;
  for (const shard of stream.shards) if (shard.endedAtMs === undefined) endShard(stream, shard, nowMs);
  changes.stream(stream.arn);
}

/** Whether a closed stream has nothing left that could be read. */
export function isForgotten(stream: Stream, nowMs: number): boolean {
  return stream.closedAtMs !== undefined && stream.closedAtMs + RETENTION_MS <= nowMs;
}

/** Brings the stream's shards to the present: some have had their time. */
export function refreshStream({ changes, cloud, sharding }: StreamContext, stream: Stream): void {
  if (rollShards(stream, sharding, cloud.clock.now())) changes.stream(stream.arn);
}

export interface StreamChange {
  readonly partition: string;
  readonly keys: Item;
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
  readonly expired: boolean;
}

/** Appends the record of one write that changed something. */
export function appendChange(context: StreamContext, stream: Stream, change: StreamChange): void {
  const { before, after, keys } = change;
  const nowMs = context.cloud.clock.now();
  const shard = shardToTake(context, stream, change.partition);
  const showsOld = stream.viewType === 'OLD_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
  const showsNew = stream.viewType === 'NEW_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
  const imageBytes = ((showsOld && before?.sizeBytes) || 0) + ((showsNew && after?.sizeBytes) || 0);
  if (isHalfExpired(shard, nowMs) && trimShard(shard, nowMs)) context.changes.stream(stream.arn);
  context.changes.streamRecord(stream, shard, nextOrdinal(shard));
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

/** The open shard of a partition key, split if it takes too much. */
function shardToTake(context: StreamContext, stream: Stream, partition: string): StreamShard {
  refreshStream(context, stream);
  const hash = partitionHash(partition);
  const nowMs = context.cloud.clock.now();
  const shard = openShardOf(stream, hash);
  if (!isOverfull(shard, context.sharding, nowMs)) return shard;
  splitShard(stream, shard, nowMs);
  context.changes.stream(stream.arn);
  return openShardOf(stream, hash);
}

function openShardOf({ arn, shards }: Stream, hash: number): StreamShard {
  for (let index = shards.length - 1; index >= 0; index--) {
    const shard = shards[index] as StreamShard; // index is inside the list
    if (shard.endedAtMs === undefined && shard.hashes.from <= hash && hash < shard.hashes.to) return shard;
  }
  throw new Error(`Cannot append to stream ${arn}: no open shard takes hash ${hash}`);
}
