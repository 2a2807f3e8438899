import type { JsonObject } from '../../../cloud/service.ts';
import type { PollerContext } from '../event-source-mapping.ts';
import { filterableJson } from '../record-filter.ts';
import { ConsumerSubscriptions } from './consumer-subscriptions.ts';
import type { ShardSource, SourceShard, StreamRecord } from './shard-source.ts';

/** A record's members around its data, roughly. */
const ENVELOPE_BYTES = 600;

interface KinesisShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

interface KinesisRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  readonly Data: string;
  readonly ApproximateArrivalTimestamp: number;
}

type Call = <Output>(operation: string, input: JsonObject) => Promise<Output>;
type Reading = Pick<ShardSource, 'signalsAt' | 'iterator' | 'read' | 'release'>;
type Deliver = (records: readonly KinesisRecord[], shardId: string) => readonly StreamRecord[];

/** A stream, read by all its mappings together; or, by the ARN of a consumer of the stream, with a throughput of its own. */
export function kinesisShardSource(context: PollerContext): ShardSource {
  const { cloud, mapping, principal } = context;
  const { eventSourceArn } = mapping;
  const streamArn = eventSourceArn.replace(/\/consumer\/.*$/, '');
  const call: Call = (operation, input) => cloud.call({ service: 'kinesis', operation, input, principal: principal() });
  const deliver: Deliver = (records, shardId) => {
    const origin = { shardId, roleArn: roleOf(principal()), region: cloud.region, eventSourceArn };
    return records.map(record => streamRecord(record, origin));
  };
  return {
    streamArn,
    readsByTime: true,
    batchInfoMember: 'KinesisBatchInfo',
    arrivalTime: arrivalMs => new Date(arrivalMs).toISOString(),

    async listShards() {
      const shards: SourceShard[] = [];
      let next: string | undefined;
      do {
        const input = next === undefined ? { StreamARN: streamArn } : { NextToken: next };
        const page = await call<{ Shards: KinesisShard[]; NextToken?: string }>('ListShards', input);
        shards.push(...page.Shards.map(describeShard));
        next = page.NextToken;
      } while (next !== undefined);
      return shards;
    },
    ...(eventSourceArn === streamArn ? pulling(streamArn, call, deliver) : pushing(context, call, deliver)),
  };
}

function pulling(streamArn: string, call: Call, deliver: Deliver): Reading {
  return {
    async iterator(shardId, position) {
      const answer = await call<{ ShardIterator: string }>('GetShardIterator', {
        StreamARN: streamArn,
        ShardId: shardId,
        ShardIteratorType: position.type,
        ...('sequenceNumber' in position ? { StartingSequenceNumber: position.sequenceNumber } : {}),
        ...('timestampMs' in position ? { Timestamp: position.timestampMs / 1000 } : {}),
      });
      return answer.ShardIterator;
    },

    async read(shardId, iterator, limit) {
      const page = await call<{ Records: KinesisRecord[]; NextShardIterator?: string | null }>('GetRecords', {
        ShardIterator: iterator,
        Limit: limit,
        StreamARN: streamArn,
      });
      return {
        records: deliver(page.Records, shardId),
        nextIterator: page.NextShardIterator ?? undefined,
        more: page.Records.length > 0,
      };
    },
  };
}

function pushing({ cloud, mapping }: PollerContext, call: Call, deliver: Deliver): Reading {
  const consumerArn = mapping.eventSourceArn;
  const subscriptions = new ConsumerSubscriptions<KinesisRecord>({
    consumerArn,
    call,
    nowMs: () => cloud.clock.now(),
    notify: () => cloud.signals.notify(consumerArn),
  });
  return {
    signalsAt: consumerArn,

    async iterator(shardId, position) {
      await subscriptions.open(shardId, position);
      return shardId;
    },

    async read(shardId, iterator, limit) {
      const { records, more, isEnd } = await subscriptions.read(shardId, limit);
      return { records: deliver(records, shardId), nextIterator: isEnd ? undefined : iterator, more };
    },

    release: shardId => subscriptions.release(shardId),
  };
}

function describeShard(shard: KinesisShard): SourceShard {
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId];
  return {
    shardId: shard.ShardId,
    parentIds: parents.filter(parent => parent !== undefined && parent !== null),
    open: shard.SequenceNumberRange.EndingSequenceNumber === undefined,
  };
}

interface RecordOrigin {
  readonly shardId: string;
  readonly roleArn: string;
  readonly region: string;
  readonly eventSourceArn: string;
}

function streamRecord(record: KinesisRecord, origin: RecordOrigin): StreamRecord {
  const kinesis = {
    kinesisSchemaVersion: '1.0',
    partitionKey: record.PartitionKey,
    sequenceNumber: record.SequenceNumber,
    data: record.Data,
    approximateArrivalTimestamp: record.ApproximateArrivalTimestamp,
  };
  const envelope = {
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${origin.shardId}:${record.SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: origin.roleArn,
    awsRegion: origin.region,
    eventSourceARN: origin.eventSourceArn,
  };
  return {
    sequenceNumber: record.SequenceNumber,
    key: record.PartitionKey,
    arrivalMs: Math.round(record.ApproximateArrivalTimestamp * 1000),
    event: { kinesis, ...envelope },
    sizeBytes: record.Data.length + ENVELOPE_BYTES,
    json: () =>
      filterableJson({ ...kinesis, ...envelope }, 'data', Buffer.from(record.Data, 'base64').toString('utf8')),
  };
}

function roleOf(principal: ReturnType<PollerContext['principal']>): string {
  return principal.kind === 'role' ? principal.roleArn : '';
}
