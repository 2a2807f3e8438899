import { beforeEach, expect, test } from 'vitest';
import { createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db);
});

const putRequest = (pk: string, more: object = {}) => ({ PutRequest: { Item: { pk: S(pk), ...more } } });
const deleteRequest = (pk: string) => ({ DeleteRequest: { Key: { pk: S(pk) } } });
const write = (requests: object[]) => db.call('BatchWriteItem', { RequestItems: { Things: requests } });
const message = async (operation: string, RequestItems: object) =>
  (await db.refusal(operation, { RequestItems })).message;

test('BatchWriteItem puts and deletes, and BatchGetItem reads what is there', async () => {
  await write([putRequest('a', { v: N(1) }), putRequest('b')]);
  expect(await write([deleteRequest('b'), deleteRequest('none'), putRequest('c')])).toEqual({ UnprocessedItems: {} });
  const answer = await db.call('BatchGetItem', {
    RequestItems: { Things: { Keys: ['a', 'b', 'c'].map(pk => ({ pk: S(pk) })), ProjectionExpression: 'pk' } },
  });
  expect(answer).toEqual({ Responses: { Things: [{ pk: S('a') }, { pk: S('c') }] }, UnprocessedKeys: {} });
});

test('a batch with one bad request is refused whole', async () => {
  const cases: [object[], string][] = [
    [[putRequest('a'), deleteRequest('a')], 'Provided list of item keys contains duplicates'],
    [[putRequest('a'), { PutRequest: { Item: { v: N(1) } } }], 'The provided key element does not match the schema'],
    [[putRequest('a'), { PutRequest: { Item: { pk: N(1) } } }], 'The provided key element does not match the schema'],
    [
      [putRequest('a'), putRequest('')],
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
  ];
  for (const [requests, expected] of cases)
    expect(await message('BatchWriteItem', { Things: requests })).toBe(expected);
  expect(await message('BatchWriteItem', { Things: [putRequest('a')], Nothing: [putRequest('a')] })).toBe(
    'Requested resource not found',
  );
  expect((await db.call('Scan', { TableName: 'Things' })).Count).toBe(0);
});

test('batches are limited to 25 writes and 100 reads', async () => {
  const keys = Array.from({ length: 101 }, (_, index) => ({ pk: S(`k${index}`) }));
  expect(
    await message('BatchWriteItem', { Things: Array.from({ length: 26 }, (_, index) => putRequest(`k${index}`)) }),
  ).toMatch(
    /^1 validation error detected: Value '\{Things=\[.+\]\}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/,
  );
  expect(await message('BatchGetItem', { Things: { Keys: keys } })).toContain(
    'Member must have length less than or equal to 100',
  );
  expect(await message('BatchGetItem', { Things: { Keys: [{ pk: S('a') }, { pk: S('a') }] } })).toBe(
    'Provided list of item keys contains duplicates',
  );
  expect(await message('BatchWriteItem', {})).toBe('The requestItems parameter is required for BatchWriteItem');
  expect(await message('BatchGetItem', {})).toBe('The requestItems parameter is required for BatchGetItem');
});

test('BatchGetItem gives back as unprocessed what would exceed 16 MB', async () => {
  const pks = Array.from({ length: 45 }, (_, index) => `k${index}`);
  for (const pk of pks)
    await db.call('PutItem', { TableName: 'Things', Item: { pk: S(pk), v: S('x'.repeat(400_000)) } });
  let RequestItems: object = { Things: { Keys: pks.map(pk => ({ pk: S(pk) })), ConsistentRead: true } };
  const first = await db.call('BatchGetItem', { RequestItems });
  expect(first.Responses.Things).toHaveLength(41);
  RequestItems = first.UnprocessedKeys;
  expect(RequestItems).toMatchObject({ Things: { ConsistentRead: true } });
  expect((await db.call('BatchGetItem', { RequestItems })).Responses.Things).toHaveLength(4);
});
