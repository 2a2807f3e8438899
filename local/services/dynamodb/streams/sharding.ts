/**
 * How a stream is cut into shards, and how shards follow each other.
 *
 * DynamoDB ends a shard after about four hours and goes on in a child, and splits a shard in two when its table's partition
 * splits under load (observed on AWS; the developer guide says only that both happen). There are no merges.
 */
import { ALL_HASHES, type HashRange, isForgottenShard, type StreamShard } from './stream-shard.ts';

export interface StreamSharding {
  /** How many shards a new stream has. @default 1 */
  readonly shardCount?: number;
  /** After this time a shard ends and a child takes its place. @default 4 hours */
  readonly shardLifetimeMs?: number;
  /** A shard that gets more records than this within one second is split in two. @default never */
  readonly splitAboveRecordsPerSecond?: number;
}

/** The part of a stream that changes here. */
export interface ShardedStream {
  readonly shards: StreamShard[];
  shardsMade: number;
  nextSequence: bigint;
  readonly closedAtMs: number | undefined;
}

const SHARD_LIFETIME_MS = 4 * 60 * 60 * 1000;

/** The shards of a new stream: equal parts of all partition keys. */
export function openFirstShards(stream: ShardedStream, { shardCount = 1 }: StreamSharding, nowMs: number): void {
  const bound = (index: number) => Math.ceil((index * ALL_HASHES.to) / shardCount);
  for (let index = 0; index < shardCount; index++) {
    openShard(stream, { hashes: { from: bound(index), to: bound(index + 1) }, nowMs });
  }
}

export function endShard(stream: ShardedStream, shard: StreamShard, nowMs: number): void {
  shard.endedAtMs = nowMs;
  shard.endingSequenceNumber = String(stream.nextSequence - 1n);
}

/**
 * Ends the shards that have had their time, opens their children, and forgets those of which nothing is left. Generations
 * that nobody could have seen are passed over.
 * @returns whether anything changed
 */
export function rollShards(stream: ShardedStream, sharding: StreamSharding, nowMs: number): boolean {
  if (!isRollDue(stream, sharding, nowMs)) return false;
  const lifetimeMs = sharding.shardLifetimeMs ?? SHARD_LIFETIME_MS;
  const due = stream.shards
    .filter(shard => shard.endedAtMs === undefined && shard.openedAtMs + lifetimeMs <= nowMs)
    .map(shard => ({ shard, childAtMs: nowMs - ((nowMs - shard.openedAtMs) % lifetimeMs) }))
    .sort((a, b) => a.childAtMs - b.childAtMs);
  for (const { shard, childAtMs } of due) {
    endShard(stream, shard, shard.openedAtMs + lifetimeMs);
    openShard(stream, { hashes: shard.hashes, parentId: shard.id, nowMs: childAtMs });
  }
  const kept = stream.shards.filter(shard => !isForgottenShard(shard, nowMs));
  stream.shards.splice(0, stream.shards.length, ...kept);
  return true;
}

/** Ends a shard and divides its partition keys between two children. */
export function splitShard(stream: ShardedStream, shard: StreamShard, nowMs: number): void {
  const { from, to } = shard.hashes;
  const middle = Math.floor((from + to) / 2);
  endShard(stream, shard, nowMs);
  openShard(stream, { hashes: { from, to: middle }, parentId: shard.id, nowMs });
  openShard(stream, { hashes: { from: middle, to }, parentId: shard.id, nowMs });
}

/** Whether one more record would be too many for the shard in the last second. */
export function isOverfull(shard: StreamShard, sharding: StreamSharding, nowMs: number): boolean {
  const most = sharding.splitAboveRecordsPerSecond;
  if (most === undefined || shard.hashes.to - shard.hashes.from < 2) return false;
  const before = shard.records.at(-most);
  return before !== undefined && before.createdAtMs > nowMs - 1000;
}

/**
 * What is left of a shard that is no longer listed: its end. So a reader that comes too late for its records goes on to the
 * children, and does not ask for it forever.
 */
export function forgottenShard(stream: ShardedStream, shardId: string): StreamShard | undefined {
  const index = /^shardId-\d{20}-([0-9a-f]{8})$/.exec(shardId)?.[1];
  if (index === undefined || Number.parseInt(index, 16) >= stream.shardsMade) return undefined;
  const number = String(stream.nextSequence - 1n);
  return {
    id: shardId,
    parentId: undefined,
    hashes: { from: 0, to: 0 },
    openedAtMs: 0,
    startingSequenceNumber: number,
    endingSequenceNumber: number,
    endedAtMs: 0,
    records: [],
    trimmed: 0,
  };
}

function isRollDue({ shards, closedAtMs }: ShardedStream, sharding: StreamSharding, nowMs: number): boolean {
  const oldest = shards[0];
  if (!oldest || closedAtMs !== undefined) return false;
  if (isForgottenShard(oldest, nowMs)) return true;
  const lifetimeMs = sharding.shardLifetimeMs ?? SHARD_LIFETIME_MS;
  return shards.some(({ endedAtMs, openedAtMs }) => endedAtMs === undefined && openedAtMs + lifetimeMs <= nowMs);
}

interface NewShard {
  readonly hashes: HashRange;
  readonly parentId?: string;
  readonly nowMs: number;
}

/** Takes a sequence number for itself, so that even an empty shard has a range of them. */
function openShard(stream: ShardedStream, { hashes, parentId, nowMs }: NewShard): void {
  const index = stream.shardsMade++;
  stream.shards.push({
    id: `shardId-${String(nowMs).padStart(20, '0')}-${index.toString(16).padStart(8, '0')}`,
    parentId,
    hashes,
    openedAtMs: nowMs,
    startingSequenceNumber: String(stream.nextSequence++),
    endingSequenceNumber: undefined,
    endedAtMs: undefined,
    records: [],
    trimmed: 0,
  });
}
