import type { KinesisEngine } from '../kinesis-engine.ts';

/** The shard quota of an account in the large regions, and the on-demand stream quota. */
const SHARD_LIMIT = 20_000;
const ON_DEMAND_STREAM_LIMIT = 50;

export function describeLimits(engine: KinesisEngine) {
  const streams = [...engine.streams.values()];
  return {
    ShardLimit: SHARD_LIMIT,
    OpenShardCount: streams.reduce((sum, stream) => sum + stream.open.length, 0),
    OnDemandStreamCount: streams.filter(stream => stream.mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: ON_DEMAND_STREAM_LIMIT,
  };
}
