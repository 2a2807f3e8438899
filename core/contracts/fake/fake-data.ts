import {
  asSchema,
  isSchemaObject,
  type JsonSchema,
  type JsonType,
  type SchemaObject,
  schemaList,
  schemasByName,
  textList,
} from '../json-schema.ts';
import { mergedSchemas } from '../merged-schemas.ts';
import { resolveReference } from '../resolve-reference.ts';
import { fakeNumber, fakeText } from './fake-scalar.ts';

/** What data are made with. */
export interface FakeOptions {
  /** Numbers in [0, 1): the same numbers make the same data. */
  readonly random: () => number;
  /** The judge: what it refuses is made again. */
  readonly accepts: (data: unknown) => boolean;
}

const MOST_TRIES = 200;
/** Deeper than this, members that may be left out are. */
const DEEPEST_OPTIONAL = 6;
const DEEPEST = 24;
const MOST_MORE_ITEMS = 3;
/** How often a member is there that need not be. */
const OPTIONAL_SHARE = 0.7;

/** Data that keep a schema; `undefined` when none were found in 200 tries (a rule that cannot be followed blindly). */
export function fakeData(schema: JsonSchema, { random, accepts }: FakeOptions): { readonly data: unknown } | undefined {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const data = fake(schema, { root: schema, random, depth: 0, name: '' });
    if (data !== undefined && accepts(data)) return { data };
  }
  return undefined;
}

interface Making {
  readonly root: JsonSchema;
  readonly random: () => number;
  readonly depth: number;
  /** The field's name. */
  readonly name: string;
}

/** `undefined` when nothing is allowed here. */
function fake(given: JsonSchema, making: Making): unknown {
  const resolved = resolveReference(given, making.root);
  if (resolved === false || making.depth > DEEPEST) return undefined;
  const schema = resolved === true ? {} : chosen(resolved, making);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return pickOne(schema.enum, making.random);
  const type = chosenType(schema, making.random);
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return making.random() < 0.5;
    case 'integer':
    case 'number':
      return fakeNumber(schema, type === 'integer', making.random);
    case 'string':
      return fakeText(schema, making.name, making.random);
    case 'array':
      return fakeArray(schema, making);
    case 'object':
      return fakeObject(schema, making);
  }
}

/** One way through the choices of a schema: an alternative each, and a side of its condition. */
function chosen(schema: SchemaObject, { root, random }: Making): SchemaObject {
  const { allOf, anyOf, oneOf, if: condition, then, else: otherwise, ...own } = schema;
  const parts: JsonSchema[] = [own, ...schemaList(allOf)];
  for (const alternatives of [schemaList(anyOf), schemaList(oneOf)]) {
    if (alternatives.length > 0) parts.push(pickOne(alternatives, random));
  }
  if (condition !== undefined) {
    if (random() < 0.5) parts.push(asSchema(condition), asSchema(then));
    else parts.push(asSchema(otherwise));
  }
  const resolved = parts.map(part => resolveReference(part, root));
  const inner = resolved.map(part =>
    isSchemaObject(part) && isComposed(part) ? chosen(part, { root, random, depth: 0, name: '' }) : part,
  );
  return mergedSchemas(inner, 'last-wins');
}

function isComposed(schema: SchemaObject): boolean {
  return ['allOf', 'anyOf', 'oneOf', 'if'].some(keyword => keyword in schema);
}

function chosenType(schema: SchemaObject, random: () => number): JsonType {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? impliedType(schema)];
  return pickOne(types, random) as JsonType; // an unknown name makes `undefined`, which is made again
}

const IMPLIED: readonly (readonly [keyword: RegExp, type: JsonType])[] = [
  [/^(properties|required|additionalProperties|patternProperties|minProperties|maxProperties)$/, 'object'],
  [/^(items|prefixItems|minItems|maxItems|contains|uniqueItems)$/, 'array'],
  [/^(minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf)$/, 'number'],
];

function impliedType(schema: SchemaObject): JsonType {
  const keywords = Object.keys(schema);
  return IMPLIED.find(([keyword]) => keywords.some(name => keyword.test(name)))?.[1] ?? 'string';
}

function fakeArray(schema: SchemaObject, making: Making): unknown[] {
  const first = Array.isArray(schema.items) ? schemaList(schema.items) : schemaList(schema.prefixItems);
  const rest = Array.isArray(schema.items) ? asSchema(schema.additionalItems) : asSchema(schema.items);
  const least = Math.max(typeof schema.minItems === 'number' ? schema.minItems : 0, 0);
  const most = typeof schema.maxItems === 'number' ? schema.maxItems : least + MOST_MORE_ITEMS;
  const limit = Math.min(most, Math.max(least, first.length) + MOST_MORE_ITEMS);
  const count = least + Math.floor(making.random() * (limit - least + 1));
  const items = Array.from({ length: count }, (_, index) =>
    fake(first[index] ?? rest, { ...making, depth: making.depth + 1 }),
  );
  return items.filter(item => item !== undefined);
}

function fakeObject(schema: SchemaObject, making: Making): Record<string, unknown> {
  const properties = schemasByName(schema.properties);
  const required = new Set(textList(schema.required));
  const made: Record<string, unknown> = {};
  for (const name of new Set([...properties.keys(), ...required])) {
    const isWanted = required.has(name) || (making.random() < OPTIONAL_SHARE && making.depth < DEEPEST_OPTIONAL);
    const value = isWanted && fake(properties.get(name) ?? true, { ...making, depth: making.depth + 1, name });
    if (isWanted && value !== undefined) made[name] = value;
  }
  return made;
}

function pickOne<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item; // random() < 1, and no list here is empty
}
