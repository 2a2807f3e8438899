import {
  asSchema,
  isSchemaObject,
  type JsonSchema,
  type SchemaObject,
  schemaList,
  schemasByName,
} from './json-schema.ts';

/** A field that holds a value, with its schema. */
export interface SchemaField {
  /** `data.lines[].quantity` */
  readonly field: string;
  /** JSON pointer into the schema. */
  readonly pointer: string;
  readonly schema: SchemaObject;
}

/**
 * Every field of an event's data that holds a value itself: objects and arrays of objects stand for what is in them.
 * Alternatives and conditions count where they speak of fields that the schema does not name elsewhere.
 */
export function schemaFields(schema: SchemaObject): readonly SchemaField[] {
  const found = new Map<string, SchemaField>();
  visit(schema, { field: 'data', pointer: '' }, found);
  return [...found.values()];
}

type Place = Omit<SchemaField, 'schema'>;

/** @returns whether there were fields inside */
function visit(schema: SchemaObject, place: Place, found: Map<string, SchemaField>): boolean {
  const inner: boolean[] = [];
  for (const [name, member] of schemasByName(schema.properties)) {
    const here = { field: `${place.field}.${name}`, pointer: `${place.pointer}/properties/${name}` };
    inner.push(true);
    if (isSchemaObject(member) && !visit(member, here, found) && !found.has(here.field)) {
      found.set(here.field, { ...here, schema: member });
    }
  }
  const items = asSchema(schema.items);
  if (isSchemaObject(items)) {
    inner.push(visit(items, { field: `${place.field}[]`, pointer: `${place.pointer}/items` }, found));
  }
  for (const [segment, part] of partsOf(schema)) {
    if (isSchemaObject(part)) inner.push(visit(part, { ...place, pointer: `${place.pointer}/${segment}` }, found));
  }
  return inner.includes(true);
}

function partsOf(schema: SchemaObject): readonly (readonly [segment: string, part: JsonSchema])[] {
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword =>
    schemaList(schema[keyword]).map((part, index) => [`${keyword}/${index}`, part] as const),
  );
  const branches = ['then', 'else'].map(keyword => [keyword, asSchema(schema[keyword])] as const);
  return [...lists, ...branches];
}
