/** Tags of tables: TagResource, UntagResource, ListTagsOfResource. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { readList, readText } from '../request.ts';
import type { Table } from '../table.ts';
import { addTags } from './create-table.ts';

export function tagResource(database: Database, input: JsonObject): undefined {
  const table = findTaggedTable(database, input);
  addTags(table, input);
  database.changes.table(table.name);
}

export function untagResource(database: Database, input: JsonObject): undefined {
  const table = findTaggedTable(database, input);
  for (const key of readList(input, 'TagKeys') ?? []) table.tags.delete(String(key));
  database.changes.table(table.name);
}

export function listTagsOfResource(database: Database, input: JsonObject): JsonObject {
  const { tags } = findTaggedTable(database, input);
  return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

function findTaggedTable(database: Database, input: JsonObject): Table {
  const arn = readText(input, 'ResourceArn') ?? '';
  for (const table of database.tables.values()) {
    if (table.arn === arn) return table;
  }
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: ResourceArn: ${arn} not found`);
}
