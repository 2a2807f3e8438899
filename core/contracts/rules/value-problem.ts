import { isSchemaObject, type JsonSchema, type SchemaObject } from '../json-schema.ts';
import { type CompiledSchema, compileSchema } from '../validate/compile-schema.ts';
import { readResources } from '../validate/schema-resources.ts';

const compiled = new WeakMap<SchemaObject, CompiledSchema>();

/** The first rule that a value breaks, in words; nothing when it keeps every schema. */
export function problemOfValue(
  value: unknown,
  parts: readonly { readonly schema: SchemaObject; readonly document: JsonSchema }[],
): string | undefined {
  for (const { schema, document } of parts) {
    const failed = failureOf(value, schema, document);
    if (failed) return failed.keyword === 'enum' || failed.keyword === 'const' ? allowedText(schema) : failed.message;
  }
  return undefined;
}

function failureOf(value: unknown, schema: SchemaObject, document: JsonSchema): ReturnType<CompiledSchema> {
  try {
    const judge = compiled.get(schema) ?? compiledPart(schema, document);
    compiled.set(schema, judge);
    return judge(value);
  } catch {
    return undefined; // a reference leads out of the document: nothing is known
  }
}

function compiledPart(schema: SchemaObject, document: JsonSchema): CompiledSchema {
  const { first, all } = readResources([isSchemaObject(document) ? document : schema]);
  return compileSchema(first, all, schema);
}

function allowedText({ const: constant, enum: values }: SchemaObject): string {
  if (!Array.isArray(values)) return `is always ${JSON.stringify(constant)}`;
  return `must be one of ${values.map(value => JSON.stringify(value)).join(', ')}`;
}
