import { expect, test } from 'vitest';
import { dynamodbGlobalTable } from '../../../local/resources/dynamodb-global-table.ts';
import { dynamodbTable } from '../../../local/resources/dynamodb-table.ts';
import type { ResourceType } from '../../../local/resources/resource-type.ts';
import { dynamodb, type Fixture } from './dynamodb-fixture.ts';

async function provision(db: Fixture, type: ResourceType<unknown>, properties: object) {
  return type.create(type.properties.parse(properties), {
    cloud: db.cloud,
    stackName: 'Stack',
    logicalId: 'Table',
    physicalName: () => 'Stack-Table-1',
    assetPath: () => '',
  });
}

const ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Visits';
const PROPERTIES = {
  TableName: 'Visits',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'seen', AttributeType: 'N' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    {
      IndexName: 'bySeen',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'seen', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
};

test('AWS::DynamoDB::Table provisions table, stream, TTL and backups, and answers Ref and GetAtt', async () => {
  const db = dynamodb();
  const created = await provision(db, dynamodbTable, {
    ...PROPERTIES,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true },
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  expect(created.ref).toBe('Visits');
  expect(created.attributes).toMatchObject({ Arn: ARN, StreamArn: `${ARN}/stream/2026-01-01T00:00:00.000` });
  const { Table } = await db.call('DescribeTable', { TableName: 'Visits' });
  expect(Table).toMatchObject({
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    SSEDescription: { Status: 'ENABLED' },
  });
  expect(await db.call('DescribeTimeToLive', { TableName: 'Visits' })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
  });
});

test('AWS::DynamoDB::Table takes a generated name and numbers as text, and refuses what it does not know', async () => {
  const db = dynamodb();
  const created = await provision(db, dynamodbTable, {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: PROPERTIES.KeySchema,
    ProvisionedThroughput: { ReadCapacityUnits: '5', WriteCapacityUnits: 5 },
  });
  expect(created.ref).toBe('Stack-Table-1');
  expect(created.attributes).not.toHaveProperty('StreamArn');
  expect(
    dynamodbTable.properties.safeParse({ ...PROPERTIES, KinesisStreamSpecification: { StreamArn: 'x' } }).success,
  ).toBe(false);
});

test('AWS::DynamoDB::GlobalTable is a table of one replica, here', async () => {
  const db = dynamodb();
  const Replicas = [{ Region: 'eu-west-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }];
  const created = await provision(db, dynamodbGlobalTable, { ...PROPERTIES, Replicas });
  expect(created.attributes).toMatchObject({
    Arn: ARN,
    TableId: expect.any(String),
    StreamArn: expect.stringContaining(ARN),
  });
  const elsewhere = { ...PROPERTIES, TableName: 'Elsewhere', Replicas: [...Replicas, { Region: 'us-east-1' }] };
  await expect(provision(db, dynamodbGlobalTable, elsewhere)).rejects.toThrow(
    'the replicas are in eu-west-1, us-east-1',
  );
});
