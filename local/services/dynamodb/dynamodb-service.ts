import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Operation, Service } from '../../cloud/service.ts';
import { type Database, type DatabaseOptions, newDatabase } from './database.ts';
import { batchGetItem } from './operations/batch-get-item.ts';
import { batchWriteItem } from './operations/batch-write-item.ts';
import { describeContinuousBackups, updateContinuousBackups } from './operations/continuous-backups.ts';
import { createTable } from './operations/create-table.ts';
import { deleteItem } from './operations/delete-item.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable } from './operations/describe-table.ts';
import { getItem } from './operations/get-item.ts';
import { listTables } from './operations/list-tables.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { listTagsOfResource, tagResource, untagResource } from './operations/resource-tags.ts';
import { scan } from './operations/scan.ts';
import { describeTimeToLive, updateTimeToLive } from './operations/time-to-live.ts';
import { transactGetItems } from './operations/transact-get-items.ts';
import { transactWriteItems } from './operations/transact-write-items.ts';
import { updateItem } from './operations/update-item.ts';
import { updateTable } from './operations/update-table.ts';
import { streamPermissions, tablePermissions } from './permissions.ts';
import { describeStream } from './streams/describe-stream.ts';
import { getRecords } from './streams/get-records.ts';
import { getShardIterator } from './streams/get-shard-iterator.ts';
import { listStreams } from './streams/list-streams.ts';
import { resumeExpiring } from './time-to-live.ts';

type DatabaseOperation = (database: Database, input: JsonObject) => JsonObject | undefined;

/** DynamoDB and DynamoDB Streams, over one database. */
export function dynamodbServices(cloud: Cloud, options: DatabaseOptions = {}): readonly Service[] {
  const database = newDatabase(cloud, options);
  cloud.journal.onResume(() => resumeExpiring(database));
  cloud.onClose(() => {
    for (const table of database.tables.values()) table.expiries?.stop();
  });
  return [tableService(database), streamService(database)];
}

function tableService(database: Database): Service {
  return {
    name: 'dynamodb',
    wire: { protocol: 'json', targetPrefix: 'DynamoDB_20120810', version: '1.0' },
    operations: bind(database, {
      BatchGetItem: batchGetItem,
      BatchWriteItem: batchWriteItem,
      CreateTable: createTable,
      DeleteItem: deleteItem,
      DeleteTable: deleteTable,
      DescribeContinuousBackups: describeContinuousBackups,
      DescribeTable: describeTable,
      DescribeTimeToLive: describeTimeToLive,
      GetItem: getItem,
      ListTables: listTables,
      ListTagsOfResource: listTagsOfResource,
      PutItem: putItem,
      Query: query,
      Scan: scan,
      TagResource: tagResource,
      TransactGetItems: transactGetItems,
      TransactWriteItems: transactWriteItems,
      UntagResource: untagResource,
      UpdateContinuousBackups: updateContinuousBackups,
      UpdateItem: updateItem,
      UpdateTable: updateTable,
      UpdateTimeToLive: updateTimeToLive,
    }),
    permissions: (operation, input) => tablePermissions(database, operation, input),
  };
}

function streamService(database: Database): Service {
  return {
    name: 'dynamodbstreams',
    signingName: 'dynamodb',
    wire: { protocol: 'json', targetPrefix: 'DynamoDBStreams_20120810', version: '1.0' },
    operations: bind(database, {
      DescribeStream: describeStream,
      GetRecords: getRecords,
      GetShardIterator: getShardIterator,
      ListStreams: listStreams,
    }),
    permissions: streamPermissions,
  };
}

function bind(database: Database, operations: Readonly<Record<string, DatabaseOperation>>): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, input => operation(database, input)] as const),
  );
}
