import { beforeEach, expect, test } from 'vitest';
import { createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db);
});

const put = (pk: string, more: object = {}) => ({
  Put: { TableName: 'Things', Item: { pk: S(pk), v: N(1) }, ...more },
});
const transact = (TransactItems: object[], more: object = {}) =>
  db.call('TransactWriteItems', { TransactItems, ...more });
const refused = (TransactItems: object[], more: object = {}) =>
  db.refusal('TransactWriteItems', { TransactItems, ...more });
const get = async (pk: string) => (await db.call('GetItem', { TableName: 'Things', Key: { pk: S(pk) } })).Item;
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

test('TransactWriteItems does every action, or none when a single condition fails', async () => {
  await transact([put('a'), put('b')]);
  const Key = (pk: string) => ({ TableName: 'Things', Key: { pk: S(pk) } });
  const actions = (expected: number) => [
    { Update: { ...Key('a'), UpdateExpression: 'ADD v :n', ExpressionAttributeValues: { ':n': N(1) } } },
    { Delete: { ...Key('b'), ConditionExpression: 'v = :n', ExpressionAttributeValues: { ':n': N(expected) } } },
    { ConditionCheck: { ...Key('c'), ConditionExpression: 'attribute_not_exists(pk)' } },
    put('d', absent),
  ];
  const error = await refused(actions(7));
  expect(error.code).toBe('TransactionCanceledException');
  expect(error.message).toBe(
    'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None, None]',
  );
  expect(error.fields.CancellationReasons).toEqual([
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    { Code: 'None' },
    { Code: 'None' },
  ]);
  expect([await get('a'), await get('b'), await get('d')]).toEqual([
    { pk: S('a'), v: N(1) },
    { pk: S('b'), v: N(1) },
    undefined,
  ]);
  await transact(actions(1));
  expect([await get('a'), await get('b'), await get('c'), await get('d')]).toEqual([
    { pk: S('a'), v: N(2) },
    undefined,
    undefined,
    { pk: S('d'), v: N(1) },
  ]);
});

test('a cancellation reason carries the item when asked, and errors of an update in its place', async () => {
  await transact([put('a'), put('s', { Item: { pk: S('s'), v: S('text') } })]);
  const error = await refused([
    put('a', { ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    {
      Update: {
        TableName: 'Things',
        Key: { pk: S('s') },
        UpdateExpression: 'SET v = v + :n',
        ExpressionAttributeValues: { ':n': N(1) },
      },
    },
    { Put: { TableName: 'Things', Item: { pk: N(5) } } },
  ]);
  expect(error.fields.CancellationReasons).toEqual([
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { pk: S('a'), v: N(1) } },
    { Code: 'ValidationError', Message: 'An operand in the update expression has an incorrect data type' },
    {
      Code: 'ValidationError',
      Message: 'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    },
  ]);
});

test('a client request token makes a repetition a no-op for ten minutes, and refuses another request', async () => {
  const add = (by: number) => [
    {
      Update: {
        TableName: 'Things',
        Key: { pk: S('a') },
        UpdateExpression: 'ADD v :n',
        ExpressionAttributeValues: { ':n': N(by) },
      },
    },
  ];
  const token = { ClientRequestToken: 'token' };
  await transact(add(1), token);
  await transact(add(1), token);
  const reordered = [
    {
      Update: {
        UpdateExpression: 'ADD v :n',
        ExpressionAttributeValues: { ':n': N(1) },
        Key: { pk: S('a') },
        TableName: 'Things',
      },
    },
  ];
  await transact(reordered, token);
  expect((await get('a')).v).toEqual(N(1));
  expect((await refused(add(2), token)).code).toBe('IdempotentParameterMismatchException');
  await db.clock.advance(10 * 60 * 1000);
  await transact(add(2), token);
  expect((await get('a')).v).toEqual(N(3));
});

test('a cancelled transaction leaves its token free', async () => {
  const token = { ClientRequestToken: 'token' };
  await transact([put('a')]);
  expect((await refused([put('a', absent)], token)).code).toBe('TransactionCanceledException');
  await db.call('DeleteItem', { TableName: 'Things', Key: { pk: S('a') } });
  await transact([put('a', absent)], token);
  expect(await get('a')).toBeDefined();
});

test('transactions are limited to 100 actions, 4 MB and one action per item', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => put(`k${index}`));
  await transact(many(100));
  expect((await refused(many(101))).message).toMatch(
    /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
  );
  expect((await refused([])).message).toBe(
    "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
  expect((await refused([put('a'), { Delete: { TableName: 'Things', Key: { pk: S('a') } } }])).message).toBe(
    'Transaction request cannot include multiple operations on one item',
  );
  const large = Array.from({ length: 12 }, (_, index) =>
    put('', { Item: { pk: S(`l${index}`), v: S('x'.repeat(350_000)) } }),
  );
  expect((await refused(large)).code).toBe('ValidationException');
  expect(await get('l0')).toBeUndefined();
  await transact(large.slice(0, 11));
  expect((await refused([put('', { Item: { pk: S('') } })])).code).toBe('ValidationException');
  expect((await refused([put('a', { TableName: 'Nothing' })])).code).toBe('ResourceNotFoundException');
});

test('TransactGetItems answers in order, with an empty place for what is missing', async () => {
  await transact([put('a'), put('b')]);
  const one = (pk: string, more: object = {}) => ({ Get: { TableName: 'Things', Key: { pk: S(pk) }, ...more } });
  const answer = await db.call('TransactGetItems', {
    TransactItems: [one('b'), one('none'), one('a', { ProjectionExpression: 'v' })],
    ReturnConsumedCapacity: 'TOTAL',
  });
  expect(answer).toEqual({
    Responses: [{ Item: { pk: S('b'), v: N(1) } }, {}, { Item: { v: N(1) } }],
    ConsumedCapacity: [{ TableName: 'Things', CapacityUnits: 6, ReadCapacityUnits: 6 }],
  });
});
