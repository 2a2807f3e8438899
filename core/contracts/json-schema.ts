/** A JSON Schema (2020-12): what it allows, or everything (`true`), or nothing (`false`). */
export type JsonSchema = boolean | SchemaObject;

/** A schema with keywords; none of them has been checked. */
export interface SchemaObject {
  readonly [keyword: string]: unknown;
}

/** The names of JSON's types, as `type` has them. */
export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** Whether a value is an object with members (not null, not an array). */
export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A keyword's value as a schema; what is absent, or no schema, allows everything. */
export function asSchema(value: unknown): JsonSchema {
  return typeof value === 'boolean' || isSchemaObject(value) ? value : true;
}

/** What has been read: a schema is judged by many times. */
const readNames = new WeakMap<SchemaObject, ReadonlyMap<string, JsonSchema>>();
const NO_NAMES: ReadonlyMap<string, JsonSchema> = new Map();

/** A keyword's value as schemas by name. */
export function schemasByName(value: unknown): ReadonlyMap<string, JsonSchema> {
  if (!isSchemaObject(value)) return NO_NAMES;
  const known = readNames.get(value);
  if (known) return known;
  const names = new Map(Object.entries(value).map(([name, schema]) => [name, asSchema(schema)]));
  readNames.set(value, names);
  return names;
}

/** A keyword's value as a list of schemas. */
export function schemaList(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.map(asSchema) : [];
}

/** A keyword's value as a list of texts; anything else in it is left out. */
export function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

/** The types that a schema allows, also where only its values say so; `undefined` when it allows every type. */
export function typesOf(schema: SchemaObject): ReadonlySet<JsonType> | undefined {
  const { type } = schema;
  if (typeof type === 'string') return new Set([type as JsonType]); // an unknown name equals no other
  if (Array.isArray(type)) return new Set(type as JsonType[]);
  const values = valuesOf(schema);
  return values && new Set(values.map(jsonTypeOf));
}

/** The values that a schema names one by one (`const`, `enum`); `undefined` when it names none. */
export function valuesOf(schema: SchemaObject): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

/** The type of a JSON value; a number without a fraction is an `integer`. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean';
  return 'object';
}

/** Whether a schema lets values of a type through, as far as its types say. */
export function canBe(schema: SchemaObject, type: JsonType): boolean {
  const types = typesOf(schema);
  if (!types) return true;
  if (type === 'number') return types.has('number') || types.has('integer');
  return types.has(type) || (type === 'integer' && types.has('number'));
}

/** One segment of a JSON pointer, escaped (RFC 6901). */
export function pointerSegment(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}
