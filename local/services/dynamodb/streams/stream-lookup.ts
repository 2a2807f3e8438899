import { AwsError } from '../../../cloud/aws-error.ts';
import { type Database, forgetStreams } from '../database.ts';
import { forgottenShard } from './sharding.ts';
import { refreshStream, type Stream } from './stream.ts';
import { type StreamShard, trimShard } from './stream-shard.ts';

/** @throws AwsError ResourceNotFoundException */
export function findStream(database: Database, arn: string): Stream {
  forgetStreams(database);
  const stream = database.streams.get(arn);
  if (!stream) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
  }
  refreshStream(database, stream);
  return stream;
}

/** The shard without the records whose retention has ended. @throws AwsError ResourceNotFoundException */
export function findShard(database: Database, stream: Stream, shardId: string): StreamShard {
  const shard = stream.shards.find(({ id }) => id === shardId) ?? forgottenShard(stream, shardId);
  if (!shard) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Shard: ${shardId} in Stream: ${stream.arn} not found`,
    );
  }
  if (trimShard(shard, database.cloud.clock.now())) database.changes.stream(stream.arn);
  return shard;
}
