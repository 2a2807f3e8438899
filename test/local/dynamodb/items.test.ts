import { beforeEach, expect, test } from 'vitest';
import { createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db);
});

const put = (Item: object, more: object = {}) => db.call('PutItem', { TableName: 'Things', Item, ...more });
const get = async (pk: string, more: object = {}) =>
  (await db.call('GetItem', { TableName: 'Things', Key: { pk: S(pk) }, ...more })).Item;
const message = async (operation: string, input: object) => {
  const error = await db.refusal(operation, { TableName: 'Things', ...input });
  return `${error.code}: ${error.message}`;
};

test('PutItem stores every type in canonical form, GetItem gives it back', async () => {
  const item = {
    pk: S('a'),
    n: N('0042.50'),
    b: { B: 'AAH/' },
    flag: { BOOL: false },
    nothing: { NULL: false },
    words: { SS: ['b', 'a', '\u{1F600}', '\uffff'] },
    counts: { NS: ['10', '2', '-1.0'] },
    blobs: { BS: ['/w==', 'AA=='] },
    nested: { L: [{ M: { x: { L: [S('')] } } }] },
  };
  await put(item);
  expect(await get('a')).toEqual({
    ...item,
    n: N('42.5'),
    nothing: { NULL: true },
    words: { SS: ['a', 'b', '\uffff', '\u{1F600}'] },
    counts: { NS: ['-1', '2', '10'] },
    blobs: { BS: ['AA==', '/w=='] },
  });
  expect(await get('missing')).toBeUndefined();
});

test('what goes in and what comes out share nothing with what is stored', async () => {
  const item = { pk: S('a'), l: { L: [{ M: { x: { SS: ['1'] } } }] } };
  await put(item);
  item.l.L[0]?.M.x.SS.push('2');
  const read = await get('a');
  read.l.L[0].M.x.SS.push('3');
  read.extra = S('x');
  expect(await get('a')).toEqual({ pk: S('a'), l: { L: [{ M: { x: { SS: ['1'] } } }] } });
  const failure = await db.refusal('PutItem', {
    TableName: 'Things',
    Item: { pk: S('a') },
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  (failure.fields.Item as { l: { L: unknown[] } }).l.L.length = 0;
  expect((await get('a')).l.L).toHaveLength(1);
});

test('attribute names that objects inherit are ordinary names', async () => {
  const item = JSON.parse(
    '{"pk":{"S":"a"},"__proto__":{"S":"p"},"m":{"M":{"__proto__":{"N":"1"},"toString":{"N":"2"}}}}',
  );
  await put(item);
  expect(JSON.stringify(await get('a'))).toBe(JSON.stringify(item));
  expect(await get('a', { ProjectionExpression: 'hasOwnProperty, m.toString' })).toEqual(
    JSON.parse('{"m":{"M":{"toString":{"N":"2"}}}}'),
  );
});

test('PutItem and DeleteItem return the old item only when asked', async () => {
  expect(await put({ pk: S('a'), v: N(1) })).toEqual({});
  expect(await put({ pk: S('a'), v: N(2) }, { ReturnValues: 'ALL_OLD' })).toEqual({
    Attributes: { pk: S('a'), v: N(1) },
  });
  expect(await put({ pk: S('b') }, { ReturnValues: 'ALL_OLD' })).toEqual({});
  const remove = (pk: string) =>
    db.call('DeleteItem', { TableName: 'Things', Key: { pk: S(pk) }, ReturnValues: 'ALL_OLD' });
  expect(await remove('a')).toEqual({ Attributes: { pk: S('a'), v: N(2) } });
  expect(await remove('a')).toEqual({});
  expect(await message('PutItem', { Item: { pk: S('a') }, ReturnValues: 'ALL_NEW' })).toBe(
    'ValidationException: ReturnValues can only be ALL_OLD or NONE',
  );
});

test('a failed condition says so, with the item when asked, and changes nothing', async () => {
  await put({ pk: S('a'), v: N(1) });
  const input = { TableName: 'Things', Item: { pk: S('a'), v: N(2) }, ConditionExpression: 'attribute_not_exists(pk)' };
  const plain = await db.refusal('PutItem', input);
  expect([plain.code, plain.message, plain.fields]).toEqual([
    'ConditionalCheckFailedException',
    'The conditional request failed',
    {},
  ]);
  const detailed = await db.refusal('PutItem', { ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
  expect(detailed.fields).toEqual({ Item: { pk: S('a'), v: N(1) } });
  expect((await get('a')).v).toEqual(N(1));
  const missing = await db.refusal('UpdateItem', {
    TableName: 'Things',
    Key: { pk: S('none') },
    UpdateExpression: 'SET v = :v',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':v': N(1) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  expect(missing.fields).toEqual({});
  expect(await get('none')).toBeUndefined();
});

test('ProjectionExpression cuts nested parts, in the order of the list', async () => {
  await put({
    pk: S('a'),
    m: { M: { x: N(1), y: N(2) } },
    l: { L: [N(0), { M: { z: N(9), w: N(8) } }, N(2)] },
    v: S('v'),
  });
  expect(await get('a', { ProjectionExpression: 'm.x, l[2], l[1].z, gone, m.gone, l[7], v.x' })).toEqual({
    m: { M: { x: N(1) } },
    l: { L: [{ M: { z: N(9) } }, N(2)] },
  });
  expect(await get('a', { ProjectionExpression: '#k', ExpressionAttributeNames: { '#k': 'm' } })).toEqual({
    m: { M: { x: N(1), y: N(2) } },
  });
  expect(await message('GetItem', { Key: { pk: S('a') }, ProjectionExpression: 'm, m.x' })).toBe(
    'ValidationException: Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, x]',
  );
  expect(await message('GetItem', { Key: { pk: S('a') }, ProjectionExpression: 'm,' })).toBe(
    'ValidationException: Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","',
  );
});

test('malformed items and keys are refused in DynamoDB words', async () => {
  const invalid = 'ValidationException: One or more parameter values were invalid: ';
  const cases: [unknown, string][] = [
    [{ v: N(1) }, `${invalid}Missing the key pk in the item`],
    [{ pk: N(1) }, `${invalid}Type mismatch for key pk expected: S actual: N`],
    [
      { pk: S('') },
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      { pk: S('a'), v: {} },
      'ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      { pk: S('a'), v: { X: 'y' } },
      'ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      { pk: S('a'), v: { S: 'a', N: '1' } },
      'ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [{ pk: S('a'), v: { SS: [] } }, `${invalid}An string set  may not be empty`],
    [{ pk: S('a'), v: { SS: ['x', 'x'] } }, `${invalid}Input collection [x, x] contains duplicates.`],
    [{ pk: S('a'), v: { NS: ['1', '1.0'] } }, 'ValidationException: Input collection contains duplicates'],
    [{ pk: S('a'), v: { S: 5 } }, 'SerializationException: number can not be converted to a String'],
    [{ pk: S('k'.repeat(2049)) }, `${invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`],
  ];
  for (const [Item, expected] of cases) expect(await message('PutItem', { Item })).toBe(expected);
  const schema = 'ValidationException: The provided key element does not match the schema';
  for (const Key of [{}, { pk: N(1) }, { pk: S('a'), sk: S('b') }, { other: S('a') }]) {
    expect(await message('GetItem', { Key })).toBe(schema);
    expect(await message('DeleteItem', { Key })).toBe(schema);
    expect(await message('UpdateItem', { Key })).toBe(schema);
  }
});

test('nesting is limited to 32 levels', async () => {
  const nest = (levels: number): object => (levels === 0 ? S('x') : { L: [nest(levels - 1)] });
  await put({ pk: S('a'), v: nest(31) });
  expect(await message('PutItem', { Item: { pk: S('a'), v: nest(32) } })).toContain(
    'Nesting Levels have exceeded supported limits',
  );
});

test('an item may have 400 KB, names included, and no byte more', async () => {
  const filled = (size: number) => ({ pk: S('a'), v: S('x'.repeat(size - 4)) });
  await put(filled(400 * 1024));
  expect(await message('PutItem', { Item: filled(400 * 1024 + 1) })).toBe(
    'ValidationException: Item size has exceeded the maximum allowed size',
  );
  expect(
    await message('UpdateItem', {
      Key: { pk: S('a') },
      UpdateExpression: 'SET w = :w',
      ExpressionAttributeValues: { ':w': S('') },
    }),
  ).toBe('ValidationException: Item size to update has exceeded the maximum allowed size');
});

test('tables are found by name or ARN, and refused by AWS rules', async () => {
  await put({ pk: S('a') });
  const arn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';
  expect((await db.call('GetItem', { TableName: arn, Key: { pk: S('a') } })).Item).toEqual({ pk: S('a') });
  const refused = async (TableName: unknown) => message('GetItem', { Key: { pk: S('a') }, TableName });
  expect(await refused('Nothing')).toBe('ResourceNotFoundException: Requested resource not found');
  expect(await refused(arn.replace('eu-west-1', 'us-east-1'))).toBe(
    'ResourceNotFoundException: Requested resource not found',
  );
  expect(await refused(undefined)).toBe(
    "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
  );
  expect(await refused('bad table!@#')).toBe(
    "ValidationException: 1 validation error detected: Value 'bad table!@#' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  );
});

test('legacy parameters are refused by name', async () => {
  expect(await message('PutItem', { Item: { pk: S('a') }, Expected: { pk: { Exists: false } } })).toBe(
    'ValidationException: Cannot use legacy parameter Expected: the embedded cloud supports ConditionExpression instead',
  );
  expect(
    await message('UpdateItem', { Key: { pk: S('a') }, AttributeUpdates: {}, UpdateExpression: 'SET a = :v' }),
  ).toBe(
    'ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}',
  );
});
