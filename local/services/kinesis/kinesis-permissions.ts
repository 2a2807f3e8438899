import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Permission } from '../../cloud/service.ts';
import { streamNameOf } from './kinesis-engine.ts';
import { decodeShardIterator } from './shard-iterator.ts';

/** Operations that are allowed on a consumer rather than on its stream. */
const ON_CONSUMERS = new Set(['DescribeStreamConsumer', 'DeregisterStreamConsumer', 'SubscribeToShard']);

/** Actions and resources as in the service authorization reference, "Amazon Kinesis Data Streams". */
export function kinesisPermissions(cloud: Cloud, operation: string, input: JsonObject): readonly Permission[] {
  return [{ action: `kinesis:${operation}`, resources: [resourceOf(cloud, operation, input)] }];
}

function resourceOf(cloud: Cloud, operation: string, input: JsonObject): string {
  const streamArn = (name: string) => cloud.arn('kinesis', `stream/${name}`);
  if (ON_CONSUMERS.has(operation) && typeof input.ConsumerARN === 'string') return input.ConsumerARN;
  if (typeof input.ResourceARN === 'string') return input.ResourceARN;
  if (operation === 'GetRecords' && typeof input.ShardIterator === 'string')
    return streamArn(decodeShardIterator(input.ShardIterator).streamName);
  const name = streamNameOf(input);
  return name === undefined ? '*' : streamArn(name);
}
