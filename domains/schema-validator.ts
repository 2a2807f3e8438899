/**
 * Makes validators from JSON Schemas (2020-12): as code that is generated ahead of time, which is how every handler gets
 * its own (Ajv), or read as it judges, for tools and for schemas that arrive at run time.
 *
 * Ajv departs from the specification in a few places. A schema that uses one of them is never compiled: see
 * `inexactKeyword`.
 */
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { interpretedValidator, isSchemaObject, type JsonSchema, type Validator } from '../core/index.ts';

/** Generated code of a validator. @throws when the schema is none, or one that Ajv does not judge exactly */
export function validatorSource(
  schema: JsonSchema,
  options: { readonly strict: boolean; readonly esm: boolean },
): string {
  const inexact = inexactKeyword(schema);
  if (inexact !== undefined) {
    throw new Error(`Cannot generate a validator: '${inexact}' is not judged exactly by generated code`);
  }
  const compiler = new Ajv2020({
    strict: options.strict,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: options.strict,
    logger: false,
    code: { source: true, esm: options.esm, lines: false },
  });
  return standalone.default(compiler, compiler.compile(schema as AnySchemaObject));
}

/** A validator that generates nothing; references to the metaschema can be followed. */
export function readingValidator(schema: JsonSchema): Validator<unknown> {
  return interpretedValidator(schema, metaschemas());
}

/** Where a reference leads, or what is evaluated, as Ajv does not see it (known by the suite of json-schema.org). */
const INEXACT = ['$dynamicRef', '$dynamicAnchor', 'unevaluatedItems', 'unevaluatedProperties'];

/** A keyword of a schema by which generated code judges otherwise than the specification; `undefined` when there is none. */
export function inexactKeyword(schema: unknown, isRoot = true): string | undefined {
  if (Array.isArray(schema)) return firstOf(schema, item => inexactKeyword(item, false));
  if (!isSchemaObject(schema)) return undefined;
  const own = INEXACT.find(keyword => keyword in schema && Object.hasOwn(schema, keyword));
  if (own !== undefined) return own;
  if (!isRoot && typeof schema.$id === 'string') return '$id';
  if (Array.isArray(schema.enum) && schema.enum.length === 0) return 'enum';
  const names = isSchemaObject(schema.properties) ? Object.keys(schema.properties) : [];
  const inherited = names.find(name => name in Object.prototype);
  if (inherited !== undefined) return inherited;
  return firstOf(Object.values(schema), value => inexactKeyword(value, false));
}

function firstOf(values: readonly unknown[], find: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

const METASCHEMA = 'https://json-schema.org/draft/2020-12/';
const VOCABULARIES = ['core', 'applicator', 'unevaluated', 'validation', 'meta-data', 'format-annotation', 'content'];

let known: readonly JsonSchema[] | undefined;

/** The metaschema of 2020-12 and its vocabularies, as Ajv brings them. */
function metaschemas(): readonly JsonSchema[] {
  known ??= readMetaschemas();
  return known;
}

function readMetaschemas(): readonly JsonSchema[] {
  const compiler = new Ajv2020();
  const names = ['schema', ...VOCABULARIES.map(name => `meta/${name}`)];
  return names.flatMap(name => compiler.getSchema(METASCHEMA + name)?.schema ?? []);
}
