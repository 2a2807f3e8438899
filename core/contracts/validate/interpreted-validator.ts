import type { Validator } from '../../events/schema-contract.ts';
import type { JsonSchema } from '../json-schema.ts';
import { type CompiledSchema, compileSchema } from './compile-schema.ts';
import { readResources } from './schema-resources.ts';

/**
 * A validator that is put together from functions: exact in what 2020-12 requires, and no code is generated or evaluated,
 * so that a schema may arrive at run time. `format` is an annotation. The schema is looked at when the first value comes.
 * @param documents further schemas, with `$id`, that references may lead to
 */
export function interpretedValidator(schema: JsonSchema, documents: readonly JsonSchema[] = []): Validator<unknown> {
  let compiled: CompiledSchema | undefined;
  const judge: Validator<unknown> = (data: unknown): data is unknown => {
    compiled ??= compiledOf(schema, documents);
    const failed = compiled(data);
    judge.errors = failed ? [failed] : null;
    return failed === undefined;
  };
  return judge;
}

function compiledOf(schema: JsonSchema, documents: readonly JsonSchema[]): CompiledSchema {
  const { first, all } = readResources([schema, ...documents]);
  return compileSchema(first, all);
}
