import type { FoldCounts, FoldItem, FoldRecord, FoldWrite, RecordOutcome } from './fold-item.ts';
import { noRecentIds } from './recent-ids.ts';

/** A write and the records whose fate it decides. */
export interface FoldStep<State> {
  readonly write: FoldWrite<State>;
  readonly fates: readonly RecordFate[];
}

export interface RecordFate {
  readonly record: FoldRecord;
  readonly outcome: RecordOutcome;
  /** Why a record is quarantined. */
  readonly reason?: string;
}

/** The item of a key that has none yet. */
export function emptyItem<State>(key: string, state: State): FoldItem<State> {
  const counts = { applied: 0, duplicate: 0, parked: 0, quarantined: 0 };
  return { key, state, revision: 0, recentIds: noRecentIds, outbox: [], counts };
}

/** What a write that follows `item` must find; nothing for the first write of a key. */
export function expectation<State>(item: FoldItem<State>): Pick<FoldWrite<State>, 'expected'> {
  if (item.revision === 0) return {};
  const { revision, lastSequence } = item;
  return { expected: lastSequence === undefined ? { revision } : { revision, lastSequence } };
}

/** What was counted before, and these. */
export function addCounts(counts: FoldCounts, fates: readonly RecordFate[]): FoldCounts {
  let { applied, duplicate, parked, quarantined } = counts;
  for (const { outcome } of fates) {
    if (outcome === 'applied') applied += 1;
    else if (outcome === 'duplicate') duplicate += 1;
    else if (outcome === 'parked') parked += 1;
    else if (outcome === 'quarantined') quarantined += 1;
  }
  return { applied, duplicate, parked, quarantined };
}
