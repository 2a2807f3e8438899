import type { JsonObject } from '../../../cloud/service.ts';
import {
  optionalText,
  optionalTimeMs,
  requiredOneOf,
  requiredText,
  SEQUENCE_NUMBER,
  SHARD_ID,
} from '../constraints.ts';
import { findShard, findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { encodeShardIterator } from '../shard-iterator.ts';
import { POSITION_TYPES, startingOrdinal } from '../starting-position.ts';
import { expire } from '../stream.ts';

/** Turns a starting position into an iterator. */
export function getShardIterator(engine: KinesisEngine, input: JsonObject) {
  const shardId = requiredText(input, 'ShardId', SHARD_ID);
  const start = {
    type: requiredOneOf(input, 'ShardIteratorType', POSITION_TYPES),
    sequence: optionalText(input, 'StartingSequenceNumber', SEQUENCE_NUMBER),
    timestampMs: optionalTimeMs(input, 'Timestamp'),
    operation: 'GetShardIterator',
  } as const;
  const stream = findStream(engine, input);
  const issuedMs = engine.cloud.clock.now();
  expire(stream, issuedMs);
  const shard = findShard(engine, stream, shardId);
  const ordinal = startingOrdinal(engine, { stream, shard }, start);
  const iterator = { streamName: stream.name, streamCreatedMs: stream.createdMs, shardId, ordinal, issuedMs };
  return { ShardIterator: encodeShardIterator(iterator) };
}
