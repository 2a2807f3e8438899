import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, findNamedTable } from '../database.ts';
import { describedTable } from '../table-description.ts';

/** DescribeTable; counts and sizes are exact, where AWS renews them every six hours. */
export function describeTable(database: Database, input: JsonObject): JsonObject {
  return { Table: describedTable(findNamedTable(database, input.TableName)) };
}
