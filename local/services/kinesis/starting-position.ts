import { AwsError } from '../../cloud/aws-error.ts';
import { inStream, type KinesisEngine } from './kinesis-engine.ts';
import { ordinalOf } from './sequence-number.ts';
import { nextOrdinal, ordinalAtTime, type Shard } from './shard.ts';
import type { Stream } from './stream.ts';

/** In the order in which AWS names them in its messages. */
export const POSITION_TYPES = [
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
] as const;

/** Where a reader wants to begin. */
export interface StartingPosition {
  readonly type: (typeof POSITION_TYPES)[number];
  readonly sequence: string | undefined;
  readonly timestampMs: number | undefined;
  /** The operation that asks, for messages. */
  readonly operation: 'GetShardIterator' | 'SubscribeToShard';
}

interface Place {
  readonly stream: Stream;
  readonly shard: Shard;
}

/** Settles a position: `LATEST` and times mean now, not the first read. @throws AwsError InvalidArgumentException */
export function startingOrdinal(engine: KinesisEngine, place: Place, start: StartingPosition): number {
  const { shard } = place;
  switch (start.type) {
    case 'TRIM_HORIZON':
      return shard.firstOrdinal;
    case 'LATEST':
      return nextOrdinal(shard);
    case 'AT_TIMESTAMP':
      return ordinalAtTime(shard, startingTimeMs(engine, start));
    case 'AT_SEQUENCE_NUMBER':
      return sequenceOrdinal(engine, place, start);
    case 'AFTER_SEQUENCE_NUMBER':
      return sequenceOrdinal(engine, place, start) + 1;
  }
}

function startingTimeMs(engine: KinesisEngine, { timestampMs }: StartingPosition): number {
  if (timestampMs === undefined)
    throw new AwsError(
      'InvalidArgumentException',
      'Must specify timestamp parameter for iterator of type AT_TIMESTAMP.',
    );
  const nowMs = engine.cloud.clock.now();
  if (timestampMs > nowMs) {
    throw new AwsError(
      'InvalidArgumentException',
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ` +
        `timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
    );
  }
  return timestampMs;
}

function sequenceOrdinal(engine: KinesisEngine, { stream, shard }: Place, start: StartingPosition): number {
  const { sequence, type, operation } = start;
  if (sequence === undefined) {
    throw new AwsError(
      'InvalidArgumentException',
      `Must either specify a StartingSequenceNumber or a Timestamp for iterator type ${type}.`,
    );
  }
  const ordinal = ordinalOf(shard.prefix, sequence);
  if (ordinal === undefined || ordinal > nextOrdinal(shard)) {
    throw new AwsError(
      'InvalidArgumentException',
      `StartingSequenceNumber ${sequence} used in ${operation} on shard ${shard.shardId} ` +
        `${inStream(engine, stream)} is invalid.`,
    );
  }
  return ordinal;
}
