import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, dropTable, findNamedTable, forgetStreams } from '../database.ts';
import { invalid } from '../request.ts';
import { deletedTable } from '../table-description.ts';

/** DeleteTable: the table is gone at once; its stream can be read until its retention ends. */
export function deleteTable(database: Database, input: JsonObject): JsonObject {
  const table = findNamedTable(database, input.TableName);
  if (table.definition.deletionProtection) {
    throw invalid(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. Resource: ${table.arn}`,
    );
  }
  dropTable(database, table);
  forgetStreams(database);
  return { TableDescription: deletedTable(table) };
}
