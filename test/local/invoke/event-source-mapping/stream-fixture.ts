import { Cloud } from '../../../../local/cloud/cloud.ts';
import { seededIds } from '../../../../local/cloud/ids.ts';
import type { JsonObject, Service } from '../../../../local/cloud/service.ts';
import type { MetricDatum } from '../../../../local/cloud/telemetry.ts';
import type {
  EventSourceMapping,
  FunctionAnswer,
  MappingSettings,
} from '../../../../local/invoke/event-source-mapping/event-source-mapping.ts';
import { recordFilter } from '../../../../local/invoke/event-source-mapping/record-filter.ts';
import { Checkpoints } from '../../../../local/invoke/event-source-mapping/stream/checkpoints.ts';
import { kinesisShardSource } from '../../../../local/invoke/event-source-mapping/stream/kinesis-shard-source.ts';
import type { StartingPosition } from '../../../../local/invoke/event-source-mapping/stream/shard-position.ts';
import { StreamPoller } from '../../../../local/invoke/event-source-mapping/stream/stream-poller.ts';
import { VirtualClock } from '../../../../local/time/virtual-clock.ts';

export const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/processor';

interface FakeRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  readonly Data: string;
  readonly ApproximateArrivalTimestamp: number;
}

interface FakeShard {
  readonly id: string;
  readonly parents: readonly string[];
  readonly records: FakeRecord[];
  closed: boolean;
}

/** What the function is given. */
export interface StreamEvent {
  readonly Records: readonly {
    readonly eventID: string;
    readonly kinesis: { readonly sequenceNumber: string; readonly partitionKey: string; readonly data: string };
  }[];
  readonly [member: string]: unknown;
}

/** A stream in a list, as far as a mapping needs one. */
export class FakeStream {
  readonly shards: FakeShard[] = [];
  readonly cloud: Cloud;
  #sequence = 1000n;

  constructor(cloud: Cloud, shardCount: number) {
    this.cloud = cloud;
    for (let i = 0; i < shardCount; i++) this.open([]);
  }

  open(parents: readonly string[]): string {
    const id = `shardId-${String(this.shards.length).padStart(12, '0')}`;
    this.shards.push({ id, parents, records: [], closed: false });
    return id;
  }

  close(shard: number): void {
    const found = this.shards[shard];
    if (found) found.closed = true;
    this.cloud.signals.notify(STREAM_ARN);
  }

  put(shard: number, key: string, data: unknown): string {
    const SequenceNumber = String(this.#sequence++);
    this.shards[shard]?.records.push({
      SequenceNumber,
      PartitionKey: key,
      Data: Buffer.from(JSON.stringify(data)).toString('base64'),
      ApproximateArrivalTimestamp: this.cloud.clock.now() / 1000,
    });
    return SequenceNumber;
  }

  announce(): void {
    this.cloud.signals.notify(STREAM_ARN);
  }

  service(): Service {
    return {
      name: 'kinesis',
      wire: { protocol: 'json', targetPrefix: 'Kinesis_20131202', version: '1.1' },
      operations: {
        ListShards: () => ({ Shards: this.shards.map(describe) }),
        GetShardIterator: input => ({ ShardIterator: `${input.ShardId}|${this.#start(input)}` }),
        GetRecords: input => this.#read(String(input.ShardIterator), Number(input.Limit)),
      },
    };
  }

  #shard(id: unknown): FakeShard {
    const shard = this.shards.find(candidate => candidate.id === id);
    if (!shard) throw new Error(`Cannot read: no shard ${id}`);
    return shard;
  }

  #start(input: JsonObject): number {
    const { records } = this.#shard(input.ShardId);
    const from = BigInt(String(input.StartingSequenceNumber ?? 0));
    const at = (test: (record: FakeRecord) => boolean) => {
      const index = records.findIndex(test);
      return index < 0 ? records.length : index;
    };
    switch (input.ShardIteratorType) {
      case 'TRIM_HORIZON':
        return 0;
      case 'LATEST':
        return records.length;
      case 'AT_TIMESTAMP':
        return at(record => record.ApproximateArrivalTimestamp >= Number(input.Timestamp));
      case 'AT_SEQUENCE_NUMBER':
        return at(record => BigInt(record.SequenceNumber) >= from);
      default:
        return at(record => BigInt(record.SequenceNumber) > from);
    }
  }

  #read(iterator: string, limit: number): JsonObject {
    const [id, from] = iterator.split('|');
    const shard = this.#shard(id);
    const records = shard.records.slice(Number(from), Number(from) + limit);
    const next = Number(from) + records.length;
    const ended = shard.closed && next === shard.records.length;
    return { Records: records, MillisBehindLatest: 0, ...(ended ? {} : { NextShardIterator: `${id}|${next}` }) };
  }
}

function describe({ id, parents, closed }: FakeShard): JsonObject {
  return {
    ShardId: id,
    ...(parents[0] ? { ParentShardId: parents[0] } : {}),
    ...(parents[1] ? { AdjacentParentShardId: parents[1] } : {}),
    SequenceNumberRange: { StartingSequenceNumber: '0', ...(closed ? { EndingSequenceNumber: '9' } : {}) },
  };
}

export interface StreamFixtureOptions {
  readonly shards?: number;
  readonly settings?: Partial<MappingSettings>;
  readonly start?: StartingPosition;
  /** What the function answers: a value, or an Error for a function error. */
  readonly handler?: (event: StreamEvent, invocation: number) => unknown;
  /** Answers before the handler is asked. */
  readonly intercept?: (invocation: number) => FunctionAnswer | undefined;
  /** Resolves when the function is free. @default at once */
  readonly untilFree?: () => Promise<void>;
}

const DEFAULT_SETTINGS: MappingSettings = {
  enabled: true,
  batchSize: 100,
  batchingWindowMs: 0,
  filterPatterns: [],
  reportBatchItemFailures: false,
  parallelizationFactor: 1,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeMs: -1,
  tumblingWindowMs: 0,
};

/** A stream, a mapping and a scripted function on a virtual clock. */
export function streamFixture(options: StreamFixtureOptions = {}) {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(7) });
  const stream = new FakeStream(cloud, options.shards ?? 1);
  cloud.register(stream.service());
  const metrics: MetricDatum[] = [];
  cloud.metrics = datum => metrics.push(datum);
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const mapping: EventSourceMapping = {
    uuid: 'mapping',
    arn: cloud.arn('lambda', 'event-source-mapping:mapping'),
    kind: 'kinesis',
    eventSourceArn: STREAM_ARN,
    functionName: 'processor',
    functionArn: cloud.arn('lambda', 'function:processor'),
    startingPosition: options.start ?? { type: 'TRIM_HORIZON' },
    settings,
    state: 'Enabled',
    lastProcessingResult: '',
    lastModifiedMs: 0,
    checkpoints: new Checkpoints(),
  };
  const invocations: StreamEvent[] = [];
  const calls: number[] = [];
  const callFunction = async (payload: string): Promise<FunctionAnswer> => {
    calls.push(clock.now());
    const intercepted = options.intercept?.(calls.length);
    if (intercepted) return intercepted;
    const event = JSON.parse(payload) as StreamEvent;
    invocations.push(event);
    const answer = options.handler?.(event, invocations.length);
    const failed = answer instanceof Error;
    return {
      kind: 'answered',
      requestId: `request-${invocations.length}`,
      payload: failed ? JSON.stringify({ errorMessage: answer.message }) : JSON.stringify(answer ?? null),
      executedVersion: '$LATEST',
      ...(failed ? { functionError: 'Unhandled' } : {}),
    };
  };
  const newPoller = () => {
    const context = {
      cloud,
      mapping,
      filter: recordFilter(settings.filterPatterns),
      principal: () => ({ kind: 'role', roleArn: ROLE_ARN, session: 'processor' }) as const,
      untilFree: options.untilFree ?? (async () => {}),
      callFunction,
      report: (result: string) => {
        mapping.lastProcessingResult = result;
      },
    };
    return new StreamPoller(context, kinesisShardSource(context));
  };
  return { clock, cloud, stream, mapping, metrics, invocations, calls, newPoller };
}

/** A service that takes every call, and keeps it. */
export function recordingService(cloud: Cloud, name: string, operation: string): JsonObject[] {
  const received: JsonObject[] = [];
  cloud.register({
    name,
    wire: { protocol: 'json', targetPrefix: name, version: '1.0' },
    operations: {
      [operation]: input => {
        received.push(input);
        return {};
      },
    },
  });
  return received;
}

/** The data of an event's records. */
export function dataOf(event: StreamEvent | undefined): unknown[] {
  return (event?.Records ?? []).map(record => JSON.parse(Buffer.from(record.kinesis.data, 'base64').toString()));
}
