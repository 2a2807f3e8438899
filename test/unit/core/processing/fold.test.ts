import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  compareSequenceNumbers,
  defaultFoldLimits,
  derivedId,
  type FoldItem,
  type FoldProcessor,
  type FoldRecord,
  fold,
  newUlid,
  seededRandom,
} from '../../../../core/index.ts';

const random = seededRandom(99);

/** A sum; emits its every value; 'poison' cannot be added. */
const adder: FoldProcessor<number> = {
  name: 'adder',
  accepts: (event): event is CloudEvent => event.type === 'test.sum.added.v1',
  key: event => event.subject,
  initialState: () => 0,
  evolve(state, event) {
    if (event.data === 'poison') throw new Error('cannot add poison');
    const next = state + Number(event.data);
    const emitted = { ...event, id: derivedId(event.id, 'sum'), type: 'test.sum.reached.v1', data: next };
    return { state: next, emitted: [emitted] };
  },
};

function record(sequence: number, data: unknown, id = newUlid(sequence, random)): FoldRecord {
  const event: CloudEvent = {
    specversion: '1.0',
    id,
    source: 'test',
    type: 'test.sum.added.v1',
    subject: 'k',
    time: '2026-03-01T09:00:00Z',
    data,
  };
  return { sequence: String(sequence), arrivedAtMs: sequence, event };
}

function run(records: readonly FoldRecord[], stored?: FoldItem<number>, limits = defaultFoldLimits) {
  const result = fold(adder, { key: 'k', stored, records }, limits);
  const item = result.steps.at(-1)?.write.item ?? stored;
  const fates = result.steps.flatMap(step => step.fates.map(fate => fate.outcome));
  return { ...result, item, fates };
}

describe('fold', () => {
  it('folds a new key with one write that expects nothing', () => {
    const { steps, item } = run([record(1, 2), record(2, 3)]);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.write.expected).toBeUndefined();
    expect(item).toMatchObject({
      state: 5,
      lastSequence: '2',
      revision: 1,
      counts: { applied: 2, duplicate: 0, parked: 0 },
    });
    expect(item?.outbox.map(event => event.data)).toEqual([2, 5]);
  });

  it('writes on the condition of what was read', () => {
    const before = run([record(1, 2)]).item;
    expect(run([record(2, 3)], before).steps[0]?.write.expected).toEqual({ revision: 1, lastSequence: '1' });
  });

  it('has nothing to write when every record was dealt with before', () => {
    const records = [record(1, 2), record(2, 3)];
    const { steps, redelivered } = run(records, run(records).item);
    expect(steps).toEqual([]);
    expect(redelivered).toEqual(records);
  });

  it('takes up in the middle of a batch that was delivered again', () => {
    const records = [record(1, 2), record(2, 3), record(3, 4)];
    const { item, fates } = run(records, run(records.slice(0, 2)).item);
    expect(item?.state).toBe(9);
    expect(item?.outbox.map(event => event.data)).toEqual([9]);
    expect(fates).toEqual(['applied']);
  });

  it('knows an event that its producer sent again, in the same batch and in a later one, and moves the fence', () => {
    const first = record(1, 2);
    const again = record(2, 2, first.event.id);
    const { item, fates } = run([first, again]);
    expect(fates).toEqual(['applied', 'duplicate']);
    expect(item).toMatchObject({ state: 2, lastSequence: '2' });
    const later = run([record(3, 2, first.event.id.toLowerCase())], item);
    expect(later.fates).toEqual(['duplicate']);
    expect(later.item).toMatchObject({ state: 2, lastSequence: '3', outbox: [] });
  });

  it('cuts the batch where the outbox would grow too large; each write expects the one before', () => {
    const limits = { ...defaultFoldLimits, maxOutboxBytes: 300 };
    const { steps, item } = run(
      [1, 2, 3, 4, 5].map(n => record(n, 1)),
      undefined,
      limits,
    );
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.map(step => step.write.expected?.revision)).toEqual([
      undefined,
      ...steps.slice(1).map((_, i) => i + 1),
    ]);
    expect(item?.state).toBe(5);
    expect(steps.flatMap(step => step.write.item.outbox.map(event => event.data))).toEqual([1, 2, 3, 4, 5]);
  });

  it('never lets an outbox grow beyond its limit, whatever one event adds', () => {
    const sizeOf = (events: readonly CloudEvent[]) => JSON.stringify(events).length;
    const one = sizeOf(run([record(1, 1)]).item?.outbox ?? []);
    const limits = { ...defaultFoldLimits, maxOutboxBytes: one + 10 };
    const { steps } = run([record(1, 1), record(2, 1)], undefined, limits);
    expect(steps.map(step => step.fates.length)).toEqual([1, 1]);
    for (const { write } of steps) expect(sizeOf(write.item.outbox)).toBeLessThanOrEqual(limits.maxOutboxBytes);
  });

  it('parks the key at an event that alone emits more than an item holds', () => {
    const limits = { ...defaultFoldLimits, maxOutboxBytes: 100 };
    const { item, fates } = run([record(1, 1)], undefined, limits);
    expect(fates).toEqual(['parked']);
    expect(item).toMatchObject({
      state: 0,
      parked: { reason: expect.stringMatching(/^Cannot emit facts: at most 100/) },
    });
  });

  it('parks the key at the record that cannot be applied: that one and all later ones go to the lane, in order', () => {
    const { steps, fates } = run([record(1, 2), record(2, 'poison'), record(3, 4)]);
    expect(fates).toEqual(['applied', 'parked', 'parked']);
    expect(steps.map(step => step.write.lane.map(({ sequence }) => sequence))).toEqual([[], ['2', '3']]);
    expect(steps[1]?.write.item).toMatchObject({
      state: 2,
      lastSequence: '1',
      outbox: [],
      parked: { since: '2', through: '3', reason: 'cannot add poison' },
      counts: { applied: 1, parked: 2 },
    });
  });

  it('sends later records of a parked key to the lane, each once', () => {
    const parked = run([record(1, 'poison')]).item;
    const { item, fates, redelivered } = run([record(1, 'poison'), record(2, 5)], parked);
    expect(redelivered.map(({ sequence }) => sequence)).toEqual(['1']);
    expect(fates).toEqual(['parked']);
    expect(item).toMatchObject({ state: 0, parked: { since: '1', through: '2' }, counts: { parked: 2 } });
  });

  it('parks a key whose state grows beyond the limit', () => {
    const limits = { ...defaultFoldLimits, maxStateBytes: 3 };
    const { item } = run([record(1, 999), record(2, 1)], undefined, limits);
    expect(item).toMatchObject({ state: 999, parked: { reason: 'Cannot store state: at most 3 bytes, reached 4' } });
  });

  it('cuts a lane into transactions that DynamoDB takes', () => {
    const limits = { ...defaultFoldLimits, maxLaneRecords: 2 };
    const { steps } = run(
      [1, 2, 3, 4, 5].map(n => record(n, 'poison')),
      undefined,
      limits,
    );
    expect(steps.map(step => step.write.lane.length)).toEqual([2, 2, 1]);
    expect(steps.map(step => step.write.item.parked?.through)).toEqual(['2', '4', '5']);
  });

  it('sorts records by sequence number, not by text', () => {
    expect(run([record(10, 1), record(9, 2)]).item?.outbox.map(event => event.data)).toEqual([2, 3]);
  });
});

describe('compareSequenceNumbers', () => {
  it.each([
    ['9', '10', -1],
    [
      '49590338271490256608559692538361571095921575989136588898',
      '49590338271490256608559692538361571095921575989136588899',
      -1,
    ],
    ['0010', '9', 1],
    ['0', '00', 0],
  ])('compares %s with %s as numbers', (a, b, sign) => {
    expect(Math.sign(compareSequenceNumbers(a, b))).toBe(sign);
    expect(Math.sign(compareSequenceNumbers(b, a))).toBe(sign === 0 ? 0 : -sign);
  });
});
