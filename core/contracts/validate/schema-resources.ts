/** Where references lead: the resources of a schema document (what has a `$id` of its own), their anchors and pointers. */
import { isSchemaObject, type JsonSchema, type SchemaObject } from '../json-schema.ts';

/** A part of a document with a URI of its own. */
export interface Resource {
  readonly uri: string;
  readonly root: JsonSchema;
  readonly anchors: Map<string, SchemaObject>;
  readonly dynamicAnchors: Map<string, SchemaObject>;
}

/** What a reference names, and the resource in which it lies. */
export interface Target {
  readonly schema: JsonSchema;
  readonly resource: Resource;
}

/** All resources that references can lead to, by URI. */
export type Resources = ReadonlyMap<string, Resource>;

/** The URI of a document that has none. */
const NAMELESS = 'schema:///nameless';
const ONE_SCHEMA = new Set([
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const BY_NAME = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);

/** Indexes documents; the first one is the one to start from. */
export function readResources(documents: readonly JsonSchema[]): { readonly first: Resource; readonly all: Resources } {
  const all = new Map<string, Resource>();
  const [first = newResource(NAMELESS, true)] = documents.map(document => {
    const resource = newResource(resourceUri(document, NAMELESS) ?? NAMELESS, document);
    all.set(resource.uri, resource);
    visit(document, resource, all);
    return resource;
  });
  return { first, all };
}

function newResource(uri: string, root: JsonSchema): Resource {
  return { uri, root, anchors: new Map(), dynamicAnchors: new Map() };
}

/** The URI that a schema gives itself; `undefined` when it gives itself none. */
export function resourceUri(schema: JsonSchema, base: string): string | undefined {
  if (typeof schema === 'boolean' || typeof schema.$id !== 'string') return undefined;
  return resolveUri(schema.$id, base).document;
}

function visit(schema: JsonSchema, parent: Resource, all: Map<string, Resource>): void {
  if (typeof schema === 'boolean') return;
  const uri = resourceUri(schema, parent.uri);
  const resource = uri === undefined || uri === parent.uri ? parent : newResource(uri, schema);
  all.set(resource.uri, resource);
  if (typeof schema.$anchor === 'string') resource.anchors.set(schema.$anchor, schema);
  if (typeof schema.$dynamicAnchor === 'string') resource.dynamicAnchors.set(schema.$dynamicAnchor, schema);
  for (const inner of subschemas(schema)) visit(inner, resource, all);
}

function subschemas(schema: SchemaObject): readonly JsonSchema[] {
  return Object.entries(schema).flatMap(([keyword, value]): readonly JsonSchema[] => {
    if (ONE_SCHEMA.has(keyword)) return isSchema(value) ? [value] : [];
    if (LISTS.has(keyword) && Array.isArray(value)) return value.filter(isSchema);
    return BY_NAME.has(keyword) && isSchemaObject(value) ? Object.values(value).filter(isSchema) : [];
  });
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isSchemaObject(value);
}

function resolveUri(reference: string, base: string): { readonly document: string; readonly fragment: string } {
  const absolute = new URL(reference, base);
  const fragment = decodeURIComponent(absolute.hash.slice(1));
  absolute.hash = '';
  return { document: absolute.href.replace(/#$/, ''), fragment };
}

/** What `reference` names. @throws when it leads nowhere */
export function follow(reference: string, from: Resource, all: Resources): Target & { readonly fragment: string } {
  const { document, fragment } = resolveUri(reference, from.uri);
  const resource = document === from.uri ? from : all.get(document);
  const target = resource && targetIn(resource, fragment, all);
  if (!target) throw new Error(`Cannot follow $ref: must name a schema that is there, received '${reference}'`);
  return { ...target, fragment };
}

function targetIn(resource: Resource, fragment: string, all: Resources): Target | undefined {
  if (fragment !== '' && !fragment.startsWith('/')) {
    const schema = resource.anchors.get(fragment) ?? resource.dynamicAnchors.get(fragment);
    return schema && { schema, resource };
  }
  let value: unknown = resource.root;
  let within = resource;
  for (const segment of fragment.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined; // arrays have indexes
    const uri = isSchema(value) ? resourceUri(value, within.uri) : undefined;
    within = (uri === undefined ? undefined : all.get(uri)) ?? within;
  }
  return isSchema(value) ? { schema: value, resource: within } : undefined;
}
