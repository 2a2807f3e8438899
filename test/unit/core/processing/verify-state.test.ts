import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareItems,
  defaultFoldLimits,
  eventsMissing,
  type FoldItem,
  type FoldProcessor,
  type FoldRecord,
  fold,
  rebuildItem,
} from '../../../../core/index.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

interface Count {
  readonly seen: number;
  readonly ids: readonly string[];
}

const KEY = 'a';
const BAD = 9;
const EVENTS = Array.from({ length: 15 }, (_, index) => pageViewed(index, KEY));

/** Counts events; the one at index 9 cannot be folded. */
const counting: FoldProcessor<Count> = {
  name: 'counting',
  accepts: (event): event is typeof event => true,
  key: event => event.subject,
  initialState: () => ({ seen: 0, ids: [] }),
  evolve: ({ seen, ids }, event) => {
    if (event.id === EVENTS[BAD]?.id) throw new Error('Cannot count: it is bad');
    return { state: { seen: seen + 1, ids: [...ids, event.id].slice(-3) }, emitted: [] };
  },
};

const record = (sequence: number, index = sequence): FoldRecord => ({
  sequence: String(sequence),
  arrivedAtMs: Date.UTC(2026, 2, 1) + sequence,
  event: EVENTS[index] ?? pageViewed(index, KEY),
});

/** Folds batch after batch, as deliveries come. */
function deliver(...batches: readonly FoldRecord[][]): FoldItem<Count> {
  let stored: FoldItem<Count> | undefined;
  for (const records of batches) {
    stored = fold(counting, { key: KEY, stored, records }).steps.at(-1)?.write.item ?? stored;
  }
  if (!stored) throw new Error('Cannot deliver: there must be a record');
  return stored;
}

function rebuilt(stored: FoldItem<Count>, records: readonly FoldRecord[]): FoldItem<Count> {
  const { lastSequence, parked } = stored;
  const known = { ...(lastSequence !== undefined && { fence: lastSequence }), ...(parked && { lane: parked }) };
  return rebuildItem(counting, { key: KEY, records, ...known }, defaultFoldLimits).item;
}

describe('rebuildItem', () => {
  it('gives what was stored, however the records were batched, delivered again and duplicated', () => {
    const runs = fc.array(
      fc.record({ index: fc.integer({ min: 0, max: 14 }), cut: fc.boolean(), again: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(runs, run => {
        const records = run.map(({ index }, i) => record(i + 1, index));
        const batches: FoldRecord[][] = [[]];
        run.forEach(({ cut, again }, i) => {
          const one = records.slice(i, i + 1);
          batches.at(-1)?.push(...one, ...(again ? one : []));
          if (cut) batches.push([...(again ? one : [])]);
        });
        const stored = deliver(...batches.filter(batch => batch.length > 0));
        expect(compareItems(stored, rebuilt(stored, records.toReversed()))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('looks only at what the fence has passed', () => {
    const stored = deliver([record(1), record(2)]);
    expect(
      compareItems(
        stored,
        rebuilt(
          stored,
          [1, 2, 3, 4].map(n => record(n)),
        ),
      ),
    ).toEqual([]);
  });

  it('parks a key where it was parked, and compares the lane', () => {
    const records = [record(1), record(2, BAD), record(3), record(4)];
    const stored = deliver(records.slice(0, 3));
    expect(stored.parked).toMatchObject({ since: '2', through: '3' });
    expect(compareItems(stored, rebuilt(stored, records))).toEqual([]);
    expect(compareItems(stored, rebuilt(stored, records.slice(0, 2)))).toEqual([
      { path: 'parked.through', stored: '3', rebuilt: '2' },
    ]);
  });

  it('takes no difference from a lane that was drained in part: it begins where it began', () => {
    const records = [record(1), record(2), record(3), record(4)];
    const drained = deliver(records.slice(0, 3));
    const stored = { ...drained, parked: { since: '2', through: '4', reason: 'it was bad', imprints: '' } };
    expect(compareItems(stored, rebuilt(stored, records))).toEqual([]);
  });
});

describe('compareItems', () => {
  const stored = deliver([record(1), record(2)]);

  it('names every field that differs, with both values', () => {
    const state = { seen: 7, ids: stored.state.ids, extra: { deep: [1, 2] } };
    expect(compareItems({ ...stored, state, counts: { ...stored.counts, applied: 3 } }, stored)).toEqual([
      { path: 'counts.applied', stored: 3, rebuilt: 2 },
      { path: 'state.extra', stored: { deep: [1, 2] } },
      { path: 'state.seen', stored: 7, rebuilt: 2 },
    ]);
  });

  it('tells an element of a list, a missing field, and null from nothing', () => {
    const [first] = stored.state.ids;
    expect(compareItems({ ...stored, state: { seen: null, ids: [first, 'x'] } }, stored)).toEqual([
      { path: 'state.ids.1', stored: 'x', rebuilt: stored.state.ids[1] },
      { path: 'state.seen', stored: null, rebuilt: 2 },
    ]);
    const { lastSequence, ...unfenced } = stored;
    expect(compareItems(unfenced, stored)).toEqual([{ path: 'lastSequence', rebuilt: lastSequence }]);
  });

  it('takes no difference from the order of fields or a field that is undefined', () => {
    const { seen, ids } = stored.state;
    expect(compareItems({ ...stored, state: { ids, none: undefined, seen } }, stored)).toEqual([]);
  });
});

it('eventsMissing counts what the log does not hold any more', () => {
  const stored = deliver([1, 2, 3, 4].map(n => record(n)));
  const later = rebuilt(stored, [record(3), record(4)]);
  expect(eventsMissing(stored.counts, later.counts)).toBe(2);
});
