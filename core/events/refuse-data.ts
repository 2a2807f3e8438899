import type { SchemaError, Validator } from './schema-contract.ts';

/** Refuses data: what generated validators end with, in short, as there are hundreds of such places in every handler. */
export function refuseData(
  validator: Pick<Validator<unknown>, 'errors'>,
  instancePath: string,
  ...[keyword, params, message]: [keyword: string, params: SchemaError['params'], message: string]
): false {
  validator.errors = [{ instancePath, keyword, params, message }];
  return false;
}
