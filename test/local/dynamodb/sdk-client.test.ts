import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { router } from '../../../local/wire/router.ts';
import { listen, type WireServer } from '../../../local/wire/server.ts';
import { createTable, dynamodb, type Fixture, S } from './dynamodb-fixture.ts';

let db: Fixture;
let server: WireServer;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;

beforeEach(async () => {
  db = dynamodb();
  server = await listen(router(db.cloud, { principalOf: () => undefined, mounts: {} }), { port: 0 });
  const options = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
  };
  client = new DynamoDBClient(options);
  streams = new DynamoDBStreamsClient(options);
});

afterEach(async () => {
  client.destroy();
  streams.destroy();
  await server.close();
});

test('the SDK client creates a table, waits for it, and reads back what it wrote, bytes included', async () => {
  await client.send(
    new CreateTableCommand({
      TableName: 'Things',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: 'Things' });
  const Item = { pk: { S: 'a' }, bytes: { B: new Uint8Array([0, 144, 255]) }, n: { N: '1e2' } };
  await client.send(new PutItemCommand({ TableName: 'Things', Item }));
  const answer = await client.send(new GetItemCommand({ TableName: 'Things', Key: { pk: { S: 'a' } } }));
  expect(answer.Item).toEqual({ ...Item, n: { N: '100' } });
});

test('the SDK client sees cancellation reasons and items of failed conditions', async () => {
  await createTable(db);
  await db.call('PutItem', { TableName: 'Things', Item: { pk: S('a') } });
  const put = { TableName: 'Things', Item: { pk: S('a') }, ConditionExpression: 'attribute_not_exists(pk)' };
  const detail = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  const single = await client.send(new PutItemCommand({ ...put, ...detail })).catch(error => error);
  expect([single.name, single.Item]).toEqual(['ConditionalCheckFailedException', { pk: S('a') }]);
  const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...put, ...detail } }] });
  const cancelled = await client.send(transaction).catch(error => error);
  expect(cancelled).toBeInstanceOf(TransactionCanceledException);
  expect(cancelled.CancellationReasons).toEqual([
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { pk: S('a') } },
  ]);
});

test('the SDK paginates queries and reads streams, the identity of the service included', async () => {
  await createTable(db, { sortKey: 'N', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } });
  await db.call('UpdateTimeToLive', {
    TableName: 'Things',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
  });
  for (let sk = 0; sk < 5; sk++) {
    await db.call('PutItem', {
      TableName: 'Things',
      Item: { pk: S('p'), sk: { N: String(sk) }, ttl: { N: '1767225600' } },
    });
  }
  const found: unknown[] = [];
  const query = { TableName: 'Things', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('p') } };
  for await (const page of paginateQuery({ client, pageSize: 2 }, query)) found.push(...(page.Items ?? []));
  expect(found).toHaveLength(5);
  await db.clock.advance(5000);

  const StreamArn = (await db.call('DescribeTable', { TableName: 'Things' })).Table.LatestStreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const [shard] = StreamDescription?.Shards ?? [];
  const at = { StreamArn, ShardId: shard?.ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand(at));
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records.map(record => record.eventName)).toEqual([...Array(5).fill('INSERT'), ...Array(5).fill('REMOVE')]);
  expect(Records[0]?.dynamodb?.ApproximateCreationDateTime).toEqual(new Date(1767225600000));
  expect(Records.at(-1)?.userIdentity).toEqual({ PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' });
});
