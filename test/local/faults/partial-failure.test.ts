import { expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Caller, type FaultyCloud, faultyCloud, only, QUEUE_URL, queue, stream, table } from './faulty-cloud.ts';

const chosen = (operation: string, entries: number[]) =>
  only({ match: { operation }, fault: { kind: 'partial', entries } });

test('PutRecords: refused records have an error at their position, the others a sequence number', async () => {
  const { to, injected } = await faultyCloud(chosen('PutRecords', [1, 2]), stream);
  const Records = ['a', 'b', 'c', 'd'].map(key => ({ Data: 'eA==', PartitionKey: key }));
  const answer = await to('kinesis')<{ FailedRecordCount: number; Records: JsonObject[] }>('PutRecords', {
    StreamName: 'clicks',
    Records,
  });
  expect(answer.FailedRecordCount).toBe(2);
  expect(answer.Records.map(record => record.ErrorCode ?? 'taken')).toEqual([
    'taken',
    'ProvisionedThroughputExceededException',
    'ProvisionedThroughputExceededException',
    'taken',
  ]);
  expect(answer.Records[3]?.SequenceNumber).toBeDefined();
  expect(await keysIn(to('kinesis'))).toEqual(['a', 'd']);
  expect(injected).toMatchObject([{ entries: [1, 2], request: { operation: 'PutRecords' } }]);
});

test('PutRecords: when all are refused, the answer still is one', async () => {
  const { to } = await faultyCloud(chosen('PutRecords', [0, 1, 2]), stream);
  const Records = ['a', 'b'].map(key => ({ Data: 'eA==', PartitionKey: key }));
  const answer = await to('kinesis')('PutRecords', { StreamName: 'clicks', Records });
  expect(answer).toMatchObject({ FailedRecordCount: 2, Records: [{ ErrorCode: expect.any(String) }, {}] });
  expect(await keysIn(to('kinesis'))).toEqual([]);
});

test('PutEvents: refused entries count as failed, beside those that EventBridge refuses itself', async () => {
  const { to } = await faultyCloud(chosen('PutEvents', [0]));
  const good = { Source: 's', DetailType: 't', Detail: '{}' };
  const answer = await to('events')<{ FailedEntryCount: number; Entries: JsonObject[] }>('PutEvents', {
    Entries: [good, good, { ...good, Detail: 'no' }],
  });
  expect(answer.FailedEntryCount).toBe(2);
  expect(answer.Entries).toEqual([
    { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' },
    { EventId: expect.any(String) },
    { ErrorCode: 'MalformedDetail', ErrorMessage: expect.any(String) },
  ]);
});

test('SendMessageBatch: refused entries are in Failed, under their ids, as the service’s own fault', async () => {
  const { to } = await faultyCloud(chosen('SendMessageBatch', [0, 2]), queue);
  const Entries = ['x', 'y', 'z'].map(Id => ({ Id, MessageBody: Id }));
  const answer = await to('sqs')('SendMessageBatch', { QueueUrl: QUEUE_URL, Entries });
  const failed = { SenderFault: false, Code: 'InternalError', Message: expect.any(String) };
  expect(answer).toEqual({
    Successful: [expect.objectContaining({ Id: 'y', MessageId: expect.any(String) })],
    Failed: [
      { Id: 'x', ...failed },
      { Id: 'z', ...failed },
    ],
  });
});

test('SendMessageBatch: when all are refused, there is no Successful', async () => {
  const { to } = await faultyCloud(chosen('SendMessageBatch', [0]), queue);
  const answer = await to('sqs')('SendMessageBatch', {
    QueueUrl: QUEUE_URL,
    Entries: [{ Id: 'x', MessageBody: 'x' }],
  });
  expect(answer).toEqual({ Failed: [expect.objectContaining({ Id: 'x' })] });
});

test('DeleteMessageBatch: what was refused stays in the queue', async () => {
  const { to } = await faultyCloud(chosen('DeleteMessageBatch', [1]), queue);
  for (const body of ['x', 'y']) await to('sqs')('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: body });
  const { Messages } = await to('sqs')<{ Messages: { ReceiptHandle: string }[] }>('ReceiveMessage', {
    QueueUrl: QUEUE_URL,
    MaxNumberOfMessages: 10,
  });
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const answer = await to('sqs')('DeleteMessageBatch', { QueueUrl: QUEUE_URL, Entries });
  expect(answer).toMatchObject({ Successful: [{ Id: '0' }], Failed: [{ Id: '1' }] });
});

test('BatchWriteItem: refused requests come back as unprocessed, table by table, in the form in which they came', async () => {
  const { to } = await faultyCloud(chosen('BatchWriteItem', [1, 2]), twoTables);
  const write = (id: string) => ({ PutRequest: { Item: { id: { S: id } } } });
  const answer = await to('dynamodb')('BatchWriteItem', {
    RequestItems: { items: [write('a'), write('b')], others: [write('c'), write('d')] },
  });
  expect(answer).toEqual({ UnprocessedItems: { items: [write('b')], others: [write('c')] } });
  expect(await idsIn(to('dynamodb'), 'items')).toEqual(['a']);
  expect(await idsIn(to('dynamodb'), 'others')).toEqual(['d']);
});

test('BatchWriteItem: when nothing could be written, the whole call is refused, as AWS does', async () => {
  const { to } = await faultyCloud(chosen('BatchWriteItem', [0]), table);
  const RequestItems = { items: [{ PutRequest: { Item: { id: { S: 'a' } } } }] };
  await expect(to('dynamodb')('BatchWriteItem', { RequestItems })).rejects.toMatchObject({
    code: 'ProvisionedThroughputExceededException',
  });
});

test('BatchGetItem: refused keys come back as unprocessed, with the rest of what was asked of their table', async () => {
  const { to } = await faultyCloud(chosen('BatchGetItem', [0]), async caller => {
    await table(caller);
    for (const id of ['a', 'b']) await caller('dynamodb')('PutItem', { TableName: 'items', Item: { id: { S: id } } });
  });
  const Keys = [{ id: { S: 'a' } }, { id: { S: 'b' } }];
  const answer = await to('dynamodb')('BatchGetItem', { RequestItems: { items: { Keys, ConsistentRead: true } } });
  expect(answer).toEqual({
    Responses: { items: [{ id: { S: 'b' } }] },
    UnprocessedKeys: { items: { Keys: [{ id: { S: 'a' } }], ConsistentRead: true } },
  });
});

test('share: every entry is carried out or refused, over many calls about the given part of them, and never both', async () => {
  const fault = { kind: 'partial', share: 0.3 } as const;
  const faulty: FaultyCloud = await faultyCloud(only({ match: { operation: 'PutRecords' }, fault }, 4), stream);
  const kinesis = faulty.to('kinesis');
  const taken: string[] = [];
  let refused = 0;
  for (let call = 0; call < 20; call++) {
    const Records = Array.from({ length: 10 }, (_, i) => ({ Data: 'eA==', PartitionKey: `${call}-${i}` }));
    const answer = await kinesis<{ Records: JsonObject[] }>('PutRecords', { StreamName: 'clicks', Records });
    for (const [i, result] of answer.Records.entries()) {
      if (result.ErrorCode === undefined) taken.push(`${call}-${i}`);
      else refused++;
    }
  }
  expect(await keysIn(kinesis)).toEqual(taken);
  expect(refused).toBeGreaterThan(40);
  expect(refused).toBeLessThan(80);
});

async function keysIn(kinesis: Caller): Promise<string[]> {
  const { Shards } = await kinesis<{ Shards: { ShardId: string }[] }>('ListShards', { StreamName: 'clicks' });
  const { ShardIterator } = await kinesis<{ ShardIterator: string }>('GetShardIterator', {
    StreamName: 'clicks',
    ShardId: Shards[0]?.ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const { Records } = await kinesis<{ Records: { PartitionKey: string }[] }>('GetRecords', { ShardIterator });
  return Records.map(record => record.PartitionKey);
}

async function idsIn(dynamodb: Caller, TableName: string): Promise<string[]> {
  const { Items } = await dynamodb<{ Items: { id: { S: string } }[] }>('Scan', { TableName });
  return Items.map(item => item.id.S).toSorted();
}

async function twoTables(to: (service: string) => Caller): Promise<void> {
  await table(to);
  await to('dynamodb')('CreateTable', {
    TableName: 'others',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
}
