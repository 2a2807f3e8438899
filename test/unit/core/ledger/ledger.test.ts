import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LedgerEvent,
  type LedgerOutcome,
  ledgerBook,
  newUlid,
  openLedger,
  parseLedgerEntry,
  seededRandom,
  shardName,
} from '../../../../core/index.ts';
import { cellOf, cellsOf, cellsWithout, onlyId, totalOf } from '../../../../core/ledger/cells.ts';
import { addId, noIds, parseSum, singleId, sumText } from '../../../../core/ledger/id-sum.ts';

const random = seededRandom(7);
const AT_MS = Date.parse('2026-11-21T10:00:30Z');
const ulids = Array.from({ length: 200 }, (_, i) => newUlid(AT_MS + i, random));
const UUID = '01932b3e-8c1a-7def-8abc-0123456789ab';
const someIds = fc.uniqueArray(fc.constantFrom(...ulids, UUID), { minLength: 1, maxLength: 60 });

describe('sums of ids', () => {
  it('do not depend on the order, and give back what was added last once the rest is taken away', () => {
    fc.assert(
      fc.property(someIds, fc.nat(), (ids, pick) => {
        const lost = ids[pick % ids.length] ?? '';
        const sum = noIds();
        for (const id of ids) addId(sum, id);
        for (const id of ids.toReversed()) if (id !== lost) addId(sum, id, -1);
        const expected = noIds();
        addId(expected, lost);
        expect(singleId(sum)).toBe(sumText(expected));
      }),
    );
  });

  it('survive being written down and read again, below zero too', () => {
    fc.assert(
      fc.property(someIds, fc.integer({ min: -3, max: 3 }), (ids, times) => {
        const sum = noIds();
        for (const id of ids) addId(sum, id, times);
        const text = sumText(sum);
        expect(sumText(parseSum(text.replace(/^0+/, '')) ?? [])).toBe(text);
      }),
    );
  });

  it('know one id by both of its spellings', () => {
    const sum = noIds();
    addId(sum, UUID);
    const ulid = singleId(sum) ?? '';
    addId(sum, ulid.toLowerCase(), -1);
    expect(singleId(sum)).toBeUndefined();
    expect(sumText(sum)).toMatch(/^0+$/);
    expect(cellOf(ulid)).toBe(cellOf(UUID));
  });

  it('are not fooled by one event too few and another too many', () => {
    const [lost = '', doubled = ''] = ulids;
    const rest = cellsWithout(cellsOf([lost]), cellsOf([doubled]));
    expect(totalOf(rest)).toBe(0);
    expect(rest.size).toBeGreaterThan(0);
  });
});

describe('openLedger', () => {
  const outcome = fc.constantFrom<LedgerOutcome>('accepted', 'applied', 'duplicate', 'parked');
  const event = fc.record({
    type: fc.constantFrom('behaviour.page.viewed.v1', 'behaviour.purchase.completed.v1'),
    id: fc.constantFrom(...ulids),
    shard: fc.constantFrom('0', '3', 'overflow', '-'),
    atMs: fc.integer({ min: AT_MS - 90_000, max: AT_MS + 90_000 }),
  });

  it('comes to the same however the events are cut into batches', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outcome, event), { maxLength: 40 }), fc.nat(40), (all, cut) => {
        const slots = all.map(([, { type, shard, atMs }]) => ({ type, shard, minute: Math.floor(atMs / 60_000) }));
        const whole = bookOf([all]);
        const cutBook = bookOf([all.slice(0, cut), all.slice(cut)]);
        for (const slot of slots) {
          for (const name of ['accepted', 'applied', 'duplicate', 'parked'] as const) {
            expect(cellsWithout(whole.cells('hop', name, slot), cutBook.cells('hop', name, slot)).size).toBe(0);
          }
        }
        expect(cutBook.totals('hop')).toEqual(whole.totals('hop'));
      }),
    );
  });

  it('writes an entry for each kind of event, not for each event', () => {
    const ledger = openLedger();
    for (const id of ulids) ledger.count('applied', { type: 'a.b.c.v1', id, shard: '0', atMs: AT_MS });
    expect(ledger.entries()).toHaveLength(1);
    expect(ledger.entries().join('').length).toBeLessThan(400);
  });

  it('counts what has neither type nor id', () => {
    const ledger = openLedger();
    ledger.count('refused', { shard: '-', atMs: AT_MS });
    expect(ledger.entries()).toEqual([`? - ${Math.floor(AT_MS / 60_000)} refused 0:1:`]);
    expect(totalOf(parseLedgerEntry(ledger.entries()[0] ?? '')?.cells ?? new Map())).toBe(1);
  });

  it('takes back what leaves its lane', () => {
    const ledger = openLedger();
    const event = { type: 'a.b.c.v1', id: ulids[0] ?? '', shard: '0', atMs: AT_MS };
    ledger.count('parked', event);
    ledger.count('parked', event, -1);
    const [entry] = ledger.entries();
    expect(totalOf(parseLedgerEntry(entry ?? '')?.cells ?? new Map())).toBe(0);
  });

  function bookOf(batches: readonly (readonly [LedgerOutcome, LedgerEvent])[][]) {
    const book = ledgerBook();
    for (const batch of batches) {
      const ledger = openLedger();
      for (const [name, each] of batch) ledger.count(name, each);
      for (const text of ledger.entries()) {
        const entry = parseLedgerEntry(text);
        if (!entry) throw new Error(`Cannot read entry: ${text}`);
        book.add('hop', entry);
      }
    }
    return book;
  }
});

it.each([
  '',
  'x',
  'a.b.c.v1 0 12 applied 9:1:',
  'a.b.c.v1 0 x applied 0:1:',
  'a.b.c.v1 0 12 eaten 0:1:',
  'a 0 1 applied 0:1:!!',
])('parseLedgerEntry takes no other text for an entry: %j', text => expect(parseLedgerEntry(text)).toBeUndefined());

it('shardName and onlyId say nothing about what they do not know', () => {
  expect([shardName('shardId-000000000010'), shardName('?')]).toEqual(['10', '-']);
  expect(onlyId({ count: 2, sum: noIds() })).toBeUndefined();
});
