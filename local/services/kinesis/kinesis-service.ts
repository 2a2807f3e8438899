import type { Cloud } from '../../cloud/cloud.ts';
import type { Call, JsonObject, Operation, Service } from '../../cloud/service.ts';
import { createKinesisEngine, type KinesisEngine, type KinesisOptions } from './kinesis-engine.ts';
import { kinesisPermissions } from './kinesis-permissions.ts';
import { createStream } from './operations/create-stream.ts';
import { deleteStream } from './operations/delete-stream.ts';
import { describeLimits } from './operations/describe-limits.ts';
import { describeStream } from './operations/describe-stream.ts';
import { describeStreamSummary } from './operations/describe-stream-summary.ts';
import { getRecords } from './operations/get-records.ts';
import { getShardIterator } from './operations/get-shard-iterator.ts';
import { listShards } from './operations/list-shards.ts';
import { listStreams } from './operations/list-streams.ts';
import { mergeShards } from './operations/merge-shards.ts';
import { putRecord } from './operations/put-record.ts';
import { putRecords } from './operations/put-records.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  policyAt,
  putResourcePolicy,
} from './operations/resource-policies.ts';
import { splitShard } from './operations/split-shard.ts';
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from './operations/stream-consumers.ts';
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from './operations/stream-retention.ts';
import {
  startStreamEncryption,
  stopStreamEncryption,
  updateMaxRecordSize,
  updateStreamMode,
} from './operations/stream-settings.ts';
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from './operations/stream-tags.ts';
import { subscribeToShard } from './operations/subscribe-to-shard.ts';
import { updateShardCount } from './operations/update-shard-count.ts';

type KinesisOperation = (engine: KinesisEngine, input: JsonObject, call: Call) => unknown;

const OPERATIONS: Readonly<Record<string, KinesisOperation>> = {
  AddTagsToStream: addTagsToStream,
  CreateStream: createStream,
  DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteStream: deleteStream,
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamConsumer: describeStreamConsumer,
  DescribeStreamSummary: describeStreamSummary,
  GetRecords: getRecords,
  GetResourcePolicy: getResourcePolicy,
  GetShardIterator: getShardIterator,
  IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod,
  ListShards: listShards,
  ListStreamConsumers: listStreamConsumers,
  ListStreams: listStreams,
  ListTagsForResource: listTagsForResource,
  ListTagsForStream: listTagsForStream,
  MergeShards: mergeShards,
  PutRecord: putRecord,
  PutRecords: putRecords,
  PutResourcePolicy: putResourcePolicy,
  RegisterStreamConsumer: registerStreamConsumer,
  RemoveTagsFromStream: removeTagsFromStream,
  SplitShard: splitShard,
  StartStreamEncryption: startStreamEncryption,
  StopStreamEncryption: stopStreamEncryption,
  SubscribeToShard: subscribeToShard,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateMaxRecordSize: updateMaxRecordSize,
  UpdateShardCount: updateShardCount,
  UpdateStreamMode: updateStreamMode,
};

/** Kinesis Data Streams: shards, records, iterators, resharding and the limits of a shard. */
export function kinesisService(cloud: Cloud, options: KinesisOptions = {}): Service {
  const engine = createKinesisEngine(cloud, options);
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS))
    operations[name] = (input, call) => operation(engine, input, call);
  cloud.onClose(() => {
    for (const { subscription } of engine.subscriptions.values()) subscription.end();
  });
  return {
    name: 'kinesis',
    wire: { protocol: 'json', targetPrefix: 'Kinesis_20131202', version: '1.1' },
    operations,
    permissions: (operation, input) => kinesisPermissions(cloud, operation, input),
    resourcePolicy: arn => policyAt(engine, arn),
  };
}
