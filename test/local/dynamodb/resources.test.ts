import { expect, test } from 'vitest';
import { dynamodbGlobalTable } from '../../../local/resources/dynamodb-global-table.ts';
import { dynamodbTable } from '../../../local/resources/dynamodb-table.ts';
import type { ResourceContext, ResourceType } from '../../../local/resources/resource-type.ts';
import { dynamodb, type Fixture } from './dynamodb-fixture.ts';

const contextOf = (db: Fixture): ResourceContext => ({
  cloud: db.cloud,
  stackName: 'Stack',
  logicalId: 'Table',
  physicalName: () => 'Stack-Table-1',
  assetPath: () => '',
});

async function provision(db: Fixture, type: ResourceType<unknown>, properties: object) {
  return type.create(type.properties.parse(properties), contextOf(db));
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

/** Provisions a table with an item in it, and then with other properties. */
async function changed(from: object, to: object) {
  const db = dynamodb();
  const created = await provision(db, dynamodbTable, from);
  const Item = { pk: { S: 'a' }, seen: { N: '1' }, kind: { S: 'x' } };
  await db.call('PutItem', { TableName: created.ref, Item });
  const parse = (properties: object) => dynamodbTable.properties.parse(properties);
  const { change } = dynamodbTable;
  if (typeof change !== 'function') throw new Error('Expected the table to be changed in place');
  const after = await change(parse(to), contextOf(db), { created, properties: parse(from) });
  const { Items } = await db.call('Scan', { TableName: created.ref });
  expect(Items).toEqual([Item]);
  const { Table } = await db.call('DescribeTable', { TableName: created.ref });
  return { db, created, after, Table };
}

test('AWS::DynamoDB::Table keeps its items while its indexes change', async () => {
  const { db, Table } = await changed(PROPERTIES, {
    ...PROPERTIES,
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'kind', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byKind',
        KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  expect(Table.GlobalSecondaryIndexes.map(({ IndexName }: { IndexName: string }) => IndexName)).toEqual(['byKind']);
  expect((await db.call('Scan', { TableName: 'Visits', IndexName: 'byKind' })).Count).toBe(1);
});

test('AWS::DynamoDB::Table changes its settings in place, and puts a new stream in place of one of another view', async () => {
  const { db, created, after, Table } = await changed(
    { ...PROPERTIES, Tags: [{ Key: 'old', Value: '1' }], DeletionProtectionEnabled: true },
    {
      ...PROPERTIES,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      TimeToLiveSpecification: { AttributeName: 'goneAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: [{ Key: 'new', Value: '2' }],
    },
  );
  expect(Table.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 5, WriteCapacityUnits: 6 });
  expect(Table.DeletionProtectionEnabled).toBe(false);
  expect(Table.StreamSpecification.StreamViewType).toBe('KEYS_ONLY');
  expect(after.attributes).toEqual({ ...created.attributes, StreamArn: Table.LatestStreamArn });
  expect(Table.LatestStreamArn).not.toBe(created.attributes?.StreamArn);
  const ttl = await db.call('DescribeTimeToLive', { TableName: 'Visits' });
  expect(ttl.TimeToLiveDescription.AttributeName).toBe('goneAt');
  expect((await db.call('ListTagsOfResource', { ResourceArn: ARN })).Tags).toEqual([{ Key: 'new', Value: '2' }]);
  const backups = await db.call('DescribeContinuousBackups', { TableName: 'Visits' });
  expect(backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus).toBe('ENABLED');
});

test('AWS::DynamoDB::Table without TTL, stream and tags loses those that it had', async () => {
  const { TimeToLiveSpecification: _ttl, StreamSpecification: _stream, ...bare } = PROPERTIES;
  const { db, after, Table } = await changed({ ...PROPERTIES, Tags: [{ Key: 'old', Value: '1' }] }, bare);
  expect(Table.StreamSpecification).toBeUndefined();
  expect(after.attributes).not.toHaveProperty('StreamArn');
  const ttl = await db.call('DescribeTimeToLive', { TableName: 'Visits' });
  expect(ttl.TimeToLiveDescription.TimeToLiveStatus).toBe('DISABLED');
  expect((await db.call('ListTagsOfResource', { ResourceArn: ARN })).Tags).toEqual([]);
});

test.each([
  [
    'another key',
    { KeySchema: [{ AttributeName: 'seen', KeyType: 'HASH' }] },
    'Cannot change table Visits: it keeps its items, and another KeySchema needs a new one',
  ],
  ['another name', { TableName: 'Visitors' }, 'another TableName needs a new one'],
  [
    'an index of another projection',
    { GlobalSecondaryIndexes: [{ ...PROPERTIES.GlobalSecondaryIndexes[0], Projection: { ProjectionType: 'ALL' } }] },
    'Cannot change index bySeen: another Projection needs a new one, of another name',
  ],
])('AWS::DynamoDB::Table refuses %s', async (_, changes, message) => {
  await expect(changed(PROPERTIES, { ...PROPERTIES, ...changes })).rejects.toThrow(message);
});
