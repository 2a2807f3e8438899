/** Rules about objects: which members there may be, which there must be, and what each may hold. */
import { canBe, isSchemaObject, type JsonSchema, type SchemaObject, schemasByName, textList } from '../json-schema.ts';
import { type Clash, type Comparison, clash, within } from './comparison.ts';

/** Everything about members. */
export function objectClashes(comparison: Comparison): readonly Clash[] {
  if (!canBe(comparison.writer, 'object')) return [];
  return [
    ...memberClashes(comparison),
    ...patternClashes(comparison),
    ...restClashes(comparison),
    ...nameClashes(comparison),
    ...requiredClashes(comparison),
    ...dependentRequiredClashes(comparison),
    ...dependentSchemaClashes(comparison),
  ];
}

/** Schema of the members that no other keyword speaks of. */
function restOf(schema: SchemaObject): JsonSchema {
  const rest = schema.additionalProperties ?? schema.unevaluatedProperties;
  return typeof rest === 'boolean' || isSchemaObject(rest) ? rest : true;
}

/** What a schema says about one member; `named` when it does so by name or pattern. */
function schemaOfMember(schema: SchemaObject, name: string): { readonly schema: JsonSchema; readonly named: boolean } {
  const byName = schemasByName(schema.properties).get(name);
  const byPattern = [...schemasByName(schema.patternProperties)].filter(([pattern]) => matches(pattern, name));
  const all = [...(byName === undefined ? [] : [byName]), ...byPattern.map(([, inner]) => inner)];
  const [only, ...more] = all;
  if (only === undefined) return { schema: restOf(schema), named: false };
  return { schema: more.length === 0 ? only : { allOf: all }, named: true };
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return false;
  }
}

function memberClashes({ writer, reader, place, policy, inside }: Comparison): readonly Clash[] {
  const names = new Set([writer, reader].flatMap(schema => [...schemasByName(schema.properties).keys()]));
  return [...names].flatMap(name => {
    const written = schemaOfMember(writer, name);
    const isUnknown = !written.named && written.schema === true;
    if (policy === 'platform' && isUnknown) return [];
    return inside(
      written.schema,
      schemaOfMember(reader, name).schema,
      within(place, ['properties', name], `.${name}`),
    ).map(found => (isUnknown ? { ...found, writes: 'anything: the name is not described' } : found));
  });
}

function patternClashes({ writer, reader, place, policy, inside }: Comparison): readonly Clash[] {
  const written = schemasByName(writer.patternProperties);
  const read = schemasByName(reader.patternProperties);
  return [...new Set([...written.keys(), ...read.keys()])].flatMap(pattern => {
    const from = written.get(pattern) ?? restOf(writer);
    if (policy === 'platform' && !written.has(pattern) && from === true) return [];
    return inside(
      from,
      read.get(pattern) ?? restOf(reader),
      within(place, ['patternProperties', pattern], `.${pattern}`),
    );
  });
}

function restClashes({ writer, reader, place, inside }: Comparison): readonly Clash[] {
  const keyword = 'additionalProperties' in reader ? 'additionalProperties' : 'unevaluatedProperties';
  return inside(restOf(writer), restOf(reader), within(place, [keyword], '.*'));
}

function nameClashes({ writer, reader, place, inside }: Comparison): readonly Clash[] {
  const names = (schema: SchemaObject): JsonSchema =>
    typeof schema.propertyNames === 'boolean' || isSchemaObject(schema.propertyNames) ? schema.propertyNames : true;
  const text = (schema: JsonSchema): JsonSchema => (schema === true ? { type: 'string' } : schema);
  return inside(text(names(writer)), names(reader), within(place, ['propertyNames']));
}

/** A member that the reader requires and the writer may leave out. */
function requiredClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader, place, policy } = comparison;
  const given = new Set(textList(writer.required));
  const read = schemasByName(reader.properties);
  return textList(reader.required)
    .filter(name => !given.has(name) && !(policy === 'registry' && hasDefault(read.get(name))))
    .map(name => ({
      ...clash(comparison, 'required', 'may leave it out', 'requires it'),
      field: `${place.field}.${name}`,
    }));
}

function hasDefault(schema: JsonSchema | undefined): boolean {
  return isSchemaObject(schema) && 'default' in schema;
}

/** `dependentRequired`, and the arrays of the older `dependencies`. */
function dependentRequiredClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader, place } = comparison;
  const always = new Set(textList(writer.required));
  const written = dependentNames(writer);
  return [...dependentNames(reader)].flatMap(([name, wanted]) => {
    const missing = wanted.filter(other => !always.has(other) && !written.get(name)?.includes(other));
    return missing.map(other => ({
      ...clash(comparison, 'dependentRequired', `may leave it out beside ${name}`, `requires it beside ${name}`),
      field: `${place.field}.${other}`,
    }));
  });
}

function dependentNames(schema: SchemaObject): ReadonlyMap<string, readonly string[]> {
  const entries = [schema.dependentRequired, schema.dependencies].filter(isSchemaObject).flatMap(Object.entries);
  return new Map(entries.filter(([, names]) => Array.isArray(names)).map(([name, names]) => [name, textList(names)]));
}

/** `dependentSchemas`, and the schemas of the older `dependencies`. */
function dependentSchemaClashes({ writer, reader, place, inside }: Comparison): readonly Clash[] {
  const written = dependentSchemas(writer);
  return [...dependentSchemas(reader)].flatMap(([name, schema]) =>
    inside(written.get(name) ?? true, schema, within(place, ['dependentSchemas', name])),
  );
}

function dependentSchemas(schema: SchemaObject): ReadonlyMap<string, JsonSchema> {
  const entries = [schema.dependentSchemas, schema.dependencies].filter(isSchemaObject).flatMap(Object.entries);
  return schemasByName(Object.fromEntries(entries.filter(([, inner]) => !Array.isArray(inner))));
}
