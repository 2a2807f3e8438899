import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { type Answer, createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db, {
    sortKey: 'N',
    AttributeDefinitions: [
      { AttributeName: 'team', AttributeType: 'S' },
      { AttributeName: 'score', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byTeam',
        KeySchema: [
          { AttributeName: 'team', KeyType: 'HASH' },
          { AttributeName: 'score', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['shown'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'byScore',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'score', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
});

const put = (Item: object) => db.call('PutItem', { TableName: 'Things', Item });
const byTeam = (more: object = {}) => ({
  TableName: 'Things',
  IndexName: 'byTeam',
  KeyConditionExpression: 'team = :t',
  ExpressionAttributeValues: { ':t': S('red') },
  ...more,
});
const byScore = (more: object = {}) => ({
  TableName: 'Things',
  IndexName: 'byScore',
  KeyConditionExpression: 'pk = :p',
  ExpressionAttributeValues: { ':p': S('p') },
  ...more,
});

test('an index holds only items that have its keys, and follows their changes', async () => {
  await put({ pk: S('p'), sk: N(1), team: S('red'), score: N(5) });
  await put({ pk: S('p'), sk: N(2), team: S('red') });
  await put({ pk: S('p'), sk: N(3), team: S('red'), score: N(1) });
  const scores = async () =>
    (await db.call('Query', byTeam())).Items.map((item: Answer) => `${item.sk.N}:${item.score.N}`);
  expect(await scores()).toEqual(['3:1', '1:5']);
  const update = (sk: number, UpdateExpression: string, values?: object) =>
    db.call('UpdateItem', {
      TableName: 'Things',
      Key: { pk: S('p'), sk: N(sk) },
      UpdateExpression,
      ExpressionAttributeValues: values,
    });
  await update(3, 'SET score = :s', { ':s': N(9) });
  await update(2, 'SET score = :s', { ':s': N(7) });
  expect(await scores()).toEqual(['1:5', '2:7', '3:9']);
  await update(1, 'REMOVE team');
  await db.call('DeleteItem', { TableName: 'Things', Key: { pk: S('p'), sk: N(2) } });
  expect(await scores()).toEqual(['3:9']);
});

test('an index shows what it projects; a local one fetches the rest', async () => {
  const item = { pk: S('p'), sk: N(1), team: S('red'), score: N(5), shown: S('s'), secret: S('h') };
  await put(item);
  const { secret, ...projected } = item;
  expect((await db.call('Query', byTeam())).Items).toEqual([projected]);
  expect((await db.call('Query', byScore())).Items).toEqual([{ pk: S('p'), sk: N(1), score: N(5) }]);
  expect((await db.call('Query', byScore({ Select: 'ALL_ATTRIBUTES' }))).Items).toEqual([item]);
  expect((await db.call('Query', byScore({ ProjectionExpression: 'secret' }))).Items).toEqual([{ secret }]);
  expect((await db.call('Scan', { TableName: 'Things', IndexName: 'byTeam' })).Items).toEqual([projected]);
  const message = async (input: object) => (await db.refusal('Query', byTeam(input))).message;
  expect(await message({ ConsistentRead: true })).toBe(
    'Consistent reads are not supported on global secondary indexes',
  );
  expect(await message({ Select: 'ALL_ATTRIBUTES' })).toContain(
    'not supported for global secondary index byTeam because its projection type is not ALL',
  );
  expect(await message({ ProjectionExpression: 'secret' })).toBe(
    'One or more parameter values were invalid: Global secondary index byTeam does not project [secret]',
  );
});

test('items of equal index keys are all found, over pages of one', async () => {
  for (let sk = 0; sk < 5; sk++) await put({ pk: S(`p${sk % 2}`), sk: N(sk), team: S('red'), score: N(1) });
  const found: number[] = [];
  let ExclusiveStartKey: object | undefined;
  do {
    const page = await db.call('Query', byTeam({ Limit: 1, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }));
    found.push(...page.Items.map((item: Answer) => Number(item.sk.N)));
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey) expect(Object.keys(ExclusiveStartKey).sort()).toEqual(['pk', 'score', 'sk', 'team']);
  } while (ExclusiveStartKey);
  expect(found.sort()).toEqual([0, 1, 2, 3, 4]);
});

test('values that an index key cannot have are refused', async () => {
  const message = async (item: object) =>
    (await db.refusal('PutItem', { TableName: 'Things', Item: { pk: S('p'), sk: N(1), ...item } })).message;
  expect(await message({ team: N(1) })).toBe(
    'One or more parameter values were invalid: Type mismatch for Index Key team Expected: S Actual: N IndexName: byTeam',
  );
  expect(await message({ team: S('') })).toBe(
    'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byTeam, IndexKey: team',
  );
  const update = await db.refusal('UpdateItem', {
    TableName: 'Things',
    Key: { pk: S('p'), sk: N(1) },
    UpdateExpression: 'SET team = :v',
    ExpressionAttributeValues: { ':v': S('') },
  });
  expect(update.message).toBe(
    'One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.',
  );
});

test('after any writes, an index answers as a filter over the table would', async () => {
  const write = fc.record({
    pk: fc.constantFrom('p', 'q'),
    sk: fc.nat(4),
    team: fc.option(fc.constantFrom('red', 'blue')),
    score: fc.option(fc.integer({ min: -3, max: 3 })),
    remove: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 30 }), async writes => {
      for (const { pk, sk, team, score, remove } of writes) {
        const Key = { pk: S(pk), sk: N(sk) };
        if (remove) await db.call('DeleteItem', { TableName: 'Things', Key });
        else await put({ ...Key, ...(team ? { team: S(team) } : {}), ...(score === null ? {} : { score: N(score) }) });
      }
      const all: Answer[] = (await db.call('Scan', { TableName: 'Things' })).Items;
      const inTeam = all.filter(item => item.team?.S === 'red' && item.score);
      const found: Answer[] = (await db.call('Query', byTeam())).Items;
      const identity = (item: Answer) => `${item.pk.S}/${item.sk.N}/${item.score.N}`;
      expect(found.map(identity).sort()).toEqual(inTeam.map(identity).sort());
      const scores = found.map(item => Number(item.score.N));
      expect(scores).toEqual([...scores].sort((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});
