import type { KinesisEngine } from '../kinesis-engine.ts';
import { openShardCount, SHARD_LIMIT } from '../shard-quota.ts';

const ON_DEMAND_STREAM_LIMIT = 50;

export function describeLimits(engine: KinesisEngine) {
  const streams = [...engine.streams.values()];
  return {
    ShardLimit: SHARD_LIMIT,
    OpenShardCount: openShardCount(engine),
    OnDemandStreamCount: streams.filter(stream => stream.mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: ON_DEMAND_STREAM_LIMIT,
  };
}
