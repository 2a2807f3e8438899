import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOfPattern } from '../../../../core/contracts/fake/text-of-pattern.ts';
import { fakeData, interpretedValidator, type JsonSchema, seededRandom } from '../../../../core/index.ts';

describe('fakeData', () => {
  it('makes the same data from the same numbers', () => {
    const schema: JsonSchema = { properties: { a: { type: 'integer' }, b: { format: 'uuid' } }, required: ['a', 'b'] };
    const make = (seed: number) => fakeData(schema, { random: seededRandom(seed), accepts: () => true });
    expect(make(7)).toEqual(make(7));
    expect(make(7)).not.toEqual(make(8));
  });

  it('gives up on a schema that allows nothing', () => {
    expect(
      fakeData({ allOf: [false] }, { random: seededRandom(1), accepts: interpretedValidator({ allOf: [false] }) }),
    ).toBeUndefined();
  });

  it('goes both ways of a condition', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { a: { const: 1 } },
      if: { required: ['a'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { required: ['b'] },
    };
    const random = seededRandom(1);
    const made = Array.from(
      { length: 40 },
      () => fakeData(schema, { random, accepts: interpretedValidator(schema) })?.data,
    );
    expect(made.some(data => 'a' in Object(data) && 'b' in Object(data))).toBe(true);
    expect(made.some(data => !('a' in Object(data)))).toBe(true);
  });
});

describe('textOfPattern', () => {
  it.each([
    '^[A-Z]{3}$',
    '^tok_[A-Za-z0-9_]{1,100}$',
    '^[0-9]{4}-(0[1-9]|1[0-2])$',
    '^(?:a|bc)+\\d?\\.x*$',
    '^[^a-z]{2,}$',
    '^\\w+@\\w+\\.[a-z]{2,3}$',
  ])('matches %s', pattern => {
    const make = textOfPattern(pattern);
    fc.assert(
      fc.property(fc.integer(), seed => {
        expect(make?.(seededRandom(seed))).toMatch(new RegExp(pattern, 'u'));
      }),
    );
  });

  it.each(['(?=a)b', '\\bword', '(a)\\1', '['])('leaves %s to others', pattern => {
    expect(textOfPattern(pattern)).toBeUndefined();
  });
});
