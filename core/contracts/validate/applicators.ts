/** The keywords that hand a value, its members or its items to other schemas, each made into a function once. */
import {
  asSchema,
  isSchemaObject,
  type JsonSchema,
  pointerSegment,
  type SchemaObject,
  schemaList,
  schemasByName,
} from '../json-schema.ts';
import { expression } from './assertions.ts';
import { type Failure, failure, type Judge, type KindJudge, type Seen } from './judge.ts';

/** Makes the judge of a schema that stands in the same resource. */
export type Compile = (schema: JsonSchema) => Judge;

/** Calls a judge, so that what it spoke about counts only if the value is good. */
export function attempt(judge: Judge, ...[value, seen, scope]: Parameters<Judge>): Failure | undefined {
  if (!seen) return judge(value, undefined, scope);
  const own: Seen = { members: new Set(), items: new Set() };
  const failed = judge(value, own, scope);
  if (failed) return failed;
  for (const name of own.members) seen.members.add(name);
  for (const index of own.items) seen.items.add(index);
  return undefined;
}

/** A failure of a child, seen from its parent. */
function within(key: string | number, failed: Failure): Failure {
  failed.instancePath = `/${pointerSegment(key)}${failed.instancePath}`;
  return failed;
}

/** `allOf`, `anyOf`, `oneOf`, `not`. */
export function compositions(schema: SchemaObject, compile: Compile): readonly Judge[] {
  const judges: Judge[] = schemaList(schema.allOf).map(inner => {
    const judge = compile(inner);
    return (...call) => attempt(judge, ...call);
  });
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    if (Array.isArray(schema[keyword])) judges.push(alternatives(keyword, schemaList(schema[keyword]).map(compile)));
  }
  if (schema.not === undefined) return judges;
  const refused = compile(asSchema(schema.not));
  return [
    ...judges,
    (value, seen, scope) => {
      const isGood = attempt(refused, value, seen && { members: new Set(), items: new Set() }, scope) === undefined;
      return isGood ? failure('not', {}, 'must NOT be valid') : undefined;
    },
  ];
}

function alternatives(keyword: 'anyOf' | 'oneOf', judges: readonly Judge[]): Judge {
  return (value, seen, scope) => {
    let holding = 0;
    for (const judge of judges) {
      if (attempt(judge, value, seen, scope)) continue;
      holding++;
      if (keyword === 'anyOf' && !seen) return undefined;
    }
    if (holding === 0) return failure(keyword, {}, `must match a schema in ${keyword}`);
    if (keyword === 'anyOf' || holding === 1) return undefined;
    return failure('oneOf', {}, 'must match exactly one schema in oneOf');
  };
}

/** `if`, `then`, `else`, `dependentSchemas`. */
export function conditions(schema: SchemaObject, compile: Compile): readonly Judge[] {
  const judges: Judge[] = [];
  if (schema.if !== undefined) {
    const [condition, then, otherwise] = [schema.if, schema.then, schema.else].map(part => compile(asSchema(part)));
    judges.push((value, seen, scope) => {
      const holds = !condition || attempt(condition, value, seen, scope) === undefined;
      const branch = holds ? then : otherwise;
      return branch && attempt(branch, value, seen, scope);
    });
  }
  for (const [name, inner] of schemasByName(schema.dependentSchemas)) {
    const judge = compile(inner);
    judges.push((value, seen, scope) =>
      isSchemaObject(value) && Object.hasOwn(value, name) ? attempt(judge, value, seen, scope) : undefined,
    );
  }
  return judges;
}

/** `properties`, `patternProperties`, `additionalProperties`, `propertyNames`. */
export function memberJudges(schema: SchemaObject, compile: Compile): readonly KindJudge<SchemaObject>[] {
  const named = [...schemasByName(schema.properties)].map(([name, inner]) => [name, compile(inner)] as const);
  const patterns = [...schemasByName(schema.patternProperties)];
  const namesOnly =
    patterns.length === 0 && schema.additionalProperties === undefined && schema.propertyNames === undefined;
  if (!namesOnly) return [everyMember(schema, new Map(named), compile)];
  return named.length === 0 ? [] : [namedMembers(named)];
}

/** The members that the schema names, and no look at the others. */
function namedMembers(named: readonly (readonly [name: string, judge: Judge])[]): KindJudge<SchemaObject> {
  return (value, seen, scope) => {
    for (const [name, judge] of named) {
      if (!Object.hasOwn(value, name)) continue;
      const failed = judge(value[name], undefined, scope);
      if (failed) return within(name, failed);
      seen?.members.add(name);
    }
    return undefined;
  };
}

function everyMember(
  schema: SchemaObject,
  named: ReadonlyMap<string, Judge>,
  compile: Compile,
): KindJudge<SchemaObject> {
  const patterns = [...schemasByName(schema.patternProperties)].map(
    ([pattern, inner]) => [expression(pattern), compile(inner)] as const,
  );
  const { additionalProperties, propertyNames } = schema;
  const others = additionalProperties === undefined ? undefined : compile(asSchema(additionalProperties));
  const ofNames = propertyNames === undefined ? undefined : compile(asSchema(propertyNames));
  return (value, seen, scope) => {
    for (const name of Object.keys(value)) {
      const badName = ofNames?.(name, undefined, scope);
      if (badName) return { ...badName, instancePath: '', keyword: 'propertyNames' };
      const judges = patterns.filter(([pattern]) => pattern.test(name)).map(([, judge]) => judge);
      const byName = named.get(name);
      if (byName) judges.unshift(byName);
      if (judges.length === 0 && others) judges.push(others);
      for (const judge of judges) {
        const failed = judge(value[name], undefined, scope);
        if (failed) return within(name, failed);
      }
      if (judges.length > 0) seen?.members.add(name);
    }
    return undefined;
  };
}

/** `prefixItems`, `items`, `contains`. */
export function itemJudges(schema: SchemaObject, compile: Compile): readonly KindJudge<readonly unknown[]>[] {
  const first = schemaList(schema.prefixItems).map(compile);
  const rest = schema.items === undefined ? undefined : compile(asSchema(schema.items));
  const judges: KindJudge<readonly unknown[]>[] = [];
  if (first.length > 0 || rest) {
    judges.push((list, seen, scope) => {
      for (let index = 0; index < list.length; index++) {
        const judge = first[index] ?? rest;
        if (!judge) break;
        const failed = judge(list[index], undefined, scope);
        if (failed) return within(index, failed);
        seen?.items.add(index);
      }
      return undefined;
    });
  }
  if (schema.contains !== undefined) judges.push(contains(schema, compile(asSchema(schema.contains))));
  return judges;
}

function contains(schema: SchemaObject, judge: Judge): KindJudge<readonly unknown[]> {
  const least = typeof schema.minContains === 'number' ? schema.minContains : 1;
  const most = typeof schema.maxContains === 'number' ? schema.maxContains : Number.POSITIVE_INFINITY;
  const message = `must contain at least ${least}${Number.isFinite(most) ? ` and at most ${most}` : ''} valid item(s)`;
  return (list, seen, scope) => {
    const found = [...list.keys()].filter(index => judge(list[index], undefined, scope) === undefined);
    if (found.length < least || found.length > most) return failure('contains', { minContains: least }, message);
    for (const index of found) seen?.items.add(index);
    return undefined;
  };
}

/** `unevaluatedProperties`, `unevaluatedItems`: what nothing else spoke about; to be called last, with all that was seen. */
export function unevaluated(schema: SchemaObject, compile: Compile): readonly Judge[] {
  const judges: Judge[] = [];
  if (schema.unevaluatedProperties !== undefined) {
    const judge = compile(asSchema(schema.unevaluatedProperties));
    judges.push((value, seen, scope) => {
      if (!isSchemaObject(value)) return undefined;
      for (const name of Object.keys(value)) {
        const failed = seen?.members.has(name) ? undefined : judge(value[name], undefined, scope);
        if (failed) return within(name, failed);
        seen?.members.add(name);
      }
      return undefined;
    });
  }
  if (schema.unevaluatedItems !== undefined) {
    const judge = compile(asSchema(schema.unevaluatedItems));
    judges.push((value, seen, scope) => {
      if (!Array.isArray(value)) return undefined;
      for (const index of value.keys()) {
        const failed = seen?.items.has(index) ? undefined : judge(value[index], undefined, scope);
        if (failed) return within(index, failed);
        seen?.items.add(index);
      }
      return undefined;
    });
  }
  return judges;
}
