import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Journal } from '../../cloud/journal.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { optionalText, STREAM_ARN, STREAM_NAME } from './constraints.ts';
import { type KeptStreams, keepStreams } from './kept-streams.ts';
import type { Shard } from './shard.ts';
import type { Stream, StreamConsumer } from './stream.ts';
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

/** What can be ended, for a reason that its reader is told, or quietly. */
export interface Subscription {
  end(error?: AwsError): void;
}

/** What the operations share: the streams, and the windows over which limits are counted. */
export interface KinesisEngine {
  readonly cloud: Cloud;
  readonly streams: Map<string, Stream>;
  readonly kept: KeptStreams;
  /** The number of the next stream to be made. */
  readonly nextStreamNumber: () => number;
  readonly enforceLimits: boolean;
  readonly enforceReadLimits: boolean;
  /** By shard, or by stream where the shards of an on-demand stream share their capacity. */
  readonly writes: WeakMap<Shard | Stream, WriteWindow>;
  readonly reads: WeakMap<Shard, ReadWindow>;
  /** The last subscription of each consumer to each shard. */
  readonly subscriptions: Map<string, { readonly subscription: Subscription; readonly sinceMs: number }>;
}

export function createKinesisEngine(cloud: Cloud, options: KinesisOptions): KinesisEngine {
  const streams = new Map<string, Stream>();
  const nextStreamNumber = streamNumbers(cloud.journal);
  return {
    cloud,
    streams,
    kept: keepStreams(cloud.journal, streams),
    nextStreamNumber,
    enforceLimits: options.enforceLimits ?? true,
    enforceReadLimits: options.enforceReadLimits ?? false,
    writes: new WeakMap(),
    reads: new WeakMap(),
    subscriptions: new Map(),
  };
}

/** Counts the streams ever made, over all processes. */
function streamNumbers(journal: Journal): () => number {
  let made = 0;
  const touch = journal.keep<number>({
    name: 'kinesis/counters',
    keys: () => ['streams'],
    read: () => made,
    restore: (_, count) => {
      made = count;
    },
  });
  return () => {
    made++;
    touch('streams');
    return made;
  };
}

/** The name of the stream that a request means, by `StreamARN` or `StreamName`; undefined when it has neither. */
export function streamNameOf(input: JsonObject): string | undefined {
  const arn = optionalText(input, 'StreamARN', STREAM_ARN);
  const name = optionalText(input, 'StreamName', STREAM_NAME);
  return arn === undefined ? name : arn.replace(/^.*?:stream\//, '');
}

/** @throws AwsError ResourceNotFoundException, also when the ARN is that of another region or account */
export function findStream(engine: KinesisEngine, input: JsonObject): Stream {
  const name = streamNameOf(input);
  if (name === undefined)
    throw new AwsError('ValidationException', 'Either StreamName or StreamARN must be provided in the request.');
  const stream = findStreamByName(engine, name);
  const { StreamARN: arn } = input;
  if (arn === undefined || arn === null || arn === stream.arn) return stream;
  throw streamNotFound(engine, name);
}

export function findStreamByName(engine: KinesisEngine, name: string): Stream {
  const stream = engine.streams.get(name);
  if (!stream) throw streamNotFound(engine, name);
  return stream;
}

export function streamNotFound(engine: KinesisEngine, name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Stream ${name} under account ${engine.cloud.accountId} not found.`);
}

/** @throws AwsError ResourceNotFoundException */
export function findShard(engine: KinesisEngine, stream: Stream, shardId: string): Shard {
  const shard = stream.shards.get(shardId);
  if (!shard)
    throw new AwsError('ResourceNotFoundException', `Could not find shard ${shardId} ${inStream(engine, stream)}.`);
  return shard;
}

/** Shards were closed and opened: to be kept, and told to those who read the stream. */
export function announceResharding(engine: KinesisEngine, stream: Stream, shards: Iterable<Shard>): void {
  engine.kept.stream(stream);
  engine.kept.shards(stream, shards);
  engine.cloud.signals.notify(stream.arn);
}

/** Ends what a consumer is subscribed to, and forgets it: the consumer is going. */
export function endSubscriptions(engine: KinesisEngine, consumer: StreamConsumer): void {
  const error = consumerNotFound(engine, consumer.arn);
  for (const [key, { subscription }] of engine.subscriptions) {
    if (!key.startsWith(`${consumer.arn}/`)) continue;
    subscription.end(error);
    engine.subscriptions.delete(key);
  }
}

export function consumerNotFound(engine: KinesisEngine, named: string | undefined): AwsError {
  const { accountId } = engine.cloud;
  return new AwsError('ResourceNotFoundException', `Consumer ${named}, account ${accountId} not found.`);
}

/** How AWS names a stream in its messages. */
export function inStream(engine: KinesisEngine, stream: Stream): string {
  return `in stream ${stream.name} under account ${engine.cloud.accountId}`;
}

/** The text of AWS's refusal of a read or write above a shard's capacity. */
export function rateExceeded(engine: KinesisEngine, stream: Stream, shard: Shard): string {
  return `Rate exceeded for shard ${shard.shardId} ${inStream(engine, stream)}.`;
}

export interface KinesisMetric {
  readonly name: string;
  readonly value: number;
  /** Besides the stream's name. @default none */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** One datum in `AWS/Kinesis`, by stream. */
export function putMetric(engine: KinesisEngine, stream: Stream, metric: KinesisMetric): void {
  const unit = metric.name.endsWith('Bytes') ? 'Bytes' : /Milli(second)?s/.test(metric.name) ? 'Milliseconds' : 'Count';
  const { name, value } = metric;
  const dimensions = { StreamName: stream.name, ...metric.dimensions };
  engine.cloud.metrics({ namespace: 'AWS/Kinesis', name, value, unit, dimensions });
}
