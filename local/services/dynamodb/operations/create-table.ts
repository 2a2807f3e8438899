import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, enableStream } from '../database.ts';
import { asObject, invalid, readChoice, readFlag, readList, readObject, readText } from '../request.ts';
import type { StreamViewType } from '../streams/stream.ts';
import { newTable, type Table } from '../table.ts';
import { readTableDefinition } from '../table-definition.ts';
import { createdTable } from '../table-description.ts';

/** CreateTable: the table can be used at once, though the answer says `CREATING` as AWS does. */
export function createTable(database: Database, input: JsonObject): JsonObject {
  const { cloud } = database;
  const definition = readTableDefinition(input, cloud.arn('kms', 'alias/aws/dynamodb'));
  const viewType = readStreamViewType(input);
  if (database.tables.has(definition.name)) {
    throw new AwsError('ResourceInUseException', `Table already exists: ${definition.name}`);
  }
  const arn = cloud.arn('dynamodb', `table/${definition.name}`);
  const table = newTable(definition, { arn, id: cloud.ids.uuid(), createdAtMs: cloud.clock.now() });
  database.tables.set(table.name, table);
  if (viewType) enableStream(database, table, viewType);
  addTags(table, input);
  database.changes.table(table.name);
  return { TableDescription: createdTable(table, 'CREATING') };
}

/** The view type when the stream is to be on. @throws AwsError ValidationException */
export function readStreamViewType(input: JsonObject): StreamViewType | undefined {
  const specification = readObject(input, 'StreamSpecification');
  if (!specification || readFlag(specification, 'StreamEnabled') !== true) return undefined;
  if (readText(specification, 'StreamViewType') === undefined) {
    throw invalid(
      'One or more parameter values were invalid: StreamViewType cannot be null when StreamEnabled is true',
    );
  }
  return readChoice<StreamViewType>(specification, 'StreamViewType', [
    'NEW_IMAGE',
    'OLD_IMAGE',
    'NEW_AND_OLD_IMAGES',
    'KEYS_ONLY',
  ]);
}

/** Adds the `Tags` of a request to a table. @throws AwsError SerializationException */
export function addTags(table: Table, input: JsonObject): void {
  for (const entry of readList(input, 'Tags') ?? []) {
    const tag = asObject(entry);
    table.tags.set(readText(tag, 'Key') ?? '', readText(tag, 'Value') ?? '');
  }
}
