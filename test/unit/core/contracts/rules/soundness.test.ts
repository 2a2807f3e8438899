/** What the check says about patterns is compared with what the engine of the embedded cloud does with generated events. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRule,
  eventVersions,
  explainMatch,
  parseEventPattern,
  type RuleProblem,
  ruleBook,
  type SchemaObject,
} from '../../../../../core/index.ts';
import { eventFlow } from '../../../../../domains/event-flow.ts';
import { readEventSchemas } from '../../../../../domains/event-schemas.ts';
import { compilePattern, matchesPattern } from '../../../../../local/services/events/pattern/event-pattern.ts';
import { randomSchema } from '../random-schema.ts';
import { busEvent, type Leaf, leavesOf, patternOf, SOURCE, shopCatalog, someData, TYPE } from './bus-events.ts';

const versions = eventVersions(readEventSchemas());
const platform = ruleBook({ versions, producers: eventFlow.producers, buses: ['millrace-dev'] });

const matching = (pattern: object) => {
  const compiled = compilePattern(JSON.stringify(pattern));
  return (event: object) => matchesPattern(compiled, JSON.stringify(event));
};
const matches = (pattern: object, event: object) => matching(pattern)(event);

/** Something that holds for a value. */
function truthOf({ value }: Leaf, choice: number): unknown {
  if (typeof value === 'string') {
    const half = Math.ceil(value.length / 2);
    const texts = [
      value,
      { prefix: value.slice(0, half) },
      { suffix: value.slice(half) },
      { 'equals-ignore-case': value.toUpperCase() },
      { prefix: { 'equals-ignore-case': value.slice(0, half).toLowerCase() } },
      { 'anything-but': [`${value}!`] },
      { 'anything-but': { prefix: `${value}!` } },
      { exists: true },
      {
        wildcard:
          value.includes('*') || value.includes('\\')
            ? '*'
            : `${value.slice(0, 1)}*${value.slice(-1).repeat(Math.max(0, Math.min(1, half - 1)))}`,
      },
    ];
    return texts[choice % texts.length];
  }
  if (typeof value === 'number') {
    const numbers = [
      value,
      { numeric: ['=', value] },
      { numeric: ['>=', value] },
      { numeric: ['<', value + 1] },
      { numeric: ['>', value - 1, '<=', value] },
      { 'anything-but': [value + 1] },
      { exists: true },
    ];
    return numbers[choice % numbers.length];
  }
  return choice % 2 === 0 ? value : { exists: true };
}

/** An object with members that keep random schemas, in one way or another. */
const objectSchema: fc.Arbitrary<SchemaObject> = fc
  .tuple(randomSchema, randomSchema, randomSchema, fc.subarray(['a', 'b', 'c']), fc.nat(3))
  .map(([a, b, c, required, form]) => {
    const object = { type: 'object', properties: { a, b }, required };
    if (form === 0) return { type: 'object', properties: { a, b, c }, required };
    if (form === 1) {
      const way = (kind: number, properties: object) => ({
        type: 'object',
        properties: { ...properties, kind: { const: kind } },
        required: ['kind', ...required.filter(name => name in properties)],
      });
      return { oneOf: [way(1, { a, b }), way(2, { b: c })] };
    }
    if (form === 2)
      return { $ref: '#/$defs/thing', $defs: { thing: object }, properties: { c: { $ref: '#/$defs/thing' } } };
    return { ...object, properties: { a, b, c: { type: 'array', items: object } } };
  });

const TEXTS = ['x', 'yy', 'abc', '2026-01-01', 'EUR', 'eur', '10.1.2.3', ''];
const entry = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS, 0, 1, 2.5, -3, 100, true, false, null),
  fc
    .constantFrom('prefix', 'suffix', 'equals-ignore-case')
    .chain(operator => fc.record({ [operator]: fc.constantFrom('x', 'a', 'Z', '20', 'E') })),
  fc.constantFrom('x*', '*z', 'a*c', '*', 'MR*').map(wildcard => ({ wildcard })),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '='), fc.integer({ min: -5, max: 110 })).map(numeric => ({ numeric })),
  fc
    .tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .map(([from, width]) => ({ numeric: ['>', from, '<', from + width] })),
  fc.constantFrom<unknown>({ exists: true }, { exists: false }, { cidr: '10.0.0.0/8' }),
  fc.uniqueArray(fc.constantFrom('x', 'yy', 'zzz'), { minLength: 1 }).map(texts => ({ 'anything-but': texts })),
  fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1 }).map(numbers => ({ 'anything-but': numbers })),
  fc.constantFrom('x', 'y', 'z').map(prefix => ({ 'anything-but': { prefix } })),
);

/** Kinds that say that no event comes through; one that excludes what cannot be lets everything through. */
const saysNever = ({ kind }: RuleProblem) => kind !== 'pointless';

describe('checkRule', () => {
  it('takes every pattern that is made from an event of the platform', () => {
    const published = platform.shapes.map(({ version }) => version);
    fc.assert(
      fc.property(
        fc.constantFrom(...published),
        fc.integer(),
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        (version, seed, choices) => {
          const source = eventFlow.producers.find(({ publishes }) => publishes.includes(version.type))?.source ?? '';
          const [data] = someData(version.schema, seed, 1);
          const event = busEvent(data, { type: version.type, source });
          const leaves = leavesOf(event);
          const asked = choices.map(choice => leaves[choice % leaves.length]).filter(leaf => leaf !== undefined);
          const unique = [...new Map(asked.map(leaf => [leaf.path.join(), leaf])).values()];
          const pattern = patternOf(
            unique.map((leaf, index) => {
              const isName = /type$|source$/.test(leaf.path.join('.'));
              return { path: leaf.path, entries: [isName ? leaf.value : truthOf(leaf, choices[index] ?? 0)] };
            }),
          );
          expect(matches(pattern, event)).toBe(true);
          expect(checkRule({ pattern, bus: 'millrace-dev' }, platform)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes every pattern that is made from data that keep a schema, whatever the schema', () => {
    // Of two alternatives that hold at once, one may describe what the other was written by.
    const oneWay = objectSchema.filter(schema => !/"(anyOf|if)"/.test(JSON.stringify(schema)));
    let looked = 0;
    fc.assert(
      fc.property(oneWay, fc.nat(), fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (schema, seed, choices) => {
        const book = ruleBook(shopCatalog(schema));
        for (const data of someData(schema, seed, 3)) {
          const event = busEvent(data, { type: TYPE, source: SOURCE });
          const leaves = leavesOf(data, ['detail', 'data']).filter(({ path }) => path.length > 2);
          const declared = leaves.filter(({ path }) => {
            const [problem] = checkRule({ pattern: patternOf([{ path, entries: [{ exists: true }] }]) }, book);
            return problem?.kind !== 'unknown-field';
          });
          for (const choice of choices) {
            const leaf = declared[choice % declared.length];
            if (!leaf) continue;
            looked++;
            const pattern = patternOf([{ path: leaf.path, entries: [truthOf(leaf, choice)] }]);
            if (!matches(pattern, event)) continue; // a value directly in a list of lists
            expect(checkRule({ pattern }, book), JSON.stringify({ pattern, data })).toEqual([]);
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(looked).toBeGreaterThan(100);
  });

  it('calls nothing impossible that some event meets', () => {
    let refused = 0;
    const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(
        objectSchema,
        fc.nat(),
        fc.array(fc.tuple(path, entry), { minLength: 1, maxLength: 2 }),
        (schema, seed, asked) => {
          const fields = asked.map(([names, each]) => ({ path: ['detail', 'data', ...names], entries: [each] }));
          const [first, second] = fields;
          const isNested =
            second &&
            first &&
            (first.path.join().startsWith(second.path.join()) || second.path.join().startsWith(first.path.join()));
          const used = isNested ? fields.slice(0, 1) : fields;
          const pattern = patternOf(used);
          const problems = checkRule({ pattern }, ruleBook(shopCatalog(schema))).filter(saysNever);
          if (problems.length === 0) return;
          if (problems.some(({ kind }) => kind === 'unknown-field')) return; // what nobody declared may be there
          const isMet = matching(pattern);
          const met = someData(schema, seed, 5).find(data => isMet(busEvent(data, { type: TYPE, source: SOURCE })));
          expect(met, JSON.stringify({ pattern, problems })).toBeUndefined();
          refused++;
        },
      ),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(30);
  });

  it('calls nothing impossible that an event of the platform meets', () => {
    const fields = [
      'detail.subject',
      'detail.data.visitorId',
      'detail.data.currency',
      'detail.data.amountMilli',
      'detail.data.quantity',
      'detail.data.day',
      'detail.data.tripId',
      'detail.data.flight.flightNumber',
      'detail.data.flight.seats',
      'detail.data.price.amountMinor',
      'detail.data.reason',
      'detail.time',
      'detail.specversion',
      'account',
    ];
    const events = platform.shapes.flatMap(({ version, sources, data }, index) =>
      data
        ? someData(version.schema, index, 15).map(each =>
            busEvent(each, { type: version.type, source: sources[0] ?? '' }),
          )
        : [],
    );
    let refused = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...fields), entry), {
          minLength: 1,
          maxLength: 2,
          selector: ([field]) => field,
        }),
        asked => {
          const pattern = patternOf(asked.map(([field, each]) => ({ path: field.split('.'), entries: [each] })));
          const problems = checkRule({ pattern }, platform).filter(saysNever);
          if (problems.length === 0) return;
          refused++;
          const met = events.find(matching(pattern));
          expect(met, JSON.stringify({ pattern, problems })).toBeUndefined();
        },
      ),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

describe('parseEventPattern', () => {
  const odd = fc.oneof(
    entry,
    fc.constantFrom<unknown>(
      {},
      [],
      { prefix: 5 },
      { numeric: [] },
      { numeric: ['>', 'x'] },
      { numeric: ['>', 5, '<', 1] },
      { numeric: ['<', 5, '>', 1] },
      { exists: 'yes' },
      { 'anything-but': ['x', 1] },
      { 'anything-but': [] },
      { 'anything-but': null },
      { 'anything-but': { prefix: '' } },
      { 'anything-but': { cidr: 'x' } },
      { cidr: '10.0.0.0' },
      { cidr: '10.0.0.0/33' },
      { cidr: 'x/3' },
      { wildcard: 'a**b' },
      { wildcard: 'a\\b' },
      { prefix: 'a', suffix: 'b' },
      { regex: 'x' },
      { suffix: { 'equals-ignore-case': 'x' } },
      { suffix: { prefix: 'x' } },
      { exactly: 'x' },
      { exactly: 1 },
      { 'anything-but': { wildcard: ['a*', '*b'] } },
      { 'anything-but': { 'equals-ignore-case': ['a', 1] } },
    ),
  );
  const list = fc.array(odd, { maxLength: 3 });
  const pattern = fc.letrec<{ object: object }>(tie => ({
    object: fc.oneof(
      { maxDepth: 2 },
      fc.dictionary(fc.constantFrom('a', 'b', 'prefix', 'c.d'), list, { maxKeys: 2 }),
      fc.dictionary(
        fc.constantFrom('a', 'b', 'numeric'),
        fc.oneof(tie('object'), list, fc.constantFrom<unknown>('x', 1, null)),
        { maxKeys: 2 },
      ),
      fc.record({ $or: fc.array(tie('object'), { maxLength: 3 }) }),
    ),
  })).object;

  it('takes what EventBridge takes, and refuses what it refuses', () => {
    fc.assert(
      fc.property(pattern, each => {
        let isValid = true;
        try {
          compilePattern(JSON.stringify(each));
        } catch {
          isValid = false;
        }
        expect(parseEventPattern(each).ok, JSON.stringify(each)).toBe(isValid);
      }),
      { numRuns: 1500 },
    );
  });

  it('explains a match where the engine matches, and a mismatch where it does not', () => {
    const value = fc.constantFrom<unknown>(...TEXTS, 0, 1, 2.5, true, false, null, ['x', 1], [], {});
    const event = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.oneof(value, fc.dictionary(fc.constantFrom('a', 'd'), value)),
    );
    const simple = fc.dictionary(fc.constantFrom('a', 'b'), fc.array(entry, { minLength: 1, maxLength: 3 }), {
      minKeys: 1,
    });
    let matched = 0;
    fc.assert(
      fc.property(fc.oneof(pattern, simple), event, (asked, given) => {
        const parsed = parseEventPattern(asked);
        if (!parsed.ok) return;
        const { matches: isMet, mismatches } = explainMatch(parsed.value, given);
        expect(isMet, JSON.stringify({ asked, given })).toBe(matches(asked, given));
        expect(mismatches.length > 0).toBe(!isMet);
        if (isMet) matched++;
      }),
      { numRuns: 1500 },
    );
    expect(matched).toBeGreaterThan(50);
  });
});
