import { beforeEach, expect, test } from 'vitest';
import { createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(() => {
  db = dynamodb();
});

const described = async () => (await db.call('DescribeTable', { TableName: 'Things' })).Table;

test('CreateTable answers as recorded on AWS, and DescribeTable adds what is known once it is active', async () => {
  const { TableDescription } = await db.call('CreateTable', {
    TableName: 'Things',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  const created = {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    CreationDateTime: 1767225600,
    DeletionProtectionEnabled: false,
    ItemCount: 0,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things',
    TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    TableName: 'Things',
    TableSizeBytes: 0,
  };
  expect(TableDescription).toEqual({ ...created, TableStatus: 'CREATING' });
  const WarmThroughput = { ReadUnitsPerSecond: 5, Status: 'ACTIVE', WriteUnitsPerSecond: 5 };
  expect(await described()).toEqual({ ...created, TableStatus: 'ACTIVE', WarmThroughput });
  expect((await db.call('DeleteTable', { TableName: 'Things' })).TableDescription).toEqual({
    DeletionProtectionEnabled: false,
    ItemCount: 0,
    ProvisionedThroughput: created.ProvisionedThroughput,
    TableArn: created.TableArn,
    TableId: created.TableId,
    TableName: 'Things',
    TableSizeBytes: 0,
    TableStatus: 'DELETING',
  });
  const gone = await db.refusal('DescribeTable', { TableName: 'Things' });
  expect([gone.code, gone.message]).toEqual([
    'ResourceNotFoundException',
    'Requested resource not found: Table: Things not found',
  ]);
});

test('an on-demand table with an index and a stream is described as recorded on AWS', async () => {
  await createTable(db, {
    AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byOther',
        KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    SSESpecification: { Enabled: true },
  });
  const arn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';
  const WarmThroughput = { ReadUnitsPerSecond: 12000, Status: 'ACTIVE', WriteUnitsPerSecond: 4000 };
  const ProvisionedThroughput = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
  expect(await described()).toMatchObject({
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: 1767225600 },
    GlobalSecondaryIndexes: [
      {
        IndexArn: `${arn}/index/byOther`,
        IndexName: 'byOther',
        IndexSizeBytes: 0,
        IndexStatus: 'ACTIVE',
        ItemCount: 0,
        KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput,
        WarmThroughput,
      },
    ],
    LatestStreamArn: `${arn}/stream/2026-01-01T00:00:00.000`,
    LatestStreamLabel: '2026-01-01T00:00:00.000',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' },
    ProvisionedThroughput,
    WarmThroughput,
  });
});

test('CreateTable refuses schemas that do not hold together', async () => {
  const attribute = (AttributeName: string, AttributeType = 'S') => ({ AttributeName, AttributeType });
  const key = (AttributeName: string, KeyType = 'HASH') => ({ AttributeName, KeyType });
  const index = (IndexName: string, KeySchema: object[], ProjectionType = 'ALL') => ({
    IndexName,
    KeySchema,
    Projection: { ProjectionType },
  });
  const base = {
    TableName: 'Things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [attribute('pk')],
    KeySchema: [key('pk')],
  };
  const prefix = 'One or more parameter values were invalid: ';
  const cases: [object, string][] = [
    [{ TableName: 'ab' }, 'TableName must be at least 3 characters long and at most 255 characters long'],
    [
      { AttributeDefinitions: [] },
      `${prefix}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: []`,
    ],
    [
      { AttributeDefinitions: [attribute('pk'), attribute('x')] },
      `${prefix}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    ],
    [{ KeySchema: [key('pk', 'RANGE')] }, 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type'],
    [
      { KeySchema: [key('pk'), key('pk', 'RANGE')] },
      'Both the Hash Key and the Range Key element in the KeySchema have the same name',
    ],
    [
      { BillingMode: 'PROVISIONED' },
      `${prefix}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    ],
    [{ GlobalSecondaryIndexes: [] }, `${prefix}List of GSIs is empty`],
    [
      { GlobalSecondaryIndexes: [index('one', [key('pk')]), index('one', [key('pk')])] },
      `${prefix}Duplicate index name: one`,
    ],
    [
      { GlobalSecondaryIndexes: [index('one', [key('pk')], 'INCLUDE')] },
      `${prefix}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    ],
    [
      { LocalSecondaryIndexes: [index('one', [key('pk'), key('x', 'RANGE')])] },
      `${prefix}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    ],
    [
      { StreamSpecification: { StreamEnabled: true } },
      `${prefix}StreamViewType cannot be null when StreamEnabled is true`,
    ],
  ];
  for (const [change, expected] of cases) {
    expect((await db.refusal('CreateTable', { ...base, ...change })).message).toBe(expected);
  }
  await db.call('CreateTable', base);
  const duplicate = await db.refusal('CreateTable', base);
  expect([duplicate.code, duplicate.message]).toEqual(['ResourceInUseException', 'Table already exists: Things']);
});

test('DescribeTable counts items and bytes as they are', async () => {
  await createTable(db);
  await db.call('PutItem', { TableName: 'Things', Item: { pk: S('a'), v: N(12) } });
  await db.call('PutItem', { TableName: 'Things', Item: { pk: S('b') } });
  await db.call('DeleteItem', { TableName: 'Things', Key: { pk: S('b') } });
  expect(await described()).toMatchObject({ ItemCount: 1, TableSizeBytes: 6 });
});

test('ListTables pages through the names in order', async () => {
  for (const name of ['ccc', 'aaa', 'bbb']) await createTable(db, { TableName: name });
  const first = await db.call('ListTables', { Limit: 2 });
  expect(first).toEqual({ TableNames: ['aaa', 'bbb'], LastEvaluatedTableName: 'bbb' });
  expect(await db.call('ListTables', { ExclusiveStartTableName: 'bbb' })).toEqual({ TableNames: ['ccc'] });
});

test('deletion protection keeps a table until UpdateTable lifts it', async () => {
  await createTable(db, { DeletionProtectionEnabled: true });
  expect((await db.refusal('DeleteTable', { TableName: 'Things' })).message).toContain(
    'currently protected against deletion',
  );
  await db.call('UpdateTable', { TableName: 'Things', DeletionProtectionEnabled: false });
  await db.call('DeleteTable', { TableName: 'Things' });
});

test('UpdateTable adds and removes indexes and streams of a filled table', async () => {
  await createTable(db);
  await db.call('PutItem', { TableName: 'Things', Item: { pk: S('a'), colour: S('red') } });
  await db.call('UpdateTable', {
    TableName: 'Things',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'colour', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: 'byColour',
          KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  });
  const query = {
    TableName: 'Things',
    IndexName: 'byColour',
    KeyConditionExpression: 'colour = :c',
    ExpressionAttributeValues: { ':c': S('red') },
  };
  expect((await db.call('Query', query)).Count).toBe(1);
  expect((await described()).StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  await db.call('UpdateTable', {
    TableName: 'Things',
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byColour' } }],
    StreamSpecification: { StreamEnabled: false },
  });
  expect((await db.refusal('Query', query)).message).toBe('The table does not have the specified index: byColour');
  const table = await described();
  expect([table.StreamSpecification, table.LatestStreamArn]).toEqual([undefined, expect.stringContaining('/stream/')]);
});

test('continuous backups and tags are remembered', async () => {
  await createTable(db, { Tags: [{ Key: 'team', Value: 'red' }] });
  const backups = async () =>
    (await db.call('DescribeContinuousBackups', { TableName: 'Things' })).ContinuousBackupsDescription;
  expect(await backups()).toEqual({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
  });
  await db.call('UpdateContinuousBackups', {
    TableName: 'Things',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  expect((await backups()).PointInTimeRecoveryDescription).toMatchObject({
    PointInTimeRecoveryStatus: 'ENABLED',
    RecoveryPeriodInDays: 35,
  });
  const ResourceArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';
  await db.call('TagResource', { ResourceArn, Tags: [{ Key: 'stage', Value: 'dev' }] });
  await db.call('UntagResource', { ResourceArn, TagKeys: ['team'] });
  expect(await db.call('ListTagsOfResource', { ResourceArn })).toEqual({ Tags: [{ Key: 'stage', Value: 'dev' }] });
});

test('a table is as warm as CreateTable or UpdateTable wants it', async () => {
  const WarmThroughput = { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 };
  const { TableDescription } = await db.call('CreateTable', {
    TableName: 'Things',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    WarmThroughput,
  });
  expect(TableDescription).toMatchObject({ WarmThroughput: { ...WarmThroughput, Status: 'UPDATING' } });
  expect((await described()).WarmThroughput).toEqual({ ...WarmThroughput, Status: 'ACTIVE' });
  await db.call('UpdateTable', { TableName: 'Things', WarmThroughput: { WriteUnitsPerSecond: 2000 } });
  expect((await described()).WarmThroughput).toMatchObject({ ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 2000 });
});
