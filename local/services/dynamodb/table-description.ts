/** Tables as CreateTable, DescribeTable, UpdateTable and DeleteTable show them. */
import type { JsonObject } from '../../cloud/service.ts';
import type { Throughput } from './capacity.ts';
import { keySchemaDescription } from './keys/key-schema.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import type { Table } from './table.ts';

/** What an on-demand table can take at once before it has to grow. */
const ON_DEMAND_WARMTH = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 };

/** As DescribeTable shows a table. */
export function describedTable(table: Table): JsonObject {
  const { definition } = table;
  const billing = { LastUpdateToPayPerRequestDateTime: table.createdAtMs / 1000 };
  return {
    ...createdTable(table, 'ACTIVE'),
    ...(definition.billingMode === 'PAY_PER_REQUEST'
      ? { BillingModeSummary: { BillingMode: definition.billingMode, ...billing } }
      : {}),
    ...describedIndexes(table, true),
    WarmThroughput: definition.warmth ? { ...definition.warmth, Status: 'ACTIVE' } : warmth(definition.throughput),
  };
}

/** As CreateTable shows a table: without what is only known once it is ready. */
export function createdTable(table: Table, status: 'CREATING' | 'ACTIVE'): JsonObject {
  const { definition } = table;
  return {
    AttributeDefinitions: definition.attributeDefinitions,
    TableName: table.name,
    KeySchema: keySchemaDescription(definition.schema),
    TableStatus: status,
    CreationDateTime: table.createdAtMs / 1000,
    ProvisionedThroughput: throughput(definition.throughput),
    TableSizeBytes: table.sizeBytes,
    ItemCount: table.itemCount,
    TableArn: table.arn,
    TableId: table.id,
    DeletionProtectionEnabled: definition.deletionProtection,
    ...(definition.billingMode === 'PAY_PER_REQUEST'
      ? { BillingModeSummary: { BillingMode: definition.billingMode } }
      : {}),
    ...(definition.tableClass ? { TableClassSummary: { TableClass: definition.tableClass } } : {}),
    ...(definition.warmth ? { WarmThroughput: { ...definition.warmth, Status: 'UPDATING' } } : {}),
    ...describedIndexes(table, false),
    ...describedStream(table),
    ...describedEncryption(table),
  };
}

/** As DeleteTable shows a table for the last time. */
export function deletedTable(table: Table): JsonObject {
  return {
    TableName: table.name,
    TableStatus: 'DELETING',
    ProvisionedThroughput: throughput(table.definition.throughput),
    TableSizeBytes: table.sizeBytes,
    ItemCount: table.itemCount,
    TableArn: table.arn,
    TableId: table.id,
    DeletionProtectionEnabled: false,
  };
}

function describedIndexes(table: Table, ready: boolean): JsonObject {
  const indexes = [...table.indexes.values()];
  const global = indexes.filter(index => index.scope === 'global');
  const local = indexes.filter(index => index.scope === 'local');
  return {
    ...(global.length > 0
      ? { GlobalSecondaryIndexes: global.map(index => describedGlobalIndex(table, index, ready)) }
      : {}),
    ...(local.length > 0 ? { LocalSecondaryIndexes: local.map(index => describedIndex(table, index)) } : {}),
  };
}

function describedGlobalIndex(table: Table, index: SecondaryIndex, ready: boolean): JsonObject {
  const provisioned = index.throughput ?? table.definition.throughput;
  return {
    ...describedIndex(table, index),
    IndexStatus: ready ? 'ACTIVE' : 'CREATING',
    ProvisionedThroughput: throughput(provisioned),
    ...(ready ? { WarmThroughput: warmth(provisioned) } : {}),
  };
}

function describedIndex(table: Table, index: SecondaryIndex): JsonObject {
  return {
    IndexName: index.name,
    KeySchema: keySchemaDescription(index.schema),
    Projection: {
      ProjectionType: index.projection,
      ...(index.projection === 'INCLUDE' ? { NonKeyAttributes: index.nonKeyAttributes } : {}),
    },
    IndexSizeBytes: 0,
    ItemCount: 0,
    IndexArn: `${table.arn}/index/${index.name}`,
  };
}

function describedStream({ stream }: Table): JsonObject {
  if (!stream) return {};
  return {
    ...(stream.closedAtMs === undefined
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }
      : {}),
    LatestStreamLabel: stream.label,
    LatestStreamArn: stream.arn,
  };
}

function describedEncryption({ definition: { encryption } }: Table): JsonObject {
  if (!encryption) return {};
  return { SSEDescription: { Status: 'ENABLED', SSEType: encryption.type, KMSMasterKeyArn: encryption.keyArn } };
}

function throughput(provisioned: Throughput): JsonObject {
  return { NumberOfDecreasesToday: 0, ...provisioned };
}

function warmth({ ReadCapacityUnits, WriteCapacityUnits }: Throughput): JsonObject {
  const units =
    ReadCapacityUnits === 0
      ? ON_DEMAND_WARMTH
      : { ReadUnitsPerSecond: ReadCapacityUnits, WriteUnitsPerSecond: WriteCapacityUnits };
  return { ...units, Status: 'ACTIVE' };
}
