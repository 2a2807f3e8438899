import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { optionalText, STREAM_NAME } from './constraints.ts';
import type { Shard } from './shard.ts';
import type { Stream } from './stream.ts';
import type { ReadWindow, WriteWindow } from './throughput.ts';

export interface KinesisOptions {
  /** Whether shards refuse more than 1 MiB or 1,000 records a second. @default true */
  readonly enforceLimits?: boolean;
  /**
   * Whether shards refuse more than 5 reads or 2 MiB a second. Never refused: the operator.
   * @default false, since event source mappings here read as soon as a record arrives, and not once a second
   */
  readonly enforceReadLimits?: boolean;
}

/** What the operations share: the streams, and the windows over which limits are counted. */
export interface KinesisEngine {
  readonly cloud: Cloud;
  readonly streams: Map<string, Stream>;
  readonly enforceLimits: boolean;
  readonly enforceReadLimits: boolean;
  /** By shard, or by stream where the shards of an on-demand stream share their capacity. */
  readonly writes: WeakMap<Shard | Stream, WriteWindow>;
  readonly reads: WeakMap<Shard, ReadWindow>;
}

const STREAM_ARN = /^arn:aws[^:]*:kinesis:[^:]*:\d{12}:stream\/(\S+)$/;

export function createKinesisEngine(cloud: Cloud, options: KinesisOptions): KinesisEngine {
  return {
    cloud,
    streams: new Map(),
    enforceLimits: options.enforceLimits ?? true,
    enforceReadLimits: options.enforceReadLimits ?? false,
    writes: new WeakMap(),
    reads: new WeakMap(),
  };
}

/** The name of the stream that a request means, by `StreamARN` or `StreamName`; undefined when it has neither. */
export function streamNameOf(input: JsonObject): string | undefined {
  const arn = optionalText(input, 'StreamARN');
  if (arn === undefined) return optionalText(input, 'StreamName', STREAM_NAME);
  return STREAM_ARN.exec(arn)?.[1]?.replace(/\/.*$/, '') ?? arn;
}

/** @throws AwsError ResourceNotFoundException */
export function findStream(engine: KinesisEngine, input: JsonObject): Stream {
  const name = streamNameOf(input);
  if (name === undefined)
    throw new AwsError('ValidationException', 'Either StreamName or StreamARN must be provided in the request.');
  return findStreamByName(engine, name);
}

export function findStreamByName(engine: KinesisEngine, name: string): Stream {
  const stream = engine.streams.get(name);
  if (!stream) {
    const { accountId } = engine.cloud;
    throw new AwsError('ResourceNotFoundException', `Stream ${name} under account ${accountId} not found.`);
  }
  return stream;
}

/** @throws AwsError ResourceNotFoundException */
export function findShard(engine: KinesisEngine, stream: Stream, shardId: string): Shard {
  const shard = stream.shards.find(candidate => candidate.shardId === shardId);
  if (!shard)
    throw new AwsError('ResourceNotFoundException', `Could not find shard ${shardId} ${inStream(engine, stream)}.`);
  return shard;
}

/** How AWS names a stream in its messages. */
export function inStream(engine: KinesisEngine, stream: Stream): string {
  return `in stream ${stream.name} under account ${engine.cloud.accountId}`;
}

/** The text of AWS's refusal of a read or write above a shard's capacity. */
export function rateExceeded(engine: KinesisEngine, stream: Stream, shard: Shard): string {
  return `Rate exceeded for shard ${shard.shardId} ${inStream(engine, stream)}.`;
}

/** One datum in `AWS/Kinesis`, by stream. */
export function putMetric(engine: KinesisEngine, stream: Stream, metric: { name: string; value: number }): void {
  const unit = metric.name.endsWith('Bytes')
    ? 'Bytes'
    : metric.name.endsWith('Milliseconds')
      ? 'Milliseconds'
      : 'Count';
  engine.cloud.metrics({ namespace: 'AWS/Kinesis', dimensions: { StreamName: stream.name }, unit, ...metric });
}
