import type { Validator } from '../../events/schema-contract.ts';
import type { JsonSchema } from '../json-schema.ts';
import { evaluate } from './evaluate.ts';
import { readResources } from './schema-resources.ts';

/**
 * A validator that reads its schema as it judges: exact in what 2020-12 requires, and nothing is generated or evaluated
 * as code, so that a schema may arrive at run time. `format` is an annotation.
 * @param documents further schemas, with `$id`, that references may lead to
 */
export function interpretedValidator(schema: JsonSchema, documents: readonly JsonSchema[] = []): Validator<unknown> {
  const { first, all } = readResources([schema, ...documents]);
  const judge: Validator<unknown> = (data: unknown): data is unknown => {
    const { error } = evaluate(schema, data, { all, scope: [first], instancePath: '' });
    judge.errors = error ? [error] : null;
    return error === undefined;
  };
  return judge;
}
