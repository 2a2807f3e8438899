import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import { compareSequenceNumbers } from './sequence-number.ts';

/** The records of a batch, by what an earlier delivery dealt with. */
export interface Fenced<Incoming extends CloudEvent> {
  /** In order. */
  readonly fresh: readonly FoldRecord<Incoming>[];
  /** Not above the fence. */
  readonly behind: readonly FoldRecord<Incoming>[];
  /** Those that stood in the batch before. */
  readonly twice: readonly FoldRecord<Incoming>[];
}

/** The sequence number up to which everything has been dealt with: the lane's while the key is parked. */
export function fenceOf(stored: FoldItem<unknown> | undefined): string | undefined {
  return stored?.parked?.through ?? stored?.lastSequence;
}

/** Records nearly always come in order and above the fence; but nobody promised it. */
export function passFence<Incoming extends CloudEvent>(
  records: readonly FoldRecord<Incoming>[],
  fence: string | undefined,
): Fenced<Incoming> {
  return followInOrder(records, fence) ? { fresh: records, behind: [], twice: [] } : sortOut(records, fence);
}

function followInOrder(records: readonly FoldRecord[], fence: string | undefined): boolean {
  let before = fence;
  for (const { sequence } of records) {
    if (before !== undefined && compareSequenceNumbers(before, sequence) >= 0) return false;
    before = sequence;
  }
  return true;
}

/** A record that stands twice in one batch is dealt with once. */
function sortOut<Incoming extends CloudEvent>(
  records: readonly FoldRecord<Incoming>[],
  fence: string | undefined,
): Fenced<Incoming> {
  const fresh: FoldRecord<Incoming>[] = [];
  const behind: FoldRecord<Incoming>[] = [];
  const twice: FoldRecord<Incoming>[] = [];
  let last = fence;
  for (const record of records.toSorted((a, b) => compareSequenceNumbers(a.sequence, b.sequence))) {
    const order = last === undefined ? 1 : compareSequenceNumbers(record.sequence, last);
    if (order > 0) {
      fresh.push(record);
      last = record.sequence;
    } else if (order === 0 && fresh.length > 0) twice.push(record);
    else behind.push(record);
  }
  return { fresh, behind, twice };
}
