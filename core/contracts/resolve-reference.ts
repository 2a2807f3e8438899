import { isSchemaObject, type JsonSchema, type SchemaObject } from './json-schema.ts';

/** Schemas that refer to each other in a circle, or along a chain longer than anybody writes. */
const LONGEST_CHAIN = 32;

/**
 * What a schema stands for: `$ref` is followed inside the document, and keywords beside it hold as well. A reference to
 * another document, or to nothing, is left as it is.
 */
export function resolveReference(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let resolved = schema;
  for (let hop = 0; hop < LONGEST_CHAIN; hop++) {
    if (typeof resolved === 'boolean' || typeof resolved.$ref !== 'string') return resolved;
    const target = targetOf(resolved.$ref, root);
    if (target === undefined) return resolved;
    const { $ref: _ref, $defs: _defs, definitions: _definitions, ...beside } = resolved;
    const allOf: readonly unknown[] = Array.isArray(beside.allOf) ? beside.allOf : [];
    resolved = constrains(beside) ? { ...beside, allOf: [...allOf, target] } : target;
  }
  return true;
}

const ANNOTATIONS = new Set(['$schema', '$id', '$anchor', '$comment', 'title', 'description', 'examples', 'default']);

/** Whether any keyword of a schema restricts values. */
export function constrains(schema: SchemaObject): boolean {
  return Object.keys(schema).some(keyword => !ANNOTATIONS.has(keyword) && !keyword.startsWith('x-'));
}

function targetOf(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (typeof root === 'boolean') return undefined;
  const [document, fragment = ''] = reference.split('#');
  if (document !== '' && document !== root.$id) return undefined;
  const named = fragment === '' || fragment.startsWith('/') ? at(root, fragment) : anchored(root, fragment);
  return typeof named === 'boolean' || isSchemaObject(named) ? named : undefined;
}

function at(root: SchemaObject, pointer: string): unknown {
  let value: unknown = root;
  for (const segment of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    value = (value as Record<string, unknown>)[name]; // arrays answer to their indexes as well
  }
  return value;
}

function anchored(root: SchemaObject, anchor: string): unknown {
  const definitions = [root.$defs, root.definitions].filter(isSchemaObject).flatMap(group => Object.values(group));
  return definitions.find(schema => isSchemaObject(schema) && schema.$anchor === anchor);
}
