import { type Ledger, NO_SHARD, parseRfc3339, type RecordFate } from '../../core/index.ts';

/** Enters what became of records of the stream; copies of an acceptance were entered with the first of them. */
export function enterFates(ledger: Ledger, fates: readonly RecordFate[]): void {
  for (const { record, outcome } of fates) if (outcome !== 'redelivered') ledger.count(outcome, eventOf(record));
}

/** Enters what became of records of a lane: they are no longer parked. */
export function enterDrained(ledger: Ledger, fates: readonly RecordFate[]): void {
  for (const { record } of fates) ledger.count('parked', eventOf(record), -1);
  enterFates(ledger, fates);
}

function eventOf({ event, arrivedAtMs, shard = NO_SHARD }: RecordFate['record']) {
  const { type, id, ingestedtime = '' } = event;
  return { type, id, shard, atMs: parseRfc3339(ingestedtime) ?? arrivedAtMs };
}
