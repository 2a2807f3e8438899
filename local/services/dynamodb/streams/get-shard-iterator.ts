import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { invalid, readChoice, readText, required } from '../request.ts';
import { writeIterator } from './shard-iterator.ts';
import { findShard, findStream } from './stream-lookup.ts';
import { nextOrdinal, type StreamShard } from './stream-shard.ts';

const TYPES = ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const;

/** GetShardIterator: a place in a shard, to read from. */
export function getShardIterator(database: Database, input: JsonObject): JsonObject {
  const stream = findStream(database, required(readText(input, 'StreamArn'), 'StreamArn'));
  const shardId = required(readText(input, 'ShardId'), 'ShardId');
  required(readText(input, 'ShardIteratorType'), 'ShardIteratorType');
  const type = readChoice(input, 'ShardIteratorType', TYPES);
  const shard = findShard(database, stream, shardId);
  const position = positionOf(shard, type, readText(input, 'SequenceNumber'));
  const issuedAtMs = database.cloud.clock.now();
  return { ShardIterator: writeIterator({ streamArn: stream.arn, shardId, position, issuedAtMs }) };
}

function positionOf(shard: StreamShard, type: (typeof TYPES)[number], sequenceNumber: string | undefined): number {
  if (type === 'TRIM_HORIZON') return shard.trimmed;
  if (type === 'LATEST') return nextOrdinal(shard);
  if (sequenceNumber === undefined || !/^\d{21,40}$/.test(sequenceNumber)) {
    throw invalid(
      `1 validation error detected: Value ${sequenceNumber === undefined ? 'null' : `'${sequenceNumber}'`} at 'sequenceNumber' failed to satisfy constraint: Member must be the sequence number of a record when the iterator type is ${type}`,
    );
  }
  const first = shard.records[0]?.sequenceNumber;
  if (shard.trimmed > 0 && (first === undefined || BigInt(sequenceNumber) < BigInt(first))) throw beyondHorizon();
  const after = type === 'AFTER_SEQUENCE_NUMBER';
  const found = shard.records.findIndex(record =>
    after
      ? BigInt(record.sequenceNumber) > BigInt(sequenceNumber)
      : BigInt(record.sequenceNumber) >= BigInt(sequenceNumber),
  );
  return shard.trimmed + (found < 0 ? shard.records.length : found);
}

/** The records that a reader wants were kept for 24 hours and are gone. */
export function beyondHorizon(): AwsError {
  return new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard',
  );
}
