import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { requiredText, SHARD_ID } from '../constraints.ts';
import { announceResharding, findShard, findStream, inStream, type KinesisEngine } from '../kinesis-engine.ts';
import { areAdjacent, mergeShards as merge } from '../resharding.ts';
import { refuseClosed } from './split-shard.ts';

export function mergeShards(engine: KinesisEngine, input: JsonObject): void {
  const stream = findStream(engine, input);
  const named = findShard(engine, stream, requiredText(input, 'ShardToMerge', SHARD_ID));
  const adjacent = findShard(engine, stream, requiredText(input, 'AdjacentShardToMerge', SHARD_ID));
  refuseClosed(engine, stream, named);
  refuseClosed(engine, stream, adjacent);
  const [lower, upper] = named.startingHash < adjacent.startingHash ? [named, adjacent] : [adjacent, named];
  if (!areAdjacent(lower, upper)) {
    throw new AwsError(
      'InvalidArgumentException',
      `Shards ${named.shardId} and ${adjacent.shardId} ${inStream(engine, stream)} are not an adjacent pair of shards ` +
        'eligible for merging',
    );
  }
  announceResharding(engine, stream, merge(stream, { lower, upper, named }, { nowMs: engine.cloud.clock.now() }));
}
