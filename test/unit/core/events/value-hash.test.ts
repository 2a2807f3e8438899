import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../core/events/canonical-json.ts';
import { avalanche, valueHash } from '../../../../core/events/value-hash.ts';

/** The value with the members of every map the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, turned(member)]),
  );
}

function bitsSet(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}

describe('valueHash', () => {
  const value = fc.jsonValue();

  it('does not depend on the order of members, at any depth', () => {
    fc.assert(fc.property(value, fc.integer(), (any, seed) => valueHash(turned(any), seed) === valueHash(any, seed)));
  });

  it('is the same for a value that was written as JSON and read again, and a whole number of 32 bits', () => {
    fc.assert(
      fc.property(value, any => {
        expect(valueHash(JSON.parse(JSON.stringify(any)))).toBe(valueHash(any));
        expect(valueHash(any) | 0).toBe(valueHash(any));
      }),
    );
    expect(valueHash({ a: 1, b: undefined })).toBe(valueHash({ a: 1 }));
    expect(valueHash(-0)).toBe(valueHash(0));
  });

  it('agrees with canonical JSON on what is equal: two values share a hash if and only if they share their text', () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(valueHash(one) === valueHash(other)).toBe(canonicalJson(one) === canonicalJson(other));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('tells apart what looks alike: kinds, nesting, order in lists, members that swap their values', () => {
    const alike: readonly unknown[] = [
      ...[null, false, true, 0, 1, -1, 0.1, 1e300, '', '0', '1', 'null', 'false', '\0', '\0\0', ' '],
      ...[[], [[]], [[], []], [null], [0], [1, 2], [2, 1], [[1], 2], [1, [2]], ['ab'], ['a', 'b'], ['', 'ab']],
      ...[{}, { a: {} }, { a: null }, { '': null }, { a: 1, b: 2 }, { a: 2, b: 1 }, { ab: 1 }, { a: { b: 1 } }],
      ...[{ a: 1, b: 1 }, { a: { b: 1 }, c: 2 }, { a: { c: 2 }, b: 1 }, { a: [1, 2] }, { a: ['1', 2] }, [{ a: 1 }]],
    ];
    expect(new Set(alike.map(each => valueHash(each))).size).toBe(alike.length);
  });

  it('feels every character of a text, wherever it stands, and every member of a map', () => {
    const text = 'What visitors do, folded exactly once.';
    const changed = Array.from(text, (_, at) => `${text.slice(0, at)}~${text.slice(at + 1)}`);
    expect(new Set([text, ...changed].map(each => valueHash(each))).size).toBe(text.length + 1);
    const map = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`member${n}`, n]));
    const maps = Object.keys(map).map(name => ({ ...map, [name]: -1 }));
    expect(new Set([map, ...maps].map(each => valueHash(each))).size).toBe(41);
  });

  it('is another one at another place: a value has a hash for each seed', () => {
    for (const any of [null, true, 7, 'text', [1], { a: 1 }, [], {}]) {
      const hashes = Array.from({ length: 1000 }, (_, seed) => valueHash(any, seed));
      expect(new Set(hashes).size).toBe(1000);
    }
  });

  it('mixes all of its bits: of 20,000 numbers in a row each bit is set half of the time', () => {
    const ones = new Array<number>(32).fill(0);
    const count = 20_000;
    for (let n = 0; n < count; n++) {
      const hash = valueHash({ product: `p-${n}`, quantity: n });
      for (let bit = 0; bit < 32; bit++) ones[bit] = (ones[bit] ?? 0) + ((hash >>> bit) & 1);
    }
    for (const set of ones) expect(Math.abs(set / count - 0.5)).toBeLessThan(0.02);
  });
});

describe('avalanche', () => {
  it('changes about half of the bits when one bit of the input changes, and is one-to-one', () => {
    let changed = 0;
    for (let n = 0; n < 500; n++) {
      for (let bit = 0; bit < 32; bit++) changed += bitsSet(avalanche(n) ^ avalanche(n ^ (1 << bit)));
    }
    expect(changed / (500 * 32 * 32)).toBeCloseTo(0.5, 1);
    expect(new Set(Array.from({ length: 50_000 }, (_, n) => avalanche(n))).size).toBe(50_000);
  });
});
