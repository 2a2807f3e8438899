import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeData, interpretedValidator, type JsonSchema, seededRandom } from '../../../../core/index.ts';
import { behaviourFactContracts } from '../../../../domains/behaviour/events/fact-contracts.ts';
import { domainNames, eventSchemas } from '../../../../domains/generate-events.ts';
import { ingestContracts } from '../../../../domains/ingest-contracts.ts';
import { travelFactContracts } from '../../../../domains/travel/events/fact-contracts.ts';

const schemas = (await Promise.all((await domainNames()).map(eventSchemas))).flat();
const contracts = [...ingestContracts, ...behaviourFactContracts, ...travelFactContracts];

describe('interpretedValidator', () => {
  it('names place, keyword and words of the first broken rule, as generated validators do', () => {
    const validate = interpretedValidator({ properties: { 'a/b': { items: { type: 'integer' } } } });
    expect(validate({ 'a/b': [1, 'x'] })).toBe(false);
    expect(validate.errors).toEqual([
      { instancePath: '/a~1b/1', keyword: 'type', params: { type: 'integer' }, message: 'must be integer' },
    ]);
    expect(validate({ 'a/b': [1] })).toBe(true);
    expect(validate.errors).toBeNull();
  });

  it('says which reference leads nowhere', () => {
    expect(() => interpretedValidator({ $ref: '#/$defs/gone' })(1)).toThrow(
      "Cannot follow $ref: must name a schema that is there, received '#/$defs/gone'",
    );
  });

  it('follows references to the documents that it was given', () => {
    const money: JsonSchema = { $id: 'https://example.com/money', type: 'integer' };
    const validate = interpretedValidator({ $ref: 'https://example.com/money' }, [money]);
    expect([validate(1), validate('1')]).toEqual([true, false]);
  });

  it.each(schemas)('$x-type: judges as its generated validator does, whatever is bent', schema => {
    const contract = contracts.find(({ type }) => type === schema['x-type']);
    const validate = interpretedValidator(schema);
    const leaves = fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 'x'.repeat(300), [], {}, true, undefined);
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.tuple(fc.nat(), leaves), { maxLength: 2 }), (seed, bends) => {
        const made = fakeData(schema, { random: seededRandom(seed), accepts: validate });
        const data = bends.reduce<unknown>((value, [at, leaf]) => bent(value, at, leaf), made?.data);
        expect(validate(data), JSON.stringify(data)).toBe(contract?.problemOf(data) === undefined);
      }),
      { numRuns: 100 },
    );
  });
});

/** A copy in which one member, found by its number, is another value (or gone). */
function bent(value: unknown, at: number, leaf: unknown): unknown {
  if (typeof value !== 'object' || value === null) return leaf;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)];
  if (key === undefined) return leaf;
  const inner = (value as Record<string, unknown>)[key];
  const changed = at % 3 === 0 && typeof inner === 'object' ? bent(inner, Math.floor(at / 3), leaf) : leaf;
  const copy: unknown = JSON.parse(JSON.stringify({ ...value, [key]: changed }));
  return Array.isArray(value) ? Object.values(copy as object) : copy;
}
