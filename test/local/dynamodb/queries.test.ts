import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { type Answer, createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(() => {
  db = dynamodb();
});

const put = (Item: object) => db.call('PutItem', { TableName: 'Things', Item });
const query = (input: object): Promise<Answer> => db.call('Query', { TableName: 'Things', ...input });
const message = async (operation: string, input: object) =>
  (await db.refusal(operation, { TableName: 'Things', ...input })).message;
const byPk = (pk: string, more: object = {}) => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': S(pk) },
  ...more,
});

/** Every item of an operation over pages of `Limit` each. */
async function pages(operation: string, input: object): Promise<Answer[]> {
  const items: Answer[] = [];
  let start: object | undefined;
  do {
    const page = await db.call(operation, {
      TableName: 'Things',
      ...input,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    items.push(...page.Items);
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

test('Query walks one partition in the order of the sort key, either way, page by page', async () => {
  const key = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }).map(String),
    fc.constantFrom('0.5', '-0.25', '1E20', '-1E-20'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 20, selector: Number }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (keys, Limit, ScanIndexForward) => {
        db = dynamodb();
        await createTable(db, { sortKey: 'N' });
        for (const sk of keys) for (const pk of ['p', 'q']) await put({ pk: S(pk), sk: N(sk) });
        const found = await pages('Query', byPk('p', { Limit, ScanIndexForward }));
        const sorted = keys.map(Number).sort((a, b) => (ScanIndexForward ? a - b : b - a));
        expect(found.map(item => Number(item.sk.N))).toEqual(sorted);
        expect(new Set(found.map(item => item.pk.S)).size).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 60 },
  );
});

test('Query takes every sort key condition, the value on either side', async () => {
  await createTable(db, { sortKey: 'S' });
  for (const sk of ['a', 'ab', 'abc', 'b', 'c']) await put({ pk: S('p'), sk: S(sk) });
  const found = async (condition: string, values: object) => {
    const answer = await query({
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ':pk': S('p'), ...values },
    });
    return answer.Items.map((item: Answer) => item.sk.S).join(' ');
  };
  const v = { ':v': S('ab') };
  expect(await found('pk = :pk AND sk = :v', v)).toBe('ab');
  expect(await found('pk = :pk AND sk < :v', v)).toBe('a');
  expect(await found('sk <= :v AND pk = :pk', v)).toBe('a ab');
  expect(await found('(pk = :pk) AND (sk > :v)', v)).toBe('abc b c');
  expect(await found(':pk = pk AND :v <= sk', v)).toBe('ab abc b c');
  expect(await found('pk = :pk AND begins_with(sk, :v)', v)).toBe('ab abc');
  expect(await found('pk = :pk AND sk BETWEEN :v AND :w', { ...v, ':w': S('b') })).toBe('ab abc b');
});

test('Query refuses key conditions that it cannot walk', async () => {
  await createTable(db, { sortKey: 'S' });
  const values = { ':pk': S('p'), ':v': S('v'), ':n': N(1) };
  const cases: [string, string][] = [
    ['sk = :v', 'Query condition missed key schema element: pk'],
    ['pk = :pk AND extra = :v', 'Query condition missed key schema element: sk'],
    ['pk > :pk', 'Query key condition not supported'],
    ['pk = :pk AND sk = :v AND extra = :v', 'Query key condition not supported'],
    ['pk = :n', 'One or more parameter values were invalid: Condition parameter type does not match schema type'],
    ['pk = :pk OR sk = :v', 'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR'],
    ['NOT pk = :pk', 'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: NOT'],
    ['pk = :pk AND sk <> :v', 'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>'],
    [
      'pk = :pk AND contains(sk, :v)',
      'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: contains',
    ],
    [
      'pk = :pk AND sk > :v AND sk < :v',
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'pk = :pk AND sk.x = :v',
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    ],
    [
      'pk = :pk AND size(sk) = :n',
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations',
    ],
    ['', 'Invalid KeyConditionExpression: The expression can not be empty;'],
  ];
  for (const [KeyConditionExpression, expected] of cases) {
    const used = Object.entries(values).filter(([name]) => KeyConditionExpression.includes(name));
    const placeholders = used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {};
    expect(await message('Query', { KeyConditionExpression, ...placeholders })).toBe(expected);
  }
  expect(await message('Query', byPk(''))).toContain('cannot contain an empty string value. Key: pk');
  expect(await message('Query', byPk('p', { Limit: 0 }))).toContain(
    'Member must have value greater than or equal to 1',
  );
  expect(await message('Query', byPk('p', { IndexName: 'none' }))).toBe(
    'The table does not have the specified index: none',
  );
});

test('a filter counts what it reads, and may not be on the keys', async () => {
  await createTable(db, { sortKey: 'N' });
  for (let sk = 0; sk < 10; sk++) await put({ pk: S('p'), sk: N(sk), even: { BOOL: sk % 2 === 0 } });
  const filter = { FilterExpression: 'even = :t', ExpressionAttributeValues: { ':pk': S('p'), ':t': { BOOL: true } } };
  const answer = await query({ ...byPk('p'), ...filter, Limit: 4 });
  expect([answer.Count, answer.ScannedCount, answer.LastEvaluatedKey]).toEqual([2, 4, { pk: S('p'), sk: N(3) }]);
  expect(await pages('Query', { ...byPk('p'), ...filter, Limit: 4 })).toHaveLength(5);
  const counted = await query({ ...byPk('p'), ...filter, Select: 'COUNT' });
  expect(counted).toEqual({ Count: 5, ScannedCount: 10 });
  expect(await message('Query', { ...byPk('p'), FilterExpression: 'sk > :pk' })).toBe(
    'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
  );
});

test('a page ends at 1 MB and at the limit, even when nothing is left', async () => {
  await createTable(db, { sortKey: 'N' });
  for (let sk = 0; sk < 8; sk++) await put({ pk: S('p'), sk: N(sk), v: S('x'.repeat(300_000)) });
  const first = await query(byPk('p'));
  expect(first.Count).toBe(4);
  expect(first.LastEvaluatedKey).toEqual({ pk: S('p'), sk: N(3) });
  expect(await pages('Query', byPk('p'))).toHaveLength(8);
  expect((await query(byPk('p', { Limit: 1, ScanIndexForward: false }))).LastEvaluatedKey).toEqual({
    pk: S('p'),
    sk: N(7),
  });
  expect(
    (await query({ ...byPk('p'), Limit: 1, ExclusiveStartKey: { pk: S('p'), sk: N(6) } })).LastEvaluatedKey,
  ).toEqual({ pk: S('p'), sk: N(7) });
});

test('an ExclusiveStartKey must be a key, and one within the query', async () => {
  await createTable(db, { sortKey: 'N' });
  expect(await message('Query', byPk('p', { ExclusiveStartKey: { pk: S('p') } }))).toBe(
    'The provided starting key is invalid',
  );
  expect(await message('Query', byPk('p', { ExclusiveStartKey: { pk: S('p'), sk: S('x') } }))).toBe(
    'The provided starting key is invalid',
  );
  expect(await message('Query', byPk('p', { ExclusiveStartKey: { pk: S('q'), sk: N(1) } }))).toBe(
    'The provided starting key is outside query boundaries based on provided conditions',
  );
});

test('Scan reads everything once, over pages and segments, while items come and go', async () => {
  await createTable(db, { sortKey: 'N' });
  for (let n = 0; n < 60; n++) await put({ pk: S(`p${n % 20}`), sk: N(n) });
  expect(await pages('Scan', { Limit: 7 })).toHaveLength(60);
  const segments = await Promise.all([0, 1, 2].map(Segment => pages('Scan', { Segment, TotalSegments: 3, Limit: 5 })));
  expect(
    segments
      .flat()
      .map(item => Number(item.sk.N))
      .sort((a, b) => a - b),
  ).toEqual(Array.from({ length: 60 }, (_, n) => n));

  const page = await db.call('Scan', { TableName: 'Things', Limit: 30 });
  await db.call('DeleteItem', { TableName: 'Things', Key: page.LastEvaluatedKey });
  const rest = await pages('Scan', { ExclusiveStartKey: page.LastEvaluatedKey });
  expect(rest).toHaveLength(30);
  expect(await message('Scan', { Segment: 5, TotalSegments: 5 })).toBe(
    'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5',
  );
  expect(await message('Scan', { Segment: 0 })).toBe(
    'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
  );
});
