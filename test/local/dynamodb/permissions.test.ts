import { expect, test } from 'vitest';
import { createTable, dynamodb, S } from './dynamodb-fixture.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';

function permissions(service: string, operation: string, input: object) {
  const { cloud } = dynamodb();
  const needed = cloud.service(service)?.permissions?.(operation, input as Record<string, unknown>) ?? [];
  return needed.map(({ action, resources }) => `${action} ${resources.join(' ')}`);
}

test('an item operation needs its own action on the table, given by name or ARN', () => {
  expect(permissions('dynamodb', 'UpdateItem', { TableName: 'Things' })).toEqual([`dynamodb:UpdateItem ${TABLE}`]);
  expect(permissions('dynamodb', 'GetItem', { TableName: TABLE })).toEqual([`dynamodb:GetItem ${TABLE}`]);
});

test('a query of an index needs the index, and a batch all of its tables', () => {
  expect(permissions('dynamodb', 'Query', { TableName: 'Things', IndexName: 'byTeam' })).toEqual([
    `dynamodb:Query ${TABLE}/index/byTeam`,
  ]);
  expect(permissions('dynamodb', 'BatchWriteItem', { RequestItems: { Things: [], Others: [] } })).toEqual([
    `dynamodb:BatchWriteItem ${TABLE} ${TABLE.replace('Things', 'Others')}`,
  ]);
});

test('a transaction needs the actions that it is made of', () => {
  const TransactItems = [
    { Put: { TableName: 'Things' } },
    { Update: { TableName: 'Others' } },
    { Put: { TableName: 'Others' } },
    { ConditionCheck: { TableName: 'Things' } },
    { Delete: { TableName: 'Things' } },
  ];
  const others = TABLE.replace('Things', 'Others');
  expect(permissions('dynamodb', 'TransactWriteItems', { TransactItems })).toEqual([
    `dynamodb:PutItem ${TABLE} ${others}`,
    `dynamodb:UpdateItem ${others}`,
    `dynamodb:ConditionCheckItem ${TABLE}`,
    `dynamodb:DeleteItem ${TABLE}`,
  ]);
  expect(permissions('dynamodb', 'TransactGetItems', { TransactItems: [{ Get: { TableName: 'Things' } }] })).toEqual([
    `dynamodb:GetItem ${TABLE}`,
  ]);
});

test('reading a stream needs the stream, which GetRecords names in its iterator', async () => {
  const db = dynamodb();
  await createTable(db, { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
  await db.call('PutItem', { TableName: 'Things', Item: { pk: S('a') } });
  const [{ StreamArn }] = (await db.streams('ListStreams', {})).Streams;
  const { Shards } = (await db.streams('DescribeStream', { StreamArn })).StreamDescription;
  const iterator = await db.streams('GetShardIterator', {
    StreamArn,
    ShardId: Shards[0].ShardId,
    ShardIteratorType: 'LATEST',
  });
  expect(permissions('dynamodbstreams', 'GetRecords', iterator)).toEqual([`dynamodb:GetRecords ${StreamArn}`]);
  expect(permissions('dynamodbstreams', 'DescribeStream', { StreamArn })).toEqual([
    `dynamodb:DescribeStream ${StreamArn}`,
  ]);
  expect(permissions('dynamodbstreams', 'ListStreams', {})).toEqual(['dynamodb:ListStreams *']);
});
