/**
 * Judges a value by a schema (JSON Schema 2020-12), keyword by keyword, without generating code.
 *
 * 1. What a subschema has evaluated counts for `unevaluatedProperties` and `unevaluatedItems` only when it holds.
 * 2. `$dynamicRef` looks through the resources that evaluation came through, the outermost first.
 */
import type { SchemaError } from '../../events/schema-contract.ts';
import {
  asSchema,
  isSchemaObject,
  type JsonSchema,
  pointerSegment,
  type SchemaObject,
  schemaList,
  schemasByName,
} from '../json-schema.ts';
import { type Broken, brokenAssertion, expression } from './assertions.ts';
import { follow, type Resource, type Resources, resourceUri, type Target } from './schema-resources.ts';

/** Where evaluation is. */
export interface Position {
  readonly all: Resources;
  /** The resources it came through; the current one is last. */
  readonly scope: readonly [...Resource[], Resource];
  /** JSON pointer to the value. */
  readonly instancePath: string;
}

/** The first broken rule, and which members and items the schema spoke about. */
export interface Outcome {
  readonly error: SchemaError | undefined;
  readonly members: ReadonlySet<string>;
  readonly items: ReadonlySet<number>;
}

const NONE: Pick<Outcome, 'members' | 'items'> = { members: new Set(), items: new Set() };

/** Judges one value by one schema. */
export function evaluate(schema: JsonSchema, value: unknown, position: Position): Outcome {
  if (schema === true) return { error: undefined, ...NONE };
  if (schema === false) return failure(position, FALSE);
  const here = entered(schema, position);
  const broken = brokenAssertion(schema, value);
  if (broken) return failure(here, broken);
  const seen: Seen = { members: new Set(), items: new Set() };
  for (const apply of APPLICATORS) {
    const error = apply({ schema, value, here, seen });
    if (error) return { error, ...NONE };
  }
  return { error: undefined, ...seen };
}

const FALSE: Broken = { keyword: 'false schema', params: {}, message: 'boolean schema is false' };

function failure({ instancePath }: Position, broken: Broken): Outcome {
  return { error: { instancePath, ...broken }, ...NONE };
}

/** A schema with a `$id` of its own is a resource of its own. */
function entered(schema: SchemaObject, position: Position): Position {
  const current = currentOf(position);
  if (schema.$id === undefined || schema === current.root) return position;
  const uri = resourceUri(schema, current.uri);
  const resource = uri === undefined ? undefined : position.all.get(uri);
  return resource && resource !== current ? { ...position, scope: [...position.scope, resource] } : position;
}

function currentOf({ scope }: Position): Resource {
  return scope.at(-1) ?? scope[0];
}

interface Seen {
  readonly members: Set<string>;
  readonly items: Set<number>;
}

interface Application {
  readonly schema: SchemaObject;
  readonly value: unknown;
  readonly here: Position;
  readonly seen: Seen;
}

type Applicator = (application: Application) => SchemaError | undefined;

/** What a subschema says about the same value counts as said by the schema. */
function inPlace(inner: JsonSchema, { value, here, seen }: Application): SchemaError | undefined {
  const { error, members, items } = evaluate(inner, value, here);
  for (const name of members) seen.members.add(name);
  for (const index of items) seen.items.add(index);
  return error;
}

/** What a subschema says about a member or an item. */
function atChild(inner: JsonSchema, key: string | number, { value, here }: Application): SchemaError | undefined {
  const child = (value as Record<string | number, unknown>)[key]; // only called with keys that the value has
  return evaluate(inner, child, { ...here, instancePath: `${here.instancePath}/${pointerSegment(key)}` }).error;
}

function references(application: Application): SchemaError | undefined {
  const { schema, here } = application;
  const { $ref, $dynamicRef } = schema;
  for (const target of [
    typeof $ref === 'string' ? follow($ref, currentOf(here), here.all) : undefined,
    typeof $dynamicRef === 'string' ? dynamicTarget($dynamicRef, here) : undefined,
  ]) {
    if (!target) continue;
    const scope: Position['scope'] = [...here.scope, target.resource];
    const error = inPlace(target.schema, { ...application, here: { ...here, scope } });
    if (error) return error;
  }
  return undefined;
}

function dynamicTarget(reference: string, { scope, all }: Position): Target {
  const first = follow(reference, scope.at(-1) ?? scope[0], all);
  if (first.resource.dynamicAnchors.get(first.fragment) !== first.schema) return first;
  for (const resource of scope) {
    const schema = resource.dynamicAnchors.get(first.fragment);
    if (schema) return { schema, resource };
  }
  return first;
}

function compositions(application: Application): SchemaError | undefined {
  const { schema, value, here } = application;
  for (const inner of schemaList(schema.allOf)) {
    const error = inPlace(inner, application);
    if (error) return error;
  }
  const broken = (keyword: string, message: string) => failure(here, { keyword, params: {}, message }).error;
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    if (!Array.isArray(schema[keyword])) continue;
    const holding = schemaList(schema[keyword]).filter(inner => inPlace(inner, application) === undefined);
    if (holding.length === 0) return broken(keyword, `must match a schema in ${keyword}`);
    if (keyword === 'oneOf' && holding.length > 1) return broken('oneOf', 'must match exactly one schema in oneOf');
  }
  if (schema.not !== undefined && !evaluate(asSchema(schema.not), value, here).error) {
    return broken('not', 'must NOT be valid');
  }
  return undefined;
}

function conditions(application: Application): SchemaError | undefined {
  const { schema, value } = application;
  if (schema.if !== undefined) {
    const branch = inPlace(asSchema(schema.if), application) === undefined ? schema.then : schema.else;
    const error = inPlace(asSchema(branch), application);
    if (error) return error;
  }
  if (!isSchemaObject(value)) return undefined;
  for (const [name, inner] of schemasByName(schema.dependentSchemas)) {
    const error = Object.hasOwn(value, name) ? inPlace(inner, application) : undefined;
    if (error) return error;
  }
  return undefined;
}

function members(application: Application): SchemaError | undefined {
  const { schema, value, here, seen } = application;
  if (!isSchemaObject(value)) return undefined;
  const properties = schemasByName(schema.properties);
  const patterns = [...schemasByName(schema.patternProperties)].map(
    ([name, inner]) => [expression(name), inner] as const,
  );
  const spoken = new Set<string>();
  for (const name of Object.keys(value)) {
    if (schema.propertyNames !== undefined) {
      const error = evaluate(asSchema(schema.propertyNames), name, here).error;
      if (error) return { ...error, keyword: 'propertyNames' };
    }
    const byName = properties.get(name);
    const inners = patterns.filter(([pattern]) => pattern.test(name)).map(([, inner]) => inner);
    if (byName !== undefined) inners.unshift(byName);
    if (inners.length === 0 && schema.additionalProperties !== undefined)
      inners.push(asSchema(schema.additionalProperties));
    for (const inner of inners) {
      const error = atChild(inner, name, application);
      if (error) return error;
    }
    if (inners.length > 0) spoken.add(name);
  }
  for (const name of spoken) seen.members.add(name);
  return undefined;
}

function items(application: Application): SchemaError | undefined {
  const { schema, value, seen } = application;
  if (!Array.isArray(value)) return undefined;
  const first = schemaList(schema.prefixItems);
  const spoken: number[] = [];
  for (const index of value.keys()) {
    const inner = first[index] ?? (schema.items === undefined ? undefined : asSchema(schema.items));
    if (inner === undefined) continue;
    const error = atChild(inner, index, application);
    if (error) return error;
    spoken.push(index);
  }
  for (const index of spoken) seen.items.add(index);
  return undefined;
}

function contains(application: Application): SchemaError | undefined {
  const { schema, value, here, seen } = application;
  if (!Array.isArray(value) || schema.contains === undefined) return undefined;
  const inner = asSchema(schema.contains);
  const found = [...value.keys()].filter(index => atChild(inner, index, application) === undefined);
  const least = typeof schema.minContains === 'number' ? schema.minContains : 1;
  const most = typeof schema.maxContains === 'number' ? schema.maxContains : Number.POSITIVE_INFINITY;
  if (found.length < least || found.length > most) {
    const message = `must contain at least ${least}${Number.isFinite(most) ? ` and at most ${most}` : ''} valid item(s)`;
    return failure(here, { keyword: 'contains', params: { minContains: least }, message }).error;
  }
  for (const index of found) seen.items.add(index);
  return undefined;
}

/** What nothing else spoke about; comes last. */
function unevaluated(application: Application): SchemaError | undefined {
  const { schema, value, seen } = application;
  if (isSchemaObject(value) && schema.unevaluatedProperties !== undefined) {
    for (const name of Object.keys(value).filter(member => !seen.members.has(member))) {
      const error = atChild(asSchema(schema.unevaluatedProperties), name, application);
      if (error) return error;
      seen.members.add(name);
    }
  }
  if (!Array.isArray(value) || schema.unevaluatedItems === undefined) return undefined;
  for (const index of [...value.keys()].filter(item => !seen.items.has(item))) {
    const error = atChild(asSchema(schema.unevaluatedItems), index, application);
    if (error) return error;
    seen.items.add(index);
  }
  return undefined;
}

const APPLICATORS: readonly Applicator[] = [
  references,
  compositions,
  conditions,
  members,
  items,
  contains,
  unevaluated,
];
