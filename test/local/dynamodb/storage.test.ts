import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderedKey } from '../../../local/services/dynamodb/keys/key-order.ts';
import { boundsOf } from '../../../local/services/dynamodb/keys/key-range.ts';
import { locate } from '../../../local/services/dynamodb/keys/key-schema.ts';
import { ItemStore, isInSegment } from '../../../local/services/dynamodb/storage/item-store.ts';
import { SortedMap } from '../../../local/services/dynamodb/storage/sorted-map.ts';

test('SortedMap is a map in the order of its keys, whatever the order of writes', () => {
  const write = fc.tuple(fc.constantFrom('set', 'delete'), fc.nat(80).map(String));
  const bounds = fc.record({ from: fc.option(fc.nat(80).map(String)), to: fc.option(fc.nat(80).map(String)) });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 200 }), bounds, (writes, { from, to }) => {
      const sorted = new SortedMap<number>();
      const model = new Map<string, number>();
      for (const [index, [kind, key]] of writes.entries()) {
        if (kind === 'set') {
          sorted.set(key, index);
          model.set(key, index);
        } else {
          expect(sorted.delete(key)).toBe(model.delete(key));
        }
      }
      const expected = [...model]
        .filter(([key]) => (from === null || key >= from) && (to === null || key < to))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const limits = { from: from ?? undefined, to: to ?? undefined };
      expect([...sorted.ascending(limits)]).toEqual(expected);
      expect([...sorted.descending(limits)]).toEqual(expected.reverse());
      expect(sorted.size).toBe(model.size);
    }),
  );
});

test('SortedMap keeps its order over many chunks', () => {
  for (const order of ['rising', 'falling', 'mixed']) {
    const sorted = new SortedMap<number>();
    const keys = Array.from({ length: 5000 }, (_, index) => {
      const value = order === 'rising' ? index : order === 'falling' ? 5000 - index : (index * 2654435761) % 4294967291;
      return String(value).padStart(12, '0');
    });
    for (const [index, key] of keys.entries()) sorted.set(key, index);
    const walked = [...sorted.ascending()].map(([key]) => key);
    expect(walked).toEqual([...new Set(keys)].sort());
    expect([...sorted.descending({ to: walked[2500] })].map(([key]) => key)).toEqual(walked.slice(0, 2500).reverse());
    expect([...sorted.ascending({ from: walked[2500] })].map(([key]) => key)).toEqual(walked.slice(2500));
    for (const key of keys.slice(0, 4000)) sorted.delete(key);
    expect([...sorted.ascending()].map(([key]) => key)).toEqual([...new Set(keys.slice(4000))].sort());
  }
});

const text = fc.string({ unit: 'binary', maxLength: 6 });
const bytes = fc.uint8Array({ maxLength: 6 }).map(array => Buffer.from(array));
const sign = (order: number) => Math.sign(order);
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

test('orderedKey orders strings by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const expected = sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(order(orderedKey({ S: a }), orderedKey({ S: b }))).toBe(expected);
    }),
  );
  expect(order(orderedKey({ S: '\u{10000}' }), orderedKey({ S: '\uffff' }))).toBe(1);
});

test('orderedKey orders binaries by their unsigned bytes', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const key = (buffer: Buffer) => orderedKey({ B: buffer.toString('base64') });
      expect(order(key(a), key(b))).toBe(sign(Buffer.compare(a, b)));
    }),
  );
});

test('boundsOf holds exactly the sort keys that meet a condition, even with NULs in them', () => {
  const unit = fc.constantFrom('\0', '\u0001', 'a', 'b', '\uffff', '\u{10000}');
  const key = fc.string({ unit, minLength: 1, maxLength: 4 });
  const schema = { hash: { name: 'pk', type: 'S' }, range: { name: 'sk', type: 'S' } } as const;
  fc.assert(
    fc.property(key, key, key, (stored, value, other) => {
      const { position } = locate(schema, { pk: { S: 'p' }, sk: { S: stored } });
      const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
      const within = (condition: Parameters<typeof boundsOf>[0]) => {
        const { from = '', to } = boundsOf(condition);
        return position >= from && (to === undefined || position < to);
      };
      const found = compare(stored, value);
      expect(within({ operator: '=', value: { S: value } })).toBe(found === 0);
      expect(within({ operator: '<', value: { S: value } })).toBe(found < 0);
      expect(within({ operator: '<=', value: { S: value } })).toBe(found <= 0);
      expect(within({ operator: '>', value: { S: value } })).toBe(found > 0);
      expect(within({ operator: '>=', value: { S: value } })).toBe(found >= 0);
      expect(within({ operator: 'begins_with', value: { S: value } })).toBe(stored.startsWith(value));
      const [lower, upper] = compare(value, other) <= 0 ? [value, other] : [other, value];
      expect(within({ operator: 'BETWEEN', lower: { S: lower }, upper: { S: upper } })).toBe(
        compare(stored, lower) >= 0 && compare(stored, upper) <= 0,
      );
    }),
    { numRuns: 500 },
  );
});

test('ItemStore scans every item once, over segments and from any place', () => {
  const entry = fc.tuple(fc.nat(30).map(String), fc.nat(5).map(String));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (entries, of) => {
      const store = new ItemStore();
      const locations = new Map(
        entries.map(([partition, position]) => [`${partition}/${position}`, { partition, position }]),
      );
      for (const [id, location] of locations) store.put(location, { item: { id: { S: id } }, sizeBytes: 1 });
      const idOf = ({ item }: { item: unknown }) => (item as { id: { S: string } }).id.S;
      const all = [...store.scan()].map(idOf);
      expect([...all].sort()).toEqual([...locations.keys()].sort());

      const segments = Array.from({ length: of }, (_, index) => [...store.scan(undefined, { index, of })].map(idOf));
      expect(segments.flat()).toEqual(all);
      for (const [index, ids] of segments.entries()) {
        for (const id of ids) expect(isInSegment(locations.get(id)?.partition ?? '', { index, of })).toBe(true);
      }
      for (const [index, id] of all.entries()) {
        expect([...store.scan(locations.get(id))].map(idOf)).toEqual(all.slice(index + 1));
      }
    }),
    { numRuns: 60 },
  );
});
