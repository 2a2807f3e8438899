import type { JsonObject } from '../../../cloud/service.ts';
import { optionalInteger, optionalText } from '../constraints.ts';
import { findStream, type KinesisEngine } from '../kinesis-engine.ts';
import { expire } from '../stream.ts';
import { describeShard, describeStreamState } from '../stream-description.ts';

const DEFAULT_SHARDS = 100;

export function describeStream(engine: KinesisEngine, input: JsonObject) {
  const stream = findStream(engine, input);
  const limit = optionalInteger(input, 'Limit', { min: 1, max: 10_000 }) ?? DEFAULT_SHARDS;
  const after = optionalText(input, 'ExclusiveStartShardId');
  expire(stream, engine.cloud.clock.now());
  const rest = stream.shards.filter(({ shardId }) => after === undefined || shardId > after);
  return {
    StreamDescription: {
      ...describeStreamState(stream),
      Shards: rest.slice(0, limit).map(describeShard),
      HasMoreShards: rest.length > limit,
    },
  };
}
