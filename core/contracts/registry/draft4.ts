/**
 * Schemas in the words of draft 4 (2013), which is what EventBridge's registry takes. Keywords that draft 4 does not have are
 * said in its own words where that is possible, and left out where it is not: then the result allows more, never less.
 */
import type { CloudEvent } from '../../events/cloud-event.ts';
import {
  asSchema,
  isSchemaObject,
  type JsonSchema,
  type SchemaObject,
  schemaList,
  schemasByName,
} from '../json-schema.ts';
import type { RegisteredSchema } from './registered-schema.ts';
import { schemaUri } from './schema-version.ts';

const DRAFT4 = 'http://json-schema.org/draft-04/schema#';

/** What both drafts say in the same words. */
const SAME = new Set([
  '$ref',
  'default',
  'description',
  'enum',
  'format',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'title',
  'type',
  'uniqueItems',
]);

/** A schema in the words of draft 4. */
export function draft4(schema: JsonSchema): SchemaObject {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  const same = Object.entries(schema).filter(([keyword]) => SAME.has(keyword) || keyword.startsWith('x-'));
  return {
    ...Object.fromEntries(same),
    ...values(schema),
    ...bounds(schema),
    ...members(schema),
    ...items(schema),
    ...compositions(schema),
  };
}

function values(schema: SchemaObject): SchemaObject {
  return Object.hasOwn(schema, 'const') ? { enum: [schema.const] } : {};
}

/** Draft 4 says `exclusive…: true` beside the bound. */
function bounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SchemaObject): SchemaObject {
  const isAbove = typeof exclusiveMinimum === 'number' && !(typeof minimum === 'number' && minimum > exclusiveMinimum);
  const isBelow = typeof exclusiveMaximum === 'number' && !(typeof maximum === 'number' && maximum < exclusiveMaximum);
  return {
    ...(isAbove && { minimum: exclusiveMinimum, exclusiveMinimum: true }),
    ...(isBelow && { maximum: exclusiveMaximum, exclusiveMaximum: true }),
  };
}

function members(schema: SchemaObject): SchemaObject {
  const { required, additionalProperties, dependentRequired, dependentSchemas } = schema;
  const named = ['properties', 'patternProperties', 'definitions', '$defs'].flatMap(keyword => {
    const schemas = schemasByName(schema[keyword]);
    return schemas.size === 0 ? [] : [[keyword, draft4ByName(schemas)] as const];
  });
  const dependencies = {
    ...(isSchemaObject(dependentRequired) && dependentRequired),
    ...draft4ByName(schemasByName(dependentSchemas)),
  };
  return {
    ...Object.fromEntries(named),
    ...(Array.isArray(required) && required.length > 0 && { required }), // an empty list is refused in draft 4
    ...(additionalProperties !== undefined && { additionalProperties: inner(additionalProperties) }),
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
  };
}

function draft4ByName(schemas: ReadonlyMap<string, JsonSchema>): SchemaObject {
  return Object.fromEntries([...schemas].map(([name, schema]) => [name, draft4(schema)]));
}

function items(schema: SchemaObject): SchemaObject {
  const first = schemaList(schema.prefixItems);
  if (first.length === 0) return schema.items === undefined ? {} : { items: draft4(asSchema(schema.items)) };
  const rest = schema.items === undefined ? {} : { additionalItems: inner(schema.items) };
  return { items: first.map(draft4), ...rest };
}

function inner(value: unknown): boolean | SchemaObject {
  return typeof value === 'boolean' ? value : draft4(asSchema(value));
}

/** `if`, `then`, `else` as alternatives: the condition and what follows, or not the condition and what else. */
function compositions(schema: SchemaObject): SchemaObject {
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => {
    const parts = schemaList(schema[keyword]);
    return parts.length === 0 ? [] : [[keyword, parts.map(draft4)] as const];
  });
  const said: SchemaObject = Object.fromEntries(lists);
  const not = schema.not === undefined ? {} : { not: draft4(asSchema(schema.not)) };
  if (schema.if === undefined) return { ...said, ...not };
  const [condition, then, otherwise] = [schema.if, schema.then, schema.else].map(part => draft4(asSchema(part)));
  const conditional = { anyOf: [{ allOf: [condition, then] }, { allOf: [{ not: condition }, otherwise] }] };
  return { ...said, ...not, allOf: [...schemaList(said.allOf), conditional] };
}

const TEXT = { type: 'string' } as const;
/** Attributes that every event has on the bus, and some that it may have. */
const ATTRIBUTES: readonly (keyof CloudEvent)[] = ['specversion', 'id', 'source', 'type', 'subject', 'time'];
const OPTIONAL: readonly (keyof CloudEvent)[] = [
  'causationid',
  'correlationid',
  'datacontenttype',
  'dataref',
  'dataschema',
  'tenantid',
  'traceparent',
];

/**
 * An event as EventBridge has it, in draft 4: the whole CloudEvent is the `detail`, its data have the given schema. Data that
 * were too large for the bus are absent.
 */
export function schemaOfBusEvent({ type, version, schema }: RegisteredSchema): SchemaObject {
  const texts = [...ATTRIBUTES, ...OPTIONAL].map(name => [name, TEXT] as const);
  const { $defs, definitions, ...data } = draft4(schema);
  return {
    $schema: DRAFT4,
    id: schemaUri(type, version),
    title: typeof schema.title === 'string' ? schema.title : type,
    'x-amazon-events-detail-type': type,
    type: 'object',
    required: ['detail-type', 'source', 'detail', 'id', 'time', 'account', 'region', 'resources', 'version'],
    properties: {
      ...Object.fromEntries(['id', 'source', 'account', 'region', 'version'].map(name => [name, TEXT] as const)),
      'detail-type': { type: 'string', enum: [type] },
      time: { type: 'string', format: 'date-time' },
      resources: { type: 'array', items: TEXT },
      detail: {
        type: 'object',
        required: ATTRIBUTES,
        properties: { ...Object.fromEntries(texts), type: { type: 'string', enum: [type] }, data },
      },
    },
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}
