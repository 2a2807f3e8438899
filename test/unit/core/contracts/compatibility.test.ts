import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompatibilityMode,
  type CompatibilityPolicy,
  checkCompatibility,
  fakeData,
  incompatibilityText,
  interpretedValidator,
  type JsonSchema,
  seededRandom,
} from '../../../../core/index.ts';
import { randomSchema } from './random-schema.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 0 } },
  required: ['name'],
} as const;

function check(
  previous: JsonSchema | readonly JsonSchema[],
  next: JsonSchema,
  mode: CompatibilityMode = 'backward',
  policy: CompatibilityPolicy = 'registry',
) {
  const versions = (Array.isArray(previous) ? previous : [previous]).map((schema, i) => ({
    version: `1.${i}.0`,
    schema,
  }));
  return checkCompatibility(versions, { version: 'next', schema: next }, { mode, policy });
}

describe('checkCompatibility', () => {
  it.each<[change: string, next: JsonSchema, mode: CompatibilityMode, field: string, rule: string]>([
    ['a field becomes required', { ...person, required: ['name', 'age'] }, 'backward', 'data.age', 'required'],
    ['a required field may be left out', { ...person, required: [] }, 'forward', 'data.name', 'required'],
    ['a type is widened', withName({ type: ['string', 'null'], maxLength: 20 }), 'forward', 'data.name', 'type'],
    ['texts must be shorter', withName({ type: 'string', maxLength: 10 }), 'backward', 'data.name', 'maxLength'],
    ['texts may be longer', withName({ type: 'string', maxLength: 30 }), 'forward', 'data.name', 'maxLength'],
    ['values are named', withName({ enum: ['ada'] }), 'backward', 'data.name', 'enum'],
    ['a pattern comes', withName({ type: 'string', maxLength: 20, pattern: '^a' }), 'backward', 'data.name', 'pattern'],
    ['unknown fields are shut out', { ...person, additionalProperties: false }, 'backward', 'data.*', 'false'],
  ])('names field and rule where %s', (_change, next, mode, field, rule) => {
    const [found, ...more] = check(person, next, mode);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ field, rule, direction: mode });
    const other = mode === 'backward' ? 'forward' : 'backward';
    expect(check(person, next, 'full')).toHaveLength(1);
    expect(check(person, next, other), `${other} is not harmed`).toEqual([]);
  });

  it('reports a type that changes in both directions', () => {
    const found = check(person, withName({ type: 'integer' }), 'full');
    expect(found).toMatchObject([
      { direction: 'backward', writes: 'string', reads: 'integer', readBy: 'next' },
      { direction: 'forward', writes: 'integer', reads: 'string', readBy: '1.0.0' },
    ]);
  });

  it('points into the schema of the side that refuses, and says what each side does', () => {
    const [found] = check(person, withName({ type: 'string', maxLength: 10 }));
    expect(found && incompatibilityText(found)).toBe(
      'data.name (maxLength, at #/properties/name/maxLength): written by 1.0.0: up to 20 characters; read by next: at most 10',
    );
  });

  it('goes through arrays, references and compositions to the field', () => {
    const lines = (quantity: JsonSchema): JsonSchema => ({
      $defs: { line: { properties: { quantity } } },
      allOf: [{ properties: { lines: { type: 'array', items: { $ref: '#/$defs/line' } } } }],
    });
    const [found] = check(lines({ type: 'integer' }), lines({ type: 'string' }));
    expect(found).toMatchObject({ field: 'data.lines[].quantity', rule: 'type', writes: 'integer', reads: 'string' });
  });

  it('compares a recursive schema once', () => {
    const tree = (value: JsonSchema): JsonSchema => ({ properties: { value, children: { items: { $ref: '#' } } } });
    expect(check(tree({ type: 'integer' }), tree({ type: 'number' }))).toEqual([]);
    expect(check(tree({ type: 'number' }), tree({ type: 'integer' }))).not.toEqual([]);
  });

  it('judges an optional field that is added by the policy', () => {
    const next = { ...person, properties: { ...person.properties, email: { type: 'string' } } };
    expect(check(person, next)).toMatchObject([{ field: 'data.email', rule: 'type' }]);
    expect(check(person, next, 'full', 'platform')).toEqual([]);
    expect(check(next, person, 'full', 'platform'), 'and one that is removed').toEqual([]);
  });

  it('takes a default for a required field that is added, where somebody fills it in', () => {
    const email = { type: 'string', default: 'none' };
    const next = { ...person, properties: { ...person.properties, email }, required: ['name', 'email'] };
    const rules = (policy: CompatibilityPolicy) => check(person, next, 'backward', policy).map(({ rule }) => rule);
    expect(rules('platform')).toEqual(['required']);
    expect(rules('registry'), 'the name was open to anything before').toEqual(['type']);
  });

  it('looks at the latest version only, unless the mode is transitive', () => {
    const narrow = withName({ type: 'string', maxLength: 20 });
    const wide = withName({ type: 'string', maxLength: 40 });
    const number = withName({ type: 'number' });
    expect(check([number, wide], wide)).toEqual([]);
    expect(check([number, narrow], wide, 'backward-transitive')).toMatchObject([{ writtenBy: '1.0.0', rule: 'type' }]);
    expect(check([number, wide], narrow, 'none')).toEqual([]);
  });

  it('forgives changes of words only', () => {
    expect(
      check(person, { ...person, title: 'Person', description: 'x', 'x-owner': 'team', examples: [{}] }, 'full'),
    ).toEqual([]);
  });

  it('is reflexive: every schema is fully compatible with itself', () => {
    fc.assert(
      fc.property(randomSchema, schema => {
        expect(check(schema, structuredClone(schema), 'full-transitive')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['registry', 'platform'] as const)('says nothing only when what is written is read (%s)', policy => {
    let proved = 0;
    fc.assert(
      fc.property(randomSchema, randomSchema, fc.integer(), (writer, reader, seed) => {
        if (check(writer, reader, 'backward', policy).length > 0) return;
        const accepts = interpretedValidator(writer);
        const read = interpretedValidator(reader);
        const random = seededRandom(seed);
        for (let i = 0; i < 5; i++) {
          const made = fakeData(writer, { random, accepts });
          if (!made) return;
          expect(read(made.data), `${JSON.stringify(made.data)} ${JSON.stringify(read.errors)}`).toBe(true);
          proved++;
        }
      }),
      { numRuns: 1500, seed: 5 },
    );
    expect(proved).toBeGreaterThan(100);
  });
});

function withName(name: JsonSchema): JsonSchema {
  return { ...person, properties: { ...person.properties, name } };
}
