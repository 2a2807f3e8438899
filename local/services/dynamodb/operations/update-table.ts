import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, disableStream, enableStream, findNamedTable } from '../database.ts';
import { asObject, invalid, readChoice, readFlag, readList, readObject, readText } from '../request.ts';
import { type SecondaryIndex, updateIndex } from '../secondary-index.ts';
import type { Table, TableDefinition } from '../table.ts';
import { readAttributeDefinitions, readGlobalIndex, readThroughput, readWarmth } from '../table-definition.ts';
import { describedTable } from '../table-description.ts';
import { readStreamViewType } from './create-table.ts';

/** UpdateTable: billing, protection, class, stream, and global indexes (filled at once). */
export function updateTable(database: Database, input: JsonObject): JsonObject {
  const table = findNamedTable(database, input.TableName);
  const definition = updatedDefinition(table.definition, input);
  database.changes.table(table.name);
  updateStream(database, table, input);
  table.definition = definition;
  for (const entry of readList(input, 'GlobalSecondaryIndexUpdates') ?? []) updateIndexes(table, asObject(entry));
  return { TableDescription: { ...describedTable(table), TableStatus: 'UPDATING' } };
}

function updatedDefinition(definition: TableDefinition, input: JsonObject): TableDefinition {
  const setsBilling = readText(input, 'BillingMode') !== undefined;
  const billingMode = setsBilling
    ? readChoice(input, 'BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST'])
    : definition.billingMode;
  const setsThroughput = setsBilling || readObject(input, 'ProvisionedThroughput') !== undefined;
  const attributes = readAttributeDefinitions(input);
  return {
    ...definition,
    billingMode,
    throughput: setsThroughput ? readThroughput(input, billingMode) : definition.throughput,
    warmth: readWarmth(input, definition.warmth),
    deletionProtection: readFlag(input, 'DeletionProtectionEnabled') ?? definition.deletionProtection,
    tableClass: readText(input, 'TableClass') ?? definition.tableClass,
    attributeDefinitions: attributes.length > 0 ? attributes : definition.attributeDefinitions,
  };
}

function updateStream(database: Database, table: Table, input: JsonObject): void {
  if (!readObject(input, 'StreamSpecification')) return;
  const viewType = readStreamViewType(input);
  const isOpen = table.stream !== undefined && table.stream.closedAtMs === undefined;
  if (viewType && isOpen) throw invalid(`Table already has an enabled stream: TableName: ${table.name}`);
  if (!viewType && !isOpen) {
    throw invalid(`Table has no enabled stream to disable: TableName: ${table.name}`);
  }
  if (viewType) enableStream(database, table, viewType);
  else disableStream(database, table);
}

function updateIndexes(table: Table, update: JsonObject): void {
  const create = readObject(update, 'Create');
  const remove = readObject(update, 'Delete');
  const change = readObject(update, 'Update');
  if (create) addIndex(table, readGlobalIndex(create, table.definition));
  if (remove) removeIndex(table, readText(remove, 'IndexName') ?? '');
  if (change) changeIndex(table, change);
  if (!create && !remove && !change) {
    throw invalid(
      'One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
    );
  }
}

function addIndex(table: Table, index: SecondaryIndex): void {
  if (table.indexes.has(index.name)) {
    throw invalid(`Attempting to create an index which already exists: ${index.name}`);
  }
  table.indexes.set(index.name, index);
  for (const stored of table.items.scan()) {
    updateIndex(index, table.definition.schema, { before: undefined, after: stored });
  }
}

function removeIndex(table: Table, name: string): void {
  if (!table.indexes.delete(name)) throw indexNotFound(name);
}

function changeIndex(table: Table, change: JsonObject): void {
  const name = readText(change, 'IndexName') ?? '';
  const index = table.indexes.get(name);
  if (!index) throw indexNotFound(name);
  table.indexes.set(name, { ...index, throughput: readThroughput(change, table.definition.billingMode) });
}

function indexNotFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Requested resource not found: Index: ${name} not found`);
}
