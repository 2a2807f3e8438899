/** The writes by which records leave the lane of a key, and by which the key is unparked. */
import type { FoldItem, FoldWrite } from './fold-item.ts';
import { expectation, type RecordFate } from './fold-step.ts';
import { compareSequenceNumbers } from './sequence-number.ts';

export interface Taking {
  /** Of the lane's first records. */
  readonly fates: readonly RecordFate[];
  /** Whether nothing is left behind them. */
  readonly empties: boolean;
}

/**
 * The write after which some records are no longer in the lane, on the condition that the item is the one that was read. While
 * records are left, the key stays parked, with the lane's fence. The item's own fence never goes back.
 * @param before the item that was read
 * @param write what the records make of it
 */
export function drainingWrite<State>(
  before: FoldItem<State> | undefined,
  { item, pages = [] }: Pick<FoldWrite<State>, 'item' | 'pages'>,
  { fates, empties }: Taking,
): FoldWrite<State> {
  const { counts, lastSequence } = item;
  const parked = before?.parked;
  const fence = highest([before?.lastSequence, lastSequence, empties ? parked?.through : undefined]);
  return {
    item: {
      ...item,
      counts: { ...counts, parked: Math.max(0, counts.parked - fates.length) }, // what was set aside was not counted
      ...(fence !== undefined && { lastSequence: fence }),
      ...(parked && !empties && { parked }),
    },
    ...(before ? expectation(before) : {}),
    lane: [],
    drained: fates.map(({ record }) => record),
    pages,
  };
}

/** The write that unparks a key whose lane is empty. */
export function unparking<State>(before: FoldItem<State>): FoldWrite<State> {
  const fence = highest([before.lastSequence, before.parked?.through]);
  const item = { ...unfenced(before), ...(fence !== undefined && { lastSequence: fence }) };
  return { item: { ...item, revision: before.revision + 1, outbox: [] }, ...expectation(before), lane: [] };
}

/** The item as it was before anything was parked or fenced. */
export function unfenced<State>({ parked, lastSequence, ...item }: FoldItem<State>): FoldItem<State> {
  return item;
}

function highest(sequences: readonly (string | undefined)[]): string | undefined {
  return sequences
    .filter(sequence => sequence !== undefined)
    .sort(compareSequenceNumbers)
    .at(-1);
}
