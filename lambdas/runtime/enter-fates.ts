import type { KinesisStreamRecord } from 'aws-lambda';
import { type Ledger, parseRfc3339, type RecordFate, shardName } from '../../core/index.ts';

/** Enters what became of records of the stream; copies of an acceptance were entered with the first of them. */
export function enterFates(
  ledger: Ledger,
  fates: readonly RecordFate[],
  from: ReadonlyMap<string, KinesisStreamRecord>,
): void {
  for (const { record, outcome } of fates) {
    if (outcome === 'redelivered') continue;
    const { type, id, ingestedtime = '' } = record.event;
    const [shardId = ''] = from.get(record.sequence)?.eventID.split(':') ?? [];
    const atMs = parseRfc3339(ingestedtime) ?? record.arrivedAtMs;
    ledger.count(outcome, { type, id, shard: shardName(shardId), atMs });
  }
}
