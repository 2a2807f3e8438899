import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { KinesisOptions } from '../../../local/services/kinesis/kinesis-engine.ts';
import { kinesisService } from '../../../local/services/kinesis/kinesis-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export const READER: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/reader', session: 'test' };

export interface ListedShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string };
}

export interface ReadRecord {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: number;
  readonly Data: string;
  readonly PartitionKey: string;
}

export interface ReadPage {
  readonly Records: readonly ReadRecord[];
  readonly NextShardIterator?: string;
  readonly MillisBehindLatest: number;
  readonly ChildShards?: readonly { readonly ShardId: string; readonly ParentShards: readonly string[] }[];
}

/** A cloud with only Kinesis in it, on a virtual clock. */
export function kinesisFixture(options: KinesisOptions = {}) {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(kinesisService(cloud, options));
  function call<Output = JsonObject>(operation: string, input: JsonObject, principal: Principal = OPERATOR) {
    return cloud.call<Output>({ service: 'kinesis', operation, input, principal });
  }
  async function listShards(streamName: string): Promise<readonly ListedShard[]> {
    return (await call<{ Shards: ListedShard[] }>('ListShards', { StreamName: streamName })).Shards;
  }
  async function iterator(
    streamName: string,
    shardId: string,
    start: JsonObject = { ShardIteratorType: 'TRIM_HORIZON' },
  ) {
    const input = { StreamName: streamName, ShardId: shardId, ...start };
    return (await call<{ ShardIterator: string }>('GetShardIterator', input)).ShardIterator;
  }
  function read(shardIterator: string, limit?: number, principal?: Principal) {
    return call<ReadPage>(
      'GetRecords',
      { ShardIterator: shardIterator, ...(limit ? { Limit: limit } : {}) },
      principal,
    );
  }
  async function readShard(streamName: string, shardId: string): Promise<readonly ReadRecord[]> {
    return (await read(await iterator(streamName, shardId))).Records;
  }
  return { clock, cloud, call, listShards, iterator, read, readShard };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
