/** The keywords that judge a value by itself, each made into a function once: type, values, numbers, texts, counts, names. */
import { canonicalJson } from '../../events/canonical-json.ts';
import { codePointCount } from '../../events/code-point-count.ts';
import { isSchemaObject, type SchemaObject, textList } from '../json-schema.ts';
import { type Failure, failure, type Rule } from './judge.ts';

const BITS = { null: 1, boolean: 2, integer: 4, number: 8, string: 16, array: 32, object: 64 } as const;

/** `type`; `undefined` when every type is allowed. */
export function typeRule({ type }: SchemaObject): Rule<unknown> | undefined {
  if (type === undefined) return undefined;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const named = Object.entries(BITS).filter(([name]) => types.includes(name));
  let allowed = named.reduce((bits, [, bit]) => bits | bit, 0);
  if (allowed & BITS.number) allowed |= BITS.integer;
  const params = { type };
  const message = `must be ${types.join(',')}`;
  return value => ((allowed & bitOf(value)) !== 0 ? undefined : failure('type', params, message));
}

function bitOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return BITS.string;
    case 'number':
      return Number.isInteger(value) ? BITS.integer : BITS.number;
    case 'boolean':
      return BITS.boolean;
    case 'object':
      if (value === null) return BITS.null;
      return Array.isArray(value) ? BITS.array : BITS.object;
    default:
      return value === undefined ? BITS.null : BITS.object;
  }
}

/** `const` and `enum`; `undefined` when neither is there. */
export function valueRule(schema: SchemaObject): Rule<unknown> | undefined {
  const { const: allowedValue, enum: allowedValues } = schema;
  const isConstant = Object.hasOwn(schema, 'const') ? isOneOf([allowedValue]) : undefined;
  const isAllowed = Array.isArray(allowedValues) ? isOneOf(allowedValues) : undefined;
  if (!isConstant && !isAllowed) return undefined;
  return value => {
    if (isConstant?.(value) === false) return failure('const', { allowedValue }, 'must be equal to constant');
    if (isAllowed?.(value) !== false) return undefined;
    return failure('enum', { allowedValues }, 'must be equal to one of the allowed values');
  };
}

function isOneOf(values: readonly unknown[]): (value: unknown) => boolean {
  const scalars = new Set(values.filter(value => typeof value !== 'object' || value === null));
  const texts = new Set(values.filter(value => typeof value === 'object' && value !== null).map(canonicalJson));
  return value => {
    if (typeof value !== 'object' || value === null) return scalars.has(value ?? null);
    return texts.size > 0 && texts.has(canonicalJson(value));
  };
}

const COMPARISONS = [
  ['minimum', '>=', (value: number, limit: number) => value >= limit],
  ['maximum', '<=', (value: number, limit: number) => value <= limit],
  ['exclusiveMinimum', '>', (value: number, limit: number) => value > limit],
  ['exclusiveMaximum', '<', (value: number, limit: number) => value < limit],
] as const;

/** The rules for numbers. */
export function numberRules(schema: SchemaObject): readonly Rule<number>[] {
  const rules = COMPARISONS.flatMap(([keyword, comparison, holds]): Rule<number>[] => {
    const limit = schema[keyword];
    if (typeof limit !== 'number') return [];
    const params = { comparison, limit };
    return [value => (holds(value, limit) ? undefined : failure(keyword, params, `must be ${comparison} ${limit}`))];
  });
  const { multipleOf } = schema;
  if (typeof multipleOf !== 'number') return rules;
  const message = `must be multiple of ${multipleOf}`;
  return [
    ...rules,
    value => (isMultiple(value, multipleOf) ? undefined : failure('multipleOf', { multipleOf }, message)),
  ];
}

/** Decimal fractions have no exact quotient: what is off by less than a billionth part counts as whole. */
function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  if (!Number.isFinite(quotient)) return value % divisor === 0;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient)) * 1e-3;
}

/** The rules for texts. */
export function textRules(schema: SchemaObject): readonly Rule<string>[] {
  const count = countRule(schema, ['minLength', 'maxLength', 'characters']);
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  const rules: Rule<string>[] = [];
  if (count) {
    rules.push(text => {
      // Code units are at most twice the characters that are counted: mostly that settles it.
      const isSettled = text.length <= Number(maxLength) && text.length >= Number(minLength) * 2;
      return isSettled ? undefined : count(codePointCount(text));
    });
  }
  if (typeof pattern !== 'string') return rules;
  const matcher = expression(pattern);
  const message = `must match pattern "${pattern}"`;
  rules.push(text => (matcher.test(text) ? undefined : failure('pattern', { pattern }, message)));
  return rules;
}

/** A pattern as an expression: of Unicode where it is one. */
export function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

/** A rule for a number of things; `undefined` when the schema limits it on neither side. */
function countRule(
  schema: SchemaObject,
  [least, most, unit]: readonly [string, string, string],
): Rule<number> | undefined {
  const [fewest, limit] = [schema[least], schema[most]];
  if (typeof fewest !== 'number' && typeof limit !== 'number') return undefined;
  return count => {
    if (typeof fewest === 'number' && count < fewest) {
      return failure(least, { limit: fewest }, `must NOT have fewer than ${fewest} ${unit}`);
    }
    if (typeof limit !== 'number' || count <= limit) return undefined;
    return failure(most, { limit }, `must NOT have more than ${limit} ${unit}`);
  };
}

/** The rules for lists as such. */
export function listRules(schema: SchemaObject): readonly Rule<readonly unknown[]>[] {
  const count = countRule(schema, ['minItems', 'maxItems', 'items']);
  const rules: Rule<readonly unknown[]>[] = count ? [list => count(list.length)] : [];
  if (schema.uniqueItems !== true) return rules;
  return [...rules, list => (areUnique(list) ? undefined : DUPLICATES())];
}

const DUPLICATES = () => failure('uniqueItems', {}, 'must NOT have duplicate items');

function areUnique(list: readonly unknown[]): boolean {
  return new Set(list.map(canonicalJson)).size === list.length;
}

/** The rules for objects as such. */
export function objectRules(schema: SchemaObject): readonly Rule<SchemaObject>[] {
  const rules: Rule<SchemaObject>[] = [];
  const required = textList(schema.required);
  if (required.length > 0) rules.push(value => missingOf(value, required, 'required'));
  const { dependentRequired } = schema;
  for (const [name, names] of isSchemaObject(dependentRequired) ? Object.entries(dependentRequired) : []) {
    const wanted = textList(names);
    rules.push(value => (Object.hasOwn(value, name) ? missingOf(value, wanted, 'dependentRequired') : undefined));
  }
  const count = countRule(schema, ['minProperties', 'maxProperties', 'properties']);
  if (count) rules.push(value => count(Object.keys(value).length));
  return rules;
}

function missingOf(value: SchemaObject, names: readonly string[], keyword: string): Failure | undefined {
  for (const missingProperty of names) {
    if (Object.hasOwn(value, missingProperty)) continue;
    return failure(keyword, { missingProperty }, `must have required property '${missingProperty}'`);
  }
  return undefined;
}
