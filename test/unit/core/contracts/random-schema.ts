import fc from 'fast-check';
import type { JsonSchema } from '../../../../core/index.ts';

const NAMES = ['a', 'b', 'c'] as const;
const small = fc.integer({ min: 0, max: 4 });
const scalar = fc.constantFrom<unknown>('x', 'yy', 'zzz', 0, 1, 2.5, true, null);

/** Keywords that are there or not. */
function some<Keywords extends Record<string, fc.Arbitrary<unknown>>>(keywords: Keywords) {
  return fc.record(keywords, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
}

const plain = [
  some({
    type: fc.constantFrom('string', ['string', 'null'], ['string', 'integer']),
    minLength: small,
    maxLength: small,
    pattern: fc.constantFrom('^[a-c]+$', '^x'),
  }),
  some({
    type: fc.constantFrom('integer', 'number', ['number', 'boolean']),
    minimum: small,
    maximum: small,
    exclusiveMinimum: small,
    exclusiveMaximum: small,
    multipleOf: fc.constantFrom(1, 2, 0.5, 3),
  }),
  some({ type: fc.constantFrom('boolean', 'null', 'string') }),
  some({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }) }),
  some({ const: scalar }),
] as const;

/** Schemas small enough that chance finds changes of every kind in them; no `oneOf`, no `default`, no `$ref`. */
export const randomSchema: fc.Arbitrary<JsonSchema> = fc.letrec<{ schema: JsonSchema }>(tie => {
  const inner = tie('schema');
  const byName = fc.dictionary(fc.constantFrom(...NAMES), inner, { maxKeys: 3 });
  const object = some({
    type: fc.constant('object'),
    properties: byName,
    required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), inner),
    patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), inner, { maxKeys: 1 }),
    minProperties: fc.integer({ min: 0, max: 2 }),
    maxProperties: fc.integer({ min: 1, max: 3 }),
    dependentRequired: fc.constant({ a: ['b'] }),
    propertyNames: fc.constantFrom({ pattern: '^[ab]$' }, true, { maxLength: 1 }),
  });
  const array = some({
    type: fc.constant('array'),
    items: inner,
    prefixItems: fc.array(inner, { minLength: 1, maxLength: 2 }),
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    contains: inner,
  });
  const composed = some({
    allOf: fc.array(inner, { minLength: 1, maxLength: 2 }),
    anyOf: fc.array(inner, { minLength: 1, maxLength: 3 }),
    not: inner,
    if: inner,
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: inner,
    else: inner,
  });
  return {
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.boolean(),
      ...plain,
      object,
      array,
      composed,
    ) as fc.Arbitrary<JsonSchema>,
  };
}).schema;
