import type { ReadablePosition } from './shard-position.ts';
import type { ShardSource } from './shard-source.ts';

const RECORDS_PER_READ = 10_000;

/**
 * `LATEST` as a place that still means the same after a restart: behind the last record that is there now. Where the source
 * can be asked by time only what has just arrived is looked at; otherwise everything that it still keeps.
 */
export async function latestPosition(source: ShardSource, shardId: string, nowMs: number): Promise<ReadablePosition> {
  const from: ReadablePosition = source.readsByTime
    ? { type: 'AT_TIMESTAMP', timestampMs: nowMs }
    : { type: 'TRIM_HORIZON' };
  let iterator: string | undefined = await source.iterator(shardId, from);
  let last: string | undefined;
  while (iterator !== undefined) {
    const page = await source.read(shardId, iterator, RECORDS_PER_READ);
    last = page.records.at(-1)?.sequenceNumber ?? last;
    iterator = page.more ? page.nextIterator : undefined;
  }
  return last === undefined ? from : { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last };
}
