import { AwsError } from '../../../cloud/aws-error.ts';
import type { Call, JsonObject } from '../../../cloud/service.ts';
import { optionalInteger, requiredText } from '../constraints.ts';
import { findShard, findStreamByName, type KinesisEngine, putMetric, rateExceeded } from '../kinesis-engine.ts';
import { readPage } from '../record-page.ts';
import { nextOrdinal, type Shard } from '../shard.ts';
import {
  decodeShardIterator,
  encodeShardIterator,
  refuseExpiredIterator,
  type ShardIterator,
} from '../shard-iterator.ts';
import { expire, type Stream } from '../stream.ts';
import { childShards } from '../stream-description.ts';
import { ReadWindow } from '../throughput.ts';

const MAX_RECORDS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;

/** Reads on from an iterator. At the end of a closed shard there is no next iterator, but the shard's children. */
export function getRecords(engine: KinesisEngine, input: JsonObject, call: Call) {
  const nowMs = engine.cloud.clock.now();
  const limit = optionalInteger(input, 'Limit', { min: 1, max: MAX_RECORDS }) ?? MAX_RECORDS;
  const iterator = decodeShardIterator(requiredText(input, 'ShardIterator', { min: 1, max: 512 }));
  const { stream, shard } = locate(engine, iterator);
  refuseExpiredIterator(iterator, nowMs);
  expire(stream, nowMs);
  const window = call.principal.kind === 'operator' ? undefined : admitRead(engine, { stream, shard, nowMs });
  const page = readPage(shard, {
    from: Math.max(iterator.ordinal, shard.firstOrdinal),
    records: limit,
    bytes: MAX_BYTES,
  });
  window?.charge(nowMs, page.bytes);
  const behindMs = page.next < nextOrdinal(shard) ? nowMs - page.lastArrivalMs : 0;
  putMetric(engine, stream, { name: 'GetRecords.IteratorAgeMilliseconds', value: behindMs });
  return {
    Records: page.records,
    ...following(stream, shard, { ...iterator, ordinal: page.next, issuedMs: nowMs }),
    MillisBehindLatest: behindMs,
  };
}

function locate(engine: KinesisEngine, iterator: ShardIterator): { stream: Stream; shard: Shard } {
  const stream = findStreamByName(engine, iterator.streamName);
  if (stream.createdMs !== iterator.streamCreatedMs)
    throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
  return { stream, shard: findShard(engine, stream, iterator.shardId) };
}

function admitRead(
  engine: KinesisEngine,
  { stream, shard, nowMs }: { stream: Stream; shard: Shard; nowMs: number },
): ReadWindow | undefined {
  if (!engine.enforceReadLimits) return undefined;
  const window = engine.reads.get(shard) ?? new ReadWindow();
  engine.reads.set(shard, window);
  if (window.admit(nowMs)) return window;
  putMetric(engine, stream, { name: 'ReadProvisionedThroughputExceeded', value: 1 });
  throw new AwsError('ProvisionedThroughputExceededException', rateExceeded(engine, stream, shard));
}

function following(stream: Stream, shard: Shard, next: ShardIterator): JsonObject {
  if (shard.closedMs === undefined || next.ordinal < nextOrdinal(shard))
    return { NextShardIterator: encodeShardIterator(next) };
  return { ChildShards: childShards(stream, shard) };
}
