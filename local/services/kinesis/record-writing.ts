import { type KinesisEngine, putMetric } from './kinesis-engine.ts';
import type { RecordEntry } from './record-entry.ts';
import { sequenceNumber } from './sequence-number.ts';
import { appendRecord, type Shard } from './shard.ts';
import { ON_DEMAND_SHARDS, routeToShard, type Stream } from './stream.ts';
import { WriteWindow } from './throughput.ts';

/** Where a record went; without a sequence number when the shard refused it for lack of throughput. */
export interface WriteOutcome {
  readonly shard: Shard;
  readonly sequenceNumber: string | undefined;
}

/** Routes one record by its hash key and appends it to that shard, if the shard's throughput allows. */
export function writeRecord(engine: KinesisEngine, stream: Stream, entry: RecordEntry): WriteOutcome {
  const nowMs = engine.cloud.clock.now();
  const shard = routeToShard(stream, entry.hashKey);
  if (engine.enforceLimits && !admits(engine, stream, { shard, nowMs, bytes: entry.sizeBytes }))
    return { shard, sequenceNumber: undefined };
  const { partitionKey, data, dataBytes } = entry;
  const arrivalMs = Math.max(nowMs, shard.lastArrivalMs);
  const ordinal = appendRecord(shard, { partitionKey, data, dataBytes, arrivalMs });
  engine.kept.record(stream, shard, ordinal);
  return { shard, sequenceNumber: sequenceNumber(shard.prefix, ordinal) };
}

/** Tells the pollers and the metrics of one call, however many records it brought. */
export function announceWrites(
  engine: KinesisEngine,
  stream: Stream,
  counts: { records: number; bytes: number; throttled: number },
): void {
  if (counts.records > 0) engine.cloud.signals.notify(stream.arn);
  putMetric(engine, stream, { name: 'IncomingRecords', value: counts.records });
  putMetric(engine, stream, { name: 'IncomingBytes', value: counts.bytes });
  putMetric(engine, stream, { name: 'WriteProvisionedThroughputExceeded', value: counts.throttled });
}

/**
 * A provisioned shard has its own capacity. An on-demand stream moves capacity to where it is needed, so that its shards
 * share theirs: that of four at least, with which it begins.
 */
function admits(engine: KinesisEngine, stream: Stream, write: { shard: Shard; nowMs: number; bytes: number }): boolean {
  const pooled = stream.mode === 'ON_DEMAND';
  const owner = pooled ? stream : write.shard;
  let window = engine.writes.get(owner);
  if (!window) {
    window = new WriteWindow();
    engine.writes.set(owner, window);
  }
  return window.admit({
    nowMs: write.nowMs,
    bytes: write.bytes,
    shards: pooled ? Math.max(stream.open.length, ON_DEMAND_SHARDS) : 1,
  });
}
