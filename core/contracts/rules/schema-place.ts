/**
 * What a schema says about one value, and about the members of it. Where schemas are combined, a value is looked at in each
 * way in which it may keep them.
 *
 * 1. Together, the places of a value allow at least what its schema allows: what none of them allows cannot be.
 * 2. Writers keep to the names that their schema lists, in the alternative that they choose: as for compatibility
 *    (`platform`), what nobody described is never written. A list of names that is not there is no list: then anything may be.
 * 3. Where a schema is combined in more ways than are looked at, its places are open: nothing is said against any value.
 */
import {
  asSchema,
  canBe,
  isSchemaObject,
  type JsonSchema,
  type JsonType,
  type SchemaObject,
  schemaList,
  schemasByName,
  textList,
} from '../json-schema.ts';
import { constrains, resolveReference } from '../resolve-reference.ts';
import { problemOfValue } from './value-problem.ts';

/** A schema without its combinations, and the document that its references lead into. */
export interface SchemaPart {
  readonly schema: SchemaObject;
  readonly document: JsonSchema;
}

/** Everything that holds for a value at once. */
export interface Place {
  readonly parts: readonly SchemaPart[];
  /** More is said about the value than is looked at. */
  readonly open: boolean;
}

/** A value about which nothing is known. */
export const ANYTHING: Place = { parts: [], open: true };

const MOST_PLACES = 64;
const DEEPEST = 24;

const read = new WeakMap<SchemaObject, readonly Place[]>();

/** The ways in which a value may keep a schema of a document; none when nothing can. */
export function placesOf(given: JsonSchema, document: JsonSchema): readonly Place[] {
  if (!isSchemaObject(given)) return given ? [{ parts: [], open: false }] : [];
  const known = read.get(given) ?? combined(given, document, 0);
  read.set(given, known);
  return known;
}

function combined(given: JsonSchema, document: JsonSchema, depth: number): readonly Place[] {
  if (depth > DEEPEST) return [ANYTHING];
  const schema = resolveReference(given, document);
  if (!isSchemaObject(schema)) return schema ? [{ parts: [], open: false }] : [];
  const { allOf, anyOf, oneOf, if: condition, then, else: otherwise, dependentSchemas, ...rest } = schema;
  const { $ref, $dynamicRef, ...own } = rest;
  const inner = (part: JsonSchema) => combined(part, document, depth + 1);
  const open = $ref !== undefined || $dynamicRef !== undefined || isSchemaObject(own.unevaluatedProperties);
  let places: readonly Place[] = [{ parts: [{ schema: own, document }], open }];
  for (const part of schemaList(allOf)) places = crossed(places, inner(part));
  for (const choices of [schemaList(anyOf), schemaList(oneOf)]) {
    if (choices.length > 0) places = crossed(places, choices.flatMap(inner));
  }
  if (condition !== undefined) {
    const met = crossed(inner(asSchema(condition)), inner(asSchema(then)));
    places = crossed(places, [...met, ...inner(asSchema(otherwise))]);
  }
  for (const dependent of schemasByName(dependentSchemas).values()) {
    places = crossed(places, [...inner(dependent), { parts: [], open: false }]);
  }
  return places;
}

function crossed(one: readonly Place[], other: readonly Place[]): readonly Place[] {
  if (one.length * other.length > MOST_PLACES) return one.map(({ parts }) => ({ parts, open: true }));
  return one.flatMap(a => other.map(b => ({ parts: [...a.parts, ...b.parts], open: a.open || b.open })));
}

/** Whether values of a type are let through. */
export function placeCanBe({ parts }: Place, type: JsonType): boolean {
  return parts.every(({ schema }) => canBe(schema, type));
}

/** Whether nothing is said about a value. */
export function isFree({ parts }: Place): boolean {
  return parts.every(({ schema }) => !constrains(schema));
}

/** A member of an object. */
export interface Member {
  readonly places: readonly Place[];
  /** Whether any schema speaks about a member of this name. */
  readonly isDeclared: boolean;
  readonly isRequired: boolean;
}

const STRUCTURE = ['properties', 'patternProperties', 'unevaluatedProperties'];

/** What is said about a member of an object. */
export function memberOf(place: Place, name: string): Member {
  const isRequired = place.parts.some(({ schema }) => textList(schema.required).includes(name));
  const isListed = place.parts.some(
    ({ schema }) => STRUCTURE.some(keyword => keyword in schema) || isSchemaObject(schema.additionalProperties),
  );
  if (!isListed && !place.parts.some(({ schema }) => schema.additionalProperties === false)) {
    return { places: [ANYTHING], isDeclared: true, isRequired };
  }
  const declared = place.parts.flatMap(part => declarations(part, name));
  if (declared.length === 0) {
    const isNamed = place.open || isRequired;
    return { places: isNamed ? [ANYTHING] : [], isDeclared: isNamed, isRequired };
  }
  const isForbidden = place.parts.some(part => forbids(part, name));
  const start: readonly Place[] = isForbidden ? [] : [{ parts: [], open: place.open }];
  const places = declared.reduce((ways, { schema, document }) => crossed(ways, placesOf(schema, document)), start);
  return { places, isDeclared: true, isRequired };
}

/** The names that the schemas of an object list. */
export function memberNames({ parts }: Place): readonly string[] {
  return [...new Set(parts.flatMap(({ schema }) => [...schemasByName(schema.properties).keys()]))];
}

interface Declaration {
  readonly schema: JsonSchema;
  readonly document: JsonSchema;
}

function declarations({ schema, document }: SchemaPart, name: string): readonly Declaration[] {
  const listed = schemasByName(schema.properties);
  const found: JsonSchema[] = listed.has(name) ? [listed.get(name) ?? true] : [];
  for (const [pattern, member] of schemasByName(schema.patternProperties)) {
    if (new RegExp(pattern, 'u').test(name)) found.push(member);
  }
  if (found.length === 0 && isSchemaObject(schema.additionalProperties)) found.push(schema.additionalProperties);
  return found.map(each => ({ schema: each, document }));
}

function forbids(part: SchemaPart, name: string): boolean {
  const { schema, document } = part;
  const isOther = declarations(part, name).length === 0;
  if (isOther && schema.additionalProperties === false) return true;
  const names = asSchema(schema.propertyNames);
  return names === false || (names !== true && problemOfValue(name, [{ schema: names, document }]) !== undefined);
}

/** What is said about the elements of a list; nothing when the value cannot be one, or is not said to be one. */
export function elementsOf(place: Place): { readonly places: readonly Place[]; readonly isCertain: boolean } {
  const isList = place.parts.some(
    ({ schema }) => 'items' in schema || 'prefixItems' in schema || 'contains' in schema || saysArray(schema),
  );
  if (!isList || !placeCanBe(place, 'array')) return { places: [], isCertain: false };
  const start: readonly Place[] = [{ parts: [], open: place.open }];
  const places = place.parts.reduce((ways, part) => crossed(ways, elementsOfPart(part)), start);
  const isCertain = place.parts.some(({ schema }) => typeof schema.minItems === 'number' && schema.minItems > 0);
  return { places, isCertain };
}

function elementsOfPart({ schema, document }: SchemaPart): readonly Place[] {
  const first = schemaList(schema.prefixItems).flatMap(item => placesOf(item, document));
  if ('items' in schema) return [...first, ...placesOf(asSchema(schema.items), document)];
  if (first.length === 0) return [saysArray(schema) ? ANYTHING : { parts: [], open: false }];
  return [...first, ANYTHING];
}

function saysArray({ type }: SchemaObject): boolean {
  return type === 'array' || (Array.isArray(type) && type.includes('array'));
}
