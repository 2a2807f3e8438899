/** The keywords that judge a value by itself: type, values, numbers, texts, counts, names that must be there. */
import { canonicalJson } from '../../events/canonical-json.ts';
import type { SchemaError } from '../../events/schema-contract.ts';
import { isSchemaObject, jsonTypeOf, type SchemaObject, textList } from '../json-schema.ts';

/** A broken rule, without the place. */
export type Broken = Omit<SchemaError, 'instancePath'>;

/** The first rule of a schema that a value breaks by itself. */
export function brokenAssertion(schema: SchemaObject, value: unknown): Broken | undefined {
  return brokenType(schema, value) ?? brokenValue(schema, value) ?? brokenKind(schema, value);
}

function brokenType({ type }: SchemaObject, value: unknown): Broken | undefined {
  if (type === undefined) return undefined;
  const types = Array.isArray(type) ? type : [type];
  const actual = jsonTypeOf(value);
  if (types.includes(actual) || (actual === 'integer' && types.includes('number'))) return undefined;
  return { keyword: 'type', params: { type }, message: `must be ${types.join(',')}` };
}

function brokenValue(schema: SchemaObject, value: unknown): Broken | undefined {
  const hasConst = Object.hasOwn(schema, 'const');
  if (!hasConst && !Array.isArray(schema.enum)) return undefined;
  const text = canonicalJson(value);
  if (hasConst && canonicalJson(schema.const) !== text) {
    return { keyword: 'const', params: { allowedValue: schema.const }, message: 'must be equal to constant' };
  }
  if (!Array.isArray(schema.enum) || schema.enum.some(allowed => canonicalJson(allowed) === text)) return undefined;
  const params = { allowedValues: schema.enum };
  return { keyword: 'enum', params, message: 'must be equal to one of the allowed values' };
}

function brokenKind(schema: SchemaObject, value: unknown): Broken | undefined {
  if (typeof value === 'number') return brokenNumber(schema, value);
  if (typeof value === 'string') return brokenText(schema, value);
  if (Array.isArray(value)) return brokenArray(schema, value);
  return isSchemaObject(value) ? brokenObject(schema, value) : undefined;
}

const COMPARISONS = [
  ['minimum', '>=', (value: number, limit: number) => value >= limit],
  ['maximum', '<=', (value: number, limit: number) => value <= limit],
  ['exclusiveMinimum', '>', (value: number, limit: number) => value > limit],
  ['exclusiveMaximum', '<', (value: number, limit: number) => value < limit],
] as const;

function brokenNumber(schema: SchemaObject, value: number): Broken | undefined {
  for (const [keyword, comparison, holds] of COMPARISONS) {
    const limit = schema[keyword];
    if (typeof limit === 'number' && !holds(value, limit)) {
      return { keyword, params: { comparison, limit }, message: `must be ${comparison} ${limit}` };
    }
  }
  const { multipleOf } = schema;
  if (typeof multipleOf !== 'number' || isMultiple(value, multipleOf)) return undefined;
  return { keyword: 'multipleOf', params: { multipleOf }, message: `must be multiple of ${multipleOf}` };
}

/** Decimal fractions have no exact quotient: what is off by less than a billionth part counts as whole. */
function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  if (!Number.isFinite(quotient)) return value % divisor === 0;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient)) * 1e-3;
}

function brokenText(schema: SchemaObject, value: string): Broken | undefined {
  const { pattern } = schema;
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    const broken = brokenCount(schema, [...value].length, ['minLength', 'maxLength', 'characters']);
    if (broken) return broken;
  }
  if (typeof pattern !== 'string' || expression(pattern).test(value)) return undefined;
  return { keyword: 'pattern', params: { pattern }, message: `must match pattern "${pattern}"` };
}

/** Expressions by their pattern: schemas come and go, but their patterns are few. */
const expressions = new Map<string, RegExp>();
const MOST_EXPRESSIONS = 1000;

/** A pattern as an expression: of Unicode where it is one. */
export function expression(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known) return known;
  if (expressions.size >= MOST_EXPRESSIONS) expressions.clear();
  const made = newExpression(pattern);
  expressions.set(pattern, made);
  return made;
}

function newExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

function brokenCount(
  schema: SchemaObject,
  count: number,
  [least, most, unit]: readonly [string, string, string],
): Broken | undefined {
  const [fewest, limit] = [schema[least], schema[most]];
  if (typeof fewest === 'number' && count < fewest) {
    return { keyword: least, params: { limit: fewest }, message: `must NOT have fewer than ${fewest} ${unit}` };
  }
  if (typeof limit !== 'number' || count <= limit) return undefined;
  return { keyword: most, params: { limit }, message: `must NOT have more than ${limit} ${unit}` };
}

function brokenArray(schema: SchemaObject, value: readonly unknown[]): Broken | undefined {
  const count = brokenCount(schema, value.length, ['minItems', 'maxItems', 'items']);
  if (count || schema.uniqueItems !== true) return count;
  if (new Set(value.map(canonicalJson)).size === value.length) return undefined;
  return { keyword: 'uniqueItems', params: {}, message: 'must NOT have duplicate items' };
}

function brokenObject(schema: SchemaObject, value: SchemaObject): Broken | undefined {
  const missing = (names: unknown) => textList(names).find(name => !Object.hasOwn(value, name));
  const missingProperty = missing(schema.required);
  if (missingProperty !== undefined) return missingBroken('required', missingProperty);
  const { dependentRequired } = schema;
  for (const [name, names] of isSchemaObject(dependentRequired) ? Object.entries(dependentRequired) : []) {
    const wanted = Object.hasOwn(value, name) ? missing(names) : undefined;
    if (wanted !== undefined) return missingBroken('dependentRequired', wanted);
  }
  return brokenCount(schema, Object.keys(value).length, ['minProperties', 'maxProperties', 'properties']);
}

function missingBroken(keyword: string, missingProperty: string): Broken {
  return { keyword, params: { missingProperty }, message: `must have required property '${missingProperty}'` };
}
