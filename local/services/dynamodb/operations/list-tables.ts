import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { constraint, readInteger, readText } from '../request.ts';

const LARGEST_PAGE = 100;

/** ListTables: names in alphabetical order. */
export function listTables(database: Database, input: JsonObject): JsonObject {
  const limit = readInteger(input, 'Limit', 1) ?? LARGEST_PAGE;
  if (limit > LARGEST_PAGE) {
    throw constraint('Limit', limit, `Member must have value less than or equal to ${LARGEST_PAGE}`);
  }
  const after = readText(input, 'ExclusiveStartTableName') ?? '';
  const names = [...database.tables.keys()].sort().filter(name => name > after);
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1) } : {}) };
}
