import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { optionalText, optionalTimeMs, requiredOneOf, requiredText } from '../constraints.ts';
import { findShard, findStream, inStream, type KinesisEngine } from '../kinesis-engine.ts';
import { ordinalOf } from '../sequence-number.ts';
import { nextOrdinal, ordinalAtTime, type Shard } from '../shard.ts';
import { encodeShardIterator } from '../shard-iterator.ts';
import { expire, type Stream } from '../stream.ts';

const ITERATOR_TYPES = [
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
] as const;

/** Turns a starting position into an iterator. `LATEST` and times are settled now, not at the first read. */
export function getShardIterator(engine: KinesisEngine, input: JsonObject) {
  const stream = findStream(engine, input);
  const nowMs = engine.cloud.clock.now();
  expire(stream, nowMs);
  const shard = findShard(engine, stream, requiredText(input, 'ShardId', { min: 1, max: 128 }));
  const ordinal = startingOrdinal(engine, { stream, shard, input });
  const iterator = { streamName: stream.name, streamCreatedMs: stream.createdMs, shardId: shard.shardId };
  return { ShardIterator: encodeShardIterator({ ...iterator, ordinal, issuedMs: nowMs }) };
}

interface Start {
  readonly stream: Stream;
  readonly shard: Shard;
  readonly input: JsonObject;
}

function startingOrdinal(engine: KinesisEngine, start: Start): number {
  const { shard, input } = start;
  const type = requiredOneOf(input, 'ShardIteratorType', ITERATOR_TYPES);
  switch (type) {
    case 'TRIM_HORIZON':
      return shard.firstOrdinal;
    case 'LATEST':
      return nextOrdinal(shard);
    case 'AT_TIMESTAMP':
      return ordinalAtTime(shard, startingTimeMs(input));
    case 'AT_SEQUENCE_NUMBER':
      return sequenceOrdinal(engine, start);
    case 'AFTER_SEQUENCE_NUMBER':
      return sequenceOrdinal(engine, start) + 1;
  }
}

function startingTimeMs(input: JsonObject): number {
  const atMs = optionalTimeMs(input, 'Timestamp');
  if (atMs === undefined)
    throw new AwsError(
      'InvalidArgumentException',
      'Must specify timestamp parameter for iterator of type AT_TIMESTAMP.',
    );
  return atMs;
}

function sequenceOrdinal(engine: KinesisEngine, { stream, shard, input }: Start): number {
  const sequence = optionalText(input, 'StartingSequenceNumber', { pattern: /^(0|[1-9]\d{0,128})$/ });
  if (sequence === undefined) {
    throw new AwsError(
      'InvalidArgumentException',
      `Must either specify a StartingSequenceNumber or a Timestamp for iterator type ${input.ShardIteratorType}.`,
    );
  }
  const ordinal = ordinalOf(shard.prefix, sequence);
  if (ordinal === undefined || ordinal > nextOrdinal(shard)) {
    throw new AwsError(
      'InvalidArgumentException',
      `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${shard.shardId} ` +
        `${inStream(engine, stream)} is invalid.`,
    );
  }
  return ordinal;
}
