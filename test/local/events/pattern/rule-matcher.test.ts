import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompiledPattern,
  compilePattern,
  matchesPattern,
  RuleMatcher,
} from '../../../../local/services/events/pattern/event-pattern.ts';

const text = fc.constantFrom('', 'a', 'b', 'ab', 'aB', 'aba', '10.0.0.1', '::1');
const number = fc.constantFrom(0, 1, -2.5, 300, 5e9);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const matcher = fc.oneof(
  scalar,
  fc.record({ prefix: text }),
  fc.record({ suffix: text }),
  fc.record({ 'equals-ignore-case': text }),
  fc.record({ wildcard: fc.constantFrom('*', 'a*', '*b', 'a*a') }),
  fc.record({ 'anything-but': fc.array(text, { minLength: 1, maxLength: 2 }) }),
  fc.record({ numeric: fc.constantFrom(['>', 0], ['<=', 1], ['>=', -3, '<', 300]) }),
  fc.record({ cidr: fc.constantFrom('10.0.0.0/8', '::/16') }),
  fc.record({ exists: fc.boolean() }),
);
const matchers = fc.array(matcher, { minLength: 1, maxLength: 3 });
const name = fc.constantFrom('a', 'b', 'c', 'a.b');
const fields = fc.dictionary(name, fc.oneof(matchers, fc.dictionary(name, matchers, { minKeys: 1 })), { minKeys: 1 });
const pattern = fc.oneof(fields, fc.record({ c: matchers, $or: fc.array(fields, { minLength: 2, maxLength: 3 }) }));
const object = fc.dictionary(name, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { maxKeys: 3 });
const event = fc.dictionary(name, fc.oneof(scalar, object, fc.array(fc.oneof(scalar, object), { maxLength: 3 })));

const compile = (json: unknown): CompiledPattern => compilePattern(JSON.stringify(json));

describe('RuleMatcher', () => {
  test('finds together what each rule finds alone', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 12 }), fc.array(event, { maxLength: 4 }), (patterns, events) => {
        const rules = patterns.map(compile);
        const together = new RuleMatcher<number>();
        for (const [index, rule] of rules.entries()) together.add(index, rule);
        for (const json of events.map(e => JSON.stringify(e))) {
          const alone = rules.flatMap((rule, index) => (matchesPattern(rule, json) ? [index] : []));
          expect([...together.match(json)].sort((a, b) => a - b)).toEqual(alone);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('forgets removed rules and keeps the others, whatever they share', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(pattern, fc.boolean()), { maxLength: 10 }), event, (rules, example) => {
        const both = new RuleMatcher<number>();
        const kept = new RuleMatcher<number>();
        for (const [index, [json]] of rules.entries()) both.add(index, compile(json));
        for (const [index, [json, keep]] of rules.entries()) {
          if (keep) kept.add(index, compile(json));
          else both.remove(index);
        }
        const json = JSON.stringify(example);
        expect(new Set(both.match(json))).toEqual(new Set(kept.match(json)));
        expect(both.size).toBe(kept.size);
      }),
      { seed: 8, numRuns: 500 },
    );
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
