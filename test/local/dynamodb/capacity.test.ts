import { beforeEach, expect, test } from 'vitest';
import { type Answer, createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db, {
    sortKey: 'S',
    AttributeDefinitions: [
      { AttributeName: 'gsiPk', AttributeType: 'S' },
      { AttributeName: 'lsiSk', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'gsi',
        KeySchema: [{ AttributeName: 'gsiPk', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['proj'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'lsi',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'lsiSk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
});

const Key = { pk: S('p'), sk: S('1') };
const full = { ...Key, gsiPk: S('g'), lsiSk: S('l'), proj: S('p'), extra: S('o') };

/** `total = table + gsi + lsi` of a write. */
async function units(operation: string, input: object): Promise<string> {
  const { ConsumedCapacity: consumed } = await db.call(operation, {
    TableName: 'Things',
    ReturnConsumedCapacity: 'INDEXES',
    ...input,
  });
  const arm = (arms: Answer, name: string) => (arms ? arms[name].CapacityUnits : '-');
  return `${consumed.CapacityUnits} = ${consumed.Table.CapacityUnits} ${arm(consumed.GlobalSecondaryIndexes, 'gsi')} ${arm(consumed.LocalSecondaryIndexes, 'lsi')}`;
}

test('a write is charged for the table and for each index that it changes (as measured on AWS)', async () => {
  expect(await units('PutItem', { Item: { ...Key, extra: S('o') } })).toBe('1 = 1 - -');
  expect(await units('PutItem', { Item: full })).toBe('3 = 1 1 1');
  expect(await units('PutItem', { Item: full })).toBe('1 = 1 - -');
  const update = (UpdateExpression: string, value?: string) =>
    units('UpdateItem', { Key, UpdateExpression, ...(value ? { ExpressionAttributeValues: { ':v': S(value) } } : {}) });
  expect(await update('SET extra = :v', 'o2')).toBe('2 = 1 - 1');
  expect(await update('SET proj = :v', 'p2')).toBe('3 = 1 1 1');
  expect(await update('SET gsiPk = :v', 'g2')).toBe('4 = 1 2 1');
  expect(await update('SET lsiSk = :v', 'l2')).toBe('3 = 1 - 2');
  expect(await update('REMOVE gsiPk')).toBe('3 = 1 1 1');
  expect(await units('DeleteItem', { Key })).toBe('2 = 1 - 1');
  expect(await units('DeleteItem', { Key })).toBe('1 = 1 - -');
});

test('writes are charged per KB of the larger image, reads per 4 KB, half when eventual', async () => {
  const sized = (size: number) => ({ ...Key, v: S('x'.repeat(size - 3 - 3 - 1)) });
  const total = async (operation: string, input: object) =>
    (await db.call(operation, { TableName: 'Things', ReturnConsumedCapacity: 'TOTAL', ...input })).ConsumedCapacity
      .CapacityUnits;
  expect(await total('PutItem', { Item: sized(1024) })).toBe(1);
  expect(await total('PutItem', { Item: sized(9000) })).toBe(9);
  expect(await total('PutItem', { Item: sized(100) })).toBe(9);
  await total('PutItem', { Item: sized(8193) });
  expect(await total('GetItem', { Key })).toBe(1.5);
  expect(await total('GetItem', { Key, ConsistentRead: true })).toBe(3);
  expect(await total('GetItem', { Key: { pk: S('x'), sk: S('y') } })).toBe(0.5);
  const condition = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('p') } };
  await total('PutItem', { Item: { ...sized(100), sk: S('2') } });
  expect(await total('Query', condition)).toBe(1.5);
  expect(await total('Scan', { ConsistentRead: true })).toBe(3);
  expect(await total('DeleteItem', { Key })).toBe(9);
});

test('transactions are charged twice, batches per item, and nothing is reported unasked', async () => {
  const put = (sk: string) => ({ Put: { TableName: 'Things', Item: { pk: S('p'), sk: S(sk) } } });
  expect(
    await db.call('TransactWriteItems', { TransactItems: [put('1'), put('2')], ReturnConsumedCapacity: 'TOTAL' }),
  ).toEqual({
    ConsumedCapacity: [{ TableName: 'Things', CapacityUnits: 4, WriteCapacityUnits: 4 }],
  });
  const requests = ['3', '4'].map(sk => ({ PutRequest: { Item: { pk: S('p'), sk: S(sk), gsiPk: S('g'), n: N(1) } } }));
  const batch = await db.call('BatchWriteItem', {
    RequestItems: { Things: requests },
    ReturnConsumedCapacity: 'INDEXES',
  });
  expect(batch.ConsumedCapacity).toEqual([
    {
      TableName: 'Things',
      CapacityUnits: 4,
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { gsi: { CapacityUnits: 2 } },
    },
  ]);
  expect(await db.call('TransactWriteItems', { TransactItems: [put('5')] })).toEqual({});
});
