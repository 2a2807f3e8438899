import { readFile } from 'node:fs/promises';
import {
  canonicalJson,
  checkCompatibility,
  incompatibilityText,
  isSchemaObject,
  type SchemaObject,
} from '../../core/index.ts';
import { UsageError } from '../command.ts';
import { filesAt, schemaAt, schemaOfType } from './schema-files.ts';

/** A schema by the name that the person gave: a file, `TYPE`, or `TYPE@REF`. @throws UsageError when there is none */
export async function namedSchema(name: string): Promise<SchemaObject> {
  if (name.endsWith('.json')) return schemaInFile(name);
  const [type = '', ref] = name.split('@');
  if (ref === undefined) return (await schemaOfType(type)).schema;
  for (const file of await filesAt(ref)) {
    const schema = await schemaAt(ref, file);
    if (schema['x-type'] === type) return schema;
  }
  throw new UsageError(`Cannot find the schema of '${type}' at '${ref}': there is none`);
}

async function schemaInFile(file: string): Promise<SchemaObject> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError(`Cannot read '${file}': no such file`);
  try {
    const schema: unknown = JSON.parse(text);
    if (isSchemaObject(schema)) return schema;
  } catch (cause) {
    throw new UsageError(`Cannot read '${file}': it is not JSON`, { cause });
  }
  throw new UsageError(`Cannot read '${file}': a schema must be a JSON object`);
}

/** How one field differs between two schemas; its rules as text. */
export interface FieldChange {
  readonly field: string;
  /** Absent when the field is new. */
  readonly before?: string;
  /** Absent when the field is gone. */
  readonly after?: string;
}

/** The fields that are gone, changed or new, in this order; descriptions do not count. */
export function fieldChanges(older: SchemaObject, newer: SchemaObject): readonly FieldChange[] {
  const [fields, now] = [fieldsOf(older), fieldsOf(newer)];
  const changed = [...fields].flatMap(([field, before]): readonly FieldChange[] => {
    const after = now.get(field);
    if (after === before) return [];
    return [after === undefined ? { field, before } : { field, before, after }];
  });
  const added = [...now].filter(([field]) => !fields.has(field)).map(([field, after]) => ({ field, after }));
  return [...changed, ...added];
}

/** What differs between two schemas, field by field, and what the differences mean in each direction. */
export function diffText(older: SchemaObject, newer: SchemaObject): string {
  const lines = fieldChanges(older, newer).map(({ field, before, after }) => {
    if (after === undefined) return `- ${field}  ${before}`;
    return before === undefined ? `+ ${field}  ${after}` : `~ ${field}  ${before}  →  ${after}`;
  });
  const versions = [older, newer].map((schema, index) => String(schema['x-version'] ?? (index === 0 ? 'A' : 'B')));
  const [from = 'A', to = 'B'] = versions[0] === versions[1] ? [`${versions[0]} (A)`, `${versions[1]} (B)`] : versions;
  for (const mode of ['backward', 'forward'] as const) {
    const options = { mode, policy: 'platform' } as const;
    const found = checkCompatibility([{ version: from, schema: older }], { version: to, schema: newer }, options);
    lines.push(`${mode} ${found.length === 0 ? 'compatible' : 'incompatible'}`);
    lines.push(...found.map(clash => `  ${incompatibilityText(clash)}`));
  }
  return lines.join('\n');
}

const WORDS = new Set(['description', 'title', 'examples', 'properties', 'items']);

/** Every field with its own rules as text. */
function fieldsOf(schema: SchemaObject, path = 'data', isRequired = true): Map<string, string> {
  const own = Object.entries(schema).filter(([name]) => !WORDS.has(name) && !name.startsWith('$') && path !== 'data');
  const rules = own
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : canonicalJson(value)}`)
    .join(', ');
  const fields = new Map([[path, `${isRequired ? 'required' : 'optional'}${rules === '' ? '' : `: ${rules}`}`]]);
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  for (const [name, inner] of isSchemaObject(schema.properties) ? Object.entries(schema.properties) : []) {
    if (!isSchemaObject(inner)) continue;
    for (const [field, text] of fieldsOf(inner, `${path}.${name}`, required.includes(name))) fields.set(field, text);
  }
  if (isSchemaObject(schema.items))
    for (const [field, text] of fieldsOf(schema.items, `${path}[]`)) fields.set(field, text);
  return fields;
}
