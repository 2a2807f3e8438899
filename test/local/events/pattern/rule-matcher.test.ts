import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompiledPattern,
  compilePattern,
  EventPatternError,
  matchesPattern,
  RuleMatcher,
} from '../../../../local/services/events/pattern/event-pattern.ts';
import { matchesOneByOne } from './one-by-one.ts';
import { eventJson, patternJson } from './random-patterns.ts';

const compile = (json: unknown): CompiledPattern => compilePattern(JSON.stringify(json));

/** Random patterns, but for those that are refused as too complex. */
const pattern = patternJson
  .map(json => {
    try {
      return compile(json);
    } catch (error) {
      if (error instanceof EventPatternError) return undefined;
      throw error;
    }
  })
  .filter(compiled => compiled !== undefined);

const byNumber = (a: number, b: number): number => a - b;

describe('RuleMatcher', () => {
  test('finds together what each rule finds by itself, every value and every combination tried', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 30 }), fc.array(eventJson, { maxLength: 5 }), (rules, events) => {
        const together = new RuleMatcher<number>();
        for (const [index, rule] of rules.entries()) together.add(index, rule);
        for (const event of events) {
          const oneByOne = rules.flatMap((rule, index) => (matchesOneByOne(rule, event) ? [index] : []));
          const json = JSON.stringify(event);
          expect([...together.match(json)].sort(byNumber)).toEqual(oneByOne);
          expect(rules.flatMap((rule, index) => (matchesPattern(rule, json) ? [index] : []))).toEqual(oneByOne);
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('forgets removed rules and keeps the others, whatever they share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(pattern, fc.boolean()), { maxLength: 20 }),
        fc.array(eventJson, { maxLength: 3 }),
        (rules, events) => {
          const both = new RuleMatcher<number>();
          const kept = new RuleMatcher<number>();
          for (const [index, [rule]] of rules.entries()) both.add(index, rule);
          for (const event of events) both.match(JSON.stringify(event)); // what is sorted once has to be sorted again
          for (const [index, [rule, keep]] of rules.entries()) {
            if (keep) kept.add(index, rule);
            else both.remove(index);
          }
          for (const json of events.map(event => JSON.stringify(event)))
            expect([...both.match(json)].sort(byNumber)).toEqual([...kept.match(json)].sort(byNumber));
          expect(both.size).toBe(kept.size);
        },
      ),
      { seed: 8, numRuns: 150 },
    );
  });

  test('of thousands of ranges and wildcards, those that hold are found, also after some are gone', () => {
    const matcher = new RuleMatcher<number>();
    const count = 2_000;
    for (let index = 0; index < count; index++) {
      const amount = [{ numeric: ['>=', index, '<', index + 3] }];
      matcher.add(2 * index, compile({ amount }));
      matcher.add(2 * index + 1, compile({ link: [{ wildcard: `https://*/c-${index}/*` }] }));
    }
    const event = JSON.stringify({ amount: 1000.5, link: 'https://shop.example/c-77/index.html' });
    expect([...matcher.match(event)].sort(byNumber)).toEqual([155, 1996, 1998, 2000]);
    for (const gone of [155, 1998]) matcher.remove(gone);
    expect([...matcher.match(event)].sort(byNumber)).toEqual([1996, 2000]);
  });

  test('of many ranges, those that end at a value hold only when their ends belong to them', () => {
    const matcher = new RuleMatcher<string>();
    for (let index = 0; index < 10; index++) {
      matcher.add(`[${index}`, compile({ n: [{ numeric: ['>=', index, '<', index + 2] }] }));
      matcher.add(`(${index}`, compile({ n: [{ numeric: ['>', index, '<=', index + 2] }] }));
    }
    matcher.add('<', compile({ n: [{ numeric: ['<', 4] }] }));
    matcher.add('>=', compile({ n: [{ numeric: ['>=', 4] }] }));
    expect([...matcher.match('{"n":4}')].sort()).toEqual(['(2', '(3', '>=', '[3', '[4']);
    expect([...matcher.match('{"n":4.5e0}')].sort()).toEqual(['(3', '(4', '>=', '[3', '[4']);
  });

  test('whether a field is absent depends on the values of the paths before it, and on no others', () => {
    const matcher = new RuleMatcher<string>();
    matcher.add('before', compile({ a: { b: [{ exists: false }], c: [2] } }));
    matcher.add('behind', compile({ a: { b: [1], c: [{ exists: false }] } }));
    expect([...matcher.match('{"a":[{"b":1},{"c":2}]}')]).toEqual(['behind']);
    expect([...matcher.match('{"a":[{"c":2}]}')]).toEqual(['before']);
  });

  test('puts a new pattern in the place of the old one', () => {
    const matcher = new RuleMatcher<string>();
    matcher.add('r', compile({ a: ['old'] }));
    matcher.add('r', compile({ a: ['new'] }));
    expect([...matcher.match('{"a":"old"}')]).toEqual([]);
    expect([...matcher.match('{"a":"new"}')]).toEqual(['r']);
  });

  test('reports a rule once, however many of its alternatives match', () => {
    const matcher = new RuleMatcher<string>();
    matcher.add('r', compile({ $or: [{ a: [1] }, { b: [2] }] }));
    expect([...matcher.match('{"a":1,"b":2}')]).toEqual(['r']);
  });

  test('an event says nothing about the one before it', () => {
    const matcher = new RuleMatcher<string>();
    matcher.add('both', compile({ a: { x: [1], y: [2] } }));
    expect([...matcher.match('{"a":[{"x":1},{"y":2}]}')]).toEqual([]);
    expect([...matcher.match('{"a":[{"x":1,"y":2}]}')]).toEqual(['both']);
    expect(() => matcher.match('{"a":[{"x":1,"y":2}]')).toThrow('must be a JSON object');
    expect([...matcher.match('{"a":[{"x":1}]}')]).toEqual([]);
    expect([...matcher.match('{"a":{"x":1,"y":2}}')]).toEqual(['both']);
  });

  test('a letter outside ASCII that is another one in small letters is not that one', () => {
    const matcher = new RuleMatcher<string>();
    matcher.add('equals', compile({ a: [{ 'equals-ignore-case': 'kelvin' }] }));
    matcher.add('prefix', compile({ a: [{ prefix: { 'equals-ignore-case': 'KEL' } }] }));
    expect([...matcher.match('{"a":"\u212aelvin"}')]).toEqual([]);
    expect([...matcher.match('{"a":"kELVIN"}')].sort()).toEqual(['equals', 'prefix']);
  });

  test('a long array that keeps matching is not walked once per element and condition', () => {
    const matcher = new RuleMatcher<string>();
    matcher.add(
      'r',
      compile({ a: [{ 'anything-but': 'x' }], b: [{ 'anything-but': 'x' }], c: [{ 'anything-but': 'x' }] }),
    );
    const many = Array.from({ length: 5_000 }, (_, index) => `v${index}`);
    expect([...matcher.match(JSON.stringify({ a: many, b: many, c: many }))]).toEqual(['r']);
  });
});
