import { expect, test } from 'vitest';
import {
  type CloudEvent,
  type DeliveryRow,
  type FoldRecord,
  type IdempotencyRow,
  type RecordFate,
  sightingId,
} from '../../../../core/index.ts';
import { fatesOfKnown } from '../../../../core/processing/idempotency-known.ts';
import { steppingClock } from '../../../support/fixed-ports.ts';
import { MemoryIdempotencyStore } from '../../../support/memory-idempotency-store.ts';

const first = delivery('1', 'first', 'content');
const row: IdempotencyRow = { ...first, status: 'completed' };

function delivery(sequence: string, acceptance: string, fingerprint: string): DeliveryRow {
  return { id: 'e', fingerprint, sequence, acceptance, writer: 'w', expiresAtMs: 9 };
}

/** What becomes of deliveries, in batches as they come; a batch whose quarantine dies is delivered again. */
function world() {
  const store = new MemoryIdempotencyStore(steppingClock(1));
  const kept: string[] = [];
  const quarantine = async ({ record: { sequence } }: RecordFate) => {
    const isNew = !kept.includes(sequence);
    if (isNew) kept.push(sequence);
    return isNew;
  };
  const judge = async (deliveries: readonly DeliveryRow[], dies = false) => {
    const known = deliveries.map(each => ({ record: recordOf(each), delivery: each, row }));
    const keep = async (fate: RecordFate) => {
      const isNew = await quarantine(fate);
      if (dies) throw new Error('the function died');
      return isNew;
    };
    const fates = await fatesOfKnown(known, { store, quarantine: keep });
    return fates.map(({ outcome }) => outcome);
  };
  return { store, kept, judge };
}

function recordOf({ sequence, acceptance }: DeliveryRow): FoldRecord {
  const event = { specversion: '1.0', id: 'e', source: 's', type: 't', subject: 'k', time: '', data: {}, acceptance };
  return { sequence, arrivedAtMs: 1, event: event as CloudEvent }; // nothing else of an event is looked at
}

const other = delivery('5', 'second', 'other content');
const copy = delivery('9', 'second', 'other content');

test('another content is quarantined once for each time that it was accepted, however many copies the stream has', async () => {
  const { judge, kept } = world();
  expect(await judge([other, copy])).toEqual(['quarantined', 'redelivered']);
  expect(await judge([copy])).toEqual(['redelivered']);
  expect(await judge([other])).toEqual(['redelivered']);
  expect(await judge([delivery('12', 'third', 'other content')])).toEqual(['quarantined']);
  expect(kept).toEqual(['5', '12']);
});

test('a copy is told from the first when they come in batches of their own', async () => {
  const { judge, kept } = world();
  expect(await judge([other])).toEqual(['quarantined']);
  expect(await judge([copy])).toEqual(['redelivered']);
  expect(kept).toEqual(['5']);
});

test('what was quarantined before its row was written is the first still, and not quarantined twice', async () => {
  const { judge, kept, store } = world();
  await expect(judge([other, copy], true)).rejects.toThrow('died');
  expect(store.rows.has(sightingId(other))).toBe(false);
  expect(await judge([other, copy])).toEqual(['redelivered', 'redelivered']);
  expect(kept).toEqual(['5']);
  expect(store.rows.get(sightingId(copy))).toMatchObject({ sequence: '5' });
});
