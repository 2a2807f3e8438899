import type { JsonObject } from '../../../cloud/service.ts';
import { optionalInteger, optionalText, SHARD_ID } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { expire } from '../stream.ts';
import { describeShard, describeStreamState } from '../stream-description.ts';

/** In one answer, whatever the request's limit (API reference, DescribeStream). */
const MAX_SHARDS = 100;

export function describeStream(engine: KinesisEngine, input: JsonObject) {
  const limit = optionalInteger(input, 'Limit', { min: 1, max: 10_000 }) ?? MAX_SHARDS;
  const after = optionalText(input, 'ExclusiveStartShardId', SHARD_ID);
  const stream = findStream(engine, input);
  expire(stream, engine.cloud.clock.now());
  const rest = [...stream.shards.values()].filter(({ shardId }) => after === undefined || shardId > after);
  const shards = rest.slice(0, Math.min(limit, MAX_SHARDS));
  return {
    StreamDescription: {
      ...describeStreamState(stream),
      Shards: shards.map(describeShard),
      HasMoreShards: rest.length > shards.length,
    },
  };
}
