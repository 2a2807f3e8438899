import type { JsonObject } from '../../../cloud/service.ts';
import type { PollerContext } from '../event-source-mapping.ts';
import type { ShardSource, SourceShard, StreamRecord } from './shard-source.ts';

/** A stream record is never read in larger pages. */
const MOST_RECORDS_PER_READ = 1000;

interface DynamoDbShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string };
}

interface DynamoDbRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly dynamodb: JsonObject & {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: JsonObject;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
  };
  readonly userIdentity?: { readonly PrincipalId?: string; readonly Type?: string };
}

export function dynamoDbShardSource({ cloud, mapping, principal }: PollerContext): ShardSource {
  const streamArn = mapping.eventSourceArn;
  const call = <Output>(operation: string, input: JsonObject) =>
    cloud.call<Output>({ service: 'dynamodbstreams', operation, input, principal: principal() });

  return {
    streamArn,
    readsByTime: false,
    batchInfoMember: 'DDBStreamBatchInfo',
    // recorded on AWS: without milliseconds, unlike everything else in the same document
    arrivalTime: arrivalMs => `${new Date(arrivalMs).toISOString().slice(0, 19)}Z`,

    async listShards() {
      const shards: SourceShard[] = [];
      let after: string | undefined;
      do {
        const { StreamDescription: page } = await call<{
          StreamDescription: { Shards: DynamoDbShard[]; LastEvaluatedShardId?: string };
        }>('DescribeStream', {
          StreamArn: streamArn,
          ...(after === undefined ? {} : { ExclusiveStartShardId: after }),
        });
        shards.push(...page.Shards.map(describeShard));
        after = page.LastEvaluatedShardId;
      } while (after !== undefined);
      return shards;
    },

    async iterator(shardId, position) {
      const answer = await call<{ ShardIterator: string }>('GetShardIterator', {
        StreamArn: streamArn,
        ShardId: shardId,
        ShardIteratorType: position.type,
        ...('sequenceNumber' in position ? { SequenceNumber: position.sequenceNumber } : {}),
      });
      return answer.ShardIterator;
    },

    async read(_shardId, iterator, limit) {
      const page = await call<{ Records: DynamoDbRecord[]; NextShardIterator?: string | null }>('GetRecords', {
        ShardIterator: iterator,
        Limit: Math.min(limit, MOST_RECORDS_PER_READ),
      });
      return {
        records: page.Records.map(record => streamRecord(record, streamArn)),
        nextIterator: page.NextShardIterator ?? undefined,
        more: page.Records.length > 0,
      };
    },
  };
}

function describeShard(shard: DynamoDbShard): SourceShard {
  return {
    shardId: shard.ShardId,
    parentIds: shard.ParentShardId === undefined ? [] : [shard.ParentShardId],
    open: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
  };
}

function streamRecord(record: DynamoDbRecord, eventSourceArn: string): StreamRecord {
  const { userIdentity } = record;
  const event = {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: record.dynamodb,
    ...(userIdentity
      ? // the streams API spells its members in upper case, the function's event in lower case
        { userIdentity: { principalId: userIdentity.PrincipalId, type: userIdentity.Type } }
      : {}),
    eventSourceARN: eventSourceArn,
  };
  const json = JSON.stringify(event);
  return {
    sequenceNumber: record.dynamodb.SequenceNumber,
    key: JSON.stringify(record.dynamodb.Keys),
    arrivalMs: Math.round(record.dynamodb.ApproximateCreationDateTime * 1000),
    event,
    sizeBytes: json.length,
    json: () => json,
  };
}
