import { HASH_KEY_COUNT, type HashKey, hashKeyFromNumber, hashKeyToNumber, uniformStarts } from './hash-key.ts';
import { openShard, type Shard, trimRecords } from './shard.ts';

export type StreamMode = 'ON_DEMAND' | 'PROVISIONED';

export interface StreamConsumer {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
}

/**
 * One data stream, as plain data.
 *
 * Invariants:
 * 1. `open` holds the shards that are not closed, in the order of their hash keys; their ranges cover all hash keys
 *    exactly once.
 * 2. `shards` holds all that are still to be listed by their ids, in the order in which they were opened.
 */
export interface Stream {
  readonly name: string;
  /** How many streams had been made up to this one: tells it from an earlier one of the same name. */
  readonly number: number;
  readonly arn: string;
  readonly createdMs: number;
  mode: StreamMode;
  retentionHours: number;
  maxRecordBytes: number;
  /** The KMS key of a stream encrypted at rest. Nothing is encrypted here: it is only reported. */
  encryptionKeyId: string | undefined;
  readonly shards: Map<string, Shard>;
  open: Shard[];
  /** When `UpdateShardCount` scaled it in the last day, as far as that is still known. */
  scaledMs: readonly number[];
  /** Shards ever opened, so that no id is used twice. */
  shardsOpened: number;
  readonly tags: Map<string, string>;
  readonly consumers: Map<string, StreamConsumer>;
  /** JSON texts, by the ARN of the stream or of a consumer of it. */
  readonly policies: Map<string, string>;
}

export interface StreamCreation {
  readonly name: string;
  readonly number: number;
  readonly arn: string;
  readonly nowMs: number;
  readonly mode: StreamMode;
  readonly shardCount: number;
  readonly maxRecordBytes: number;
}

/** With how many shards an on-demand stream begins. */
export const ON_DEMAND_SHARDS = 4;
const LAST_HASH_KEY = hashKeyFromNumber(HASH_KEY_COUNT - 1n);
const HOUR_MS = 3_600_000;

export function createStream(creation: StreamCreation): Stream {
  const { name, number, arn, nowMs, mode, shardCount, maxRecordBytes } = creation;
  const starts = uniformStarts(shardCount);
  const shards = starts.map((startingHash, index) => {
    const next = starts[index + 1];
    const endingHash = next === undefined ? LAST_HASH_KEY : hashKeyFromNumber(hashKeyToNumber(next) - 1n);
    return openShard({ index, startingHash, endingHash, nowMs, parents: [] });
  });
  return {
    name,
    number,
    arn,
    createdMs: nowMs,
    mode,
    retentionHours: 24,
    maxRecordBytes,
    encryptionKeyId: undefined,
    shards: new Map(shards.map(shard => [shard.shardId, shard])),
    open: shards,
    scaledMs: [],
    shardsOpened: shards.length,
    tags: new Map(),
    consumers: new Map(),
    policies: new Map(),
  };
}

/** The open shard whose range holds `hashKey`. */
export function routeToShard(stream: Stream, hashKey: HashKey): Shard {
  const { open } = stream;
  let low = 0;
  let high = open.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((open[middle] as Shard).startingHash <= hashKey)
      low = middle; // 0 < middle <= high < length
    else high = middle - 1;
  }
  return open[low] as Shard; // a stream always has an open shard (invariant 1)
}

/** Forgets what is older than the retention period: records, and closed shards whose last record has gone. */
export function expire(stream: Stream, nowMs: number): void {
  const horizonMs = nowMs - stream.retentionHours * HOUR_MS;
  for (const shard of stream.shards.values()) {
    trimRecords(shard, horizonMs);
    if (hasExpired(shard, horizonMs)) stream.shards.delete(shard.shardId);
  }
}

function hasExpired(shard: Shard, horizonMs: number): boolean {
  return shard.closedMs !== undefined && shard.closedMs <= horizonMs;
}
