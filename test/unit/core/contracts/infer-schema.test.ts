import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferredSchema, interpretedValidator, newObservation, observe, valueOfText } from '../../../../core/index.ts';

function inferred(values: readonly unknown[]) {
  const seen = newObservation();
  for (const value of values) observe(seen, value);
  return inferredSchema(seen);
}

describe('inferredSchema', () => {
  it('takes every value that it was made from, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), values => {
        const json: unknown[] = JSON.parse(JSON.stringify(values));
        const validate = interpretedValidator(inferred(json));
        for (const value of json) expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
      }),
    );
  });

  it('requires what was always there, and names values that are few and often', () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      state: i % 2 === 0 ? 'open' : 'shut',
      ...(i > 0 && { note: `${i}` }),
    }));
    expect(inferred(rows)).toMatchObject({
      type: 'object',
      required: ['state'],
      properties: { state: { enum: ['open', 'shut'] }, note: { type: 'string', maxLength: 16 } },
    });
  });

  it('guesses a classification by the name', () => {
    expect(inferred([{ email: 'a', cardToken: 'b', total: 1 }])).toMatchObject({
      properties: {
        email: { 'x-classification': 'personal' },
        cardToken: { 'x-classification': 'sensitive' },
        total: { 'x-classification': 'internal' },
      },
    });
  });
});

describe('valueOfText', () => {
  it.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['true', true],
    ['007', '007'],
    ['12345678901234567890', '12345678901234567890'],
    ['1e5', '1e5'],
    ['', undefined],
  ])('reads %j as %j', (text, value) => {
    expect(valueOfText(text)).toBe(value);
  });
});
