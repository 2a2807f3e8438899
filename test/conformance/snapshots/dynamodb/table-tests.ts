/** What `tests/aws/services/dynamodb/test_dynamodb.py` and `test_dynamodb_streams.py` do with tables, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { RecordedTest } from '../lambda/recorded-test.ts';
import { newTable, printed, streamShard } from './tables.ts';

const KEYS_ONLY = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } };

export const TABLE_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_create_duplicate_table: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    const refusal = await stage.answer('dynamodb', 'CreateTable', {
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    return { Error: printed('CreateTable', refusal) };
  },

  test_table_crud: async stage => {
    const { TableName, created } = await newTable(stage, ['id']);
    return {
      'create-table': created,
      'describe-table': await stage.answer('dynamodb', 'DescribeTable', { TableName }),
      'delete-table': await stage.answer('dynamodb', 'DeleteTable', { TableName }),
      'delete-non-existent-table': await stage.answer('dynamodb', 'DeleteTable', { TableName: 'non-existent' }),
    };
  },

  test_table_warm_throughput: async stage => {
    const { TableName, created } = await newTable(stage, ['id'], {
      WarmThroughput: { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 },
    });
    return {
      'create-table': created,
      'describe-table': await stage.answer('dynamodb', 'DescribeTable', { TableName }),
    };
  },

  test_gsi_with_billing_mode: async (stage, BillingMode) => {
    const isProvisioned = BillingMode === 'PROVISIONED';
    const throughput = (units: number) =>
      isProvisioned ? { ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units } } : {};
    const { TableName, created } = await newTable(stage, ['TID'], {
      AttributeDefinitions: ['TID', 'TRID'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'TransactionRecordID',
          KeySchema: [{ AttributeName: 'TRID', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
          ...throughput(1),
        },
      ],
      BillingMode,
      ProvisionedThroughput: undefined,
      ...throughput(5),
    });
    return {
      'create-table-with-gsi': created,
      'describe-table': await stage.answer('dynamodb', 'DescribeTable', { TableName }),
    };
  },

  test_dynamodb_stream_stream_view_type: async stage => {
    const { TableName, created } = await newTable(stage, ['Username'], KEYS_ONLY);
    const shard = await streamShard(stage, created);
    for (const name of ['Fred', 'Alice']) {
      const Key = { Username: { S: name } };
      await stage.answer('dynamodb', 'PutItem', { TableName, Item: Key });
      await stage.answer('dynamodb', 'UpdateItem', {
        TableName,
        Key,
        UpdateExpression: 'SET S=:r',
        ExpressionAttributeValues: { ':r': { S: 'Fred_Modified' } },
      });
      await stage.answer('dynamodb', 'DeleteItem', { TableName, Key });
    }
    return {
      'create-table': created,
      'describe-stream': shard.described,
      'get-shard-iterator': shard.iterator,
      'get-records': { Records: await shard.records() },
    };
  },

  test_continuous_backup_update: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    const update: JsonObject = { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
    await stage.answer('dynamodb', 'UpdateContinuousBackups', update);
    return {
      'update-continuous-backup': await stage.answer('dynamodb', 'UpdateContinuousBackups', update),
      'describe-continuous-backup': await stage.answer('dynamodb', 'DescribeContinuousBackups', { TableName }),
    };
  },
};

export const STREAM_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_non_existent_stream: async stage => {
    const StreamArn = stage.cloud.arn('dynamodb', `table/${stage.name('table')}/stream/2024-11-18T14:36:44.149`);
    return { 'non-existent-stream': await stage.answer('dynamodbstreams', 'DescribeStream', { StreamArn }) };
  },
};
