import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type DatabaseState, keepState } from './durability/keep-state.ts';
import type { StateChanges } from './durability/state-changes.ts';
import { keySchemaDescription } from './keys/key-schema.ts';
import type { StreamSharding } from './streams/sharding.ts';
import { closeStream, isForgotten, openStream, type StreamViewType } from './streams/stream.ts';
import type { Table } from './table.ts';
import { Throttle } from './throughput/throttle.ts';

/** All state of DynamoDB in one region and account. */
export interface Database extends DatabaseState {
  readonly cloud: Cloud;
  /** To be told of every change of the state. */
  readonly changes: StateChanges;
  readonly sharding: StreamSharding;
  /** Missing when limits are not enforced. */
  readonly throttle: Throttle | undefined;
}

export interface DatabaseOptions {
  /** How the streams of tables are cut into shards. */
  readonly streams?: StreamSharding;
  /** Whether tables and indexes refuse more than their throughput. @default false */
  readonly enforceLimits?: boolean;
}

/** With the state that an earlier process left in the cloud's journal. */
export function newDatabase(cloud: Cloud, options: DatabaseOptions = {}): Database {
  const { streams: sharding = {}, enforceLimits = false } = options;
  const state: DatabaseState = { tables: new Map(), streams: new Map(), transactions: new Map() };
  const throttle = enforceLimits ? new Throttle(cloud) : undefined;
  return { ...state, cloud, sharding, throttle, changes: keepState(cloud.journal, state) };
}

const TABLE_NAME = /^[a-zA-Z0-9_.-]+$/;

/** The name in a `TableName` parameter, which may be an ARN. @throws AwsError ValidationException */
export function tableNameOf(database: Database, reference: unknown): string {
  if (typeof reference === 'string' && database.tables.has(reference)) return reference;
  if (reference === undefined || reference === null) throw invalidTableName('null', 'Member must not be null');
  if (typeof reference !== 'string') {
    throw new AwsError('SerializationException', `${typeof reference} can not be converted to a String`);
  }
  const prefix = database.cloud.arn('dynamodb', 'table/');
  if (reference.startsWith(prefix)) return reference.slice(prefix.length);
  if (reference.startsWith('arn:')) return reference; // another region's or account's: names no table here
  if (reference.length < 1) {
    throw invalidTableName("''", 'Member must have length greater than or equal to 1');
  }
  if (reference.length > 255) {
    throw invalidTableName(`'${reference}'`, 'Member must have length less than or equal to 255');
  }
  if (!TABLE_NAME.test(reference)) {
    throw invalidTableName(`'${reference}'`, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  return reference;
}

/** @throws AwsError ResourceNotFoundException as the data operations say it, ValidationException */
export function findTable(database: Database, reference: unknown): Table {
  const table = database.tables.get(tableNameOf(database, reference));
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  return table;
}

/** @throws AwsError ResourceNotFoundException as the table operations say it, ValidationException */
export function findNamedTable(database: Database, reference: unknown): Table {
  const name = tableNameOf(database, reference);
  const table = database.tables.get(name);
  if (!table) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  return table;
}

/** Puts a new stream in place of the table's last one. */
export function enableStream(database: Database, table: Table, viewType: StreamViewType): void {
  table.stream = openStream(database, {
    tableName: table.name,
    tableArn: table.arn,
    keySchema: keySchemaDescription(table.definition.schema),
    viewType,
  });
  database.changes.table(table.name);
}

/** Ends the table's stream; it can still be read. */
export function disableStream(database: Database, table: Table): void {
  if (table.stream) closeStream(database, table.stream);
}

/** Takes a table out of the database; its stream stays readable. */
export function dropTable(database: Database, table: Table): void {
  disableStream(database, table);
  table.expiries?.stop();
  database.tables.delete(table.name);
  database.changes.table(table.name);
}

/** Drops the closed streams that nobody can read any more. */
export function forgetStreams(database: Database): void {
  const nowMs = database.cloud.clock.now();
  for (const stream of database.streams.values()) {
    if (!isForgotten(stream, nowMs)) continue;
    database.streams.delete(stream.arn);
    database.changes.stream(stream.arn);
    if (database.tables.get(stream.tableName)?.stream === stream) database.changes.table(stream.tableName);
  }
}

function invalidTableName(shown: string, rule: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at 'tableName' failed to satisfy constraint: ${rule}`,
  );
}
