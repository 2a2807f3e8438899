import { BatchWriteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AwsError } from '../../../local/cloud/aws-error.ts';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { openCloud } from '../../../local/index.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { type Answer, createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

const TABLE_ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';
const TABLE_MESSAGE =
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.';

let db: Fixture;

beforeEach(() => {
  db = dynamodb({ enforceLimits: true });
});

const provisioned = (read: number, write: number) => ({
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
});
const kb = (size: number) => S('x'.repeat(size * 1024 - 20));
const put = (pk: string, more: object = {}) =>
  db.call('PutItem', { TableName: 'Things', Item: { pk: S(pk), ...more } });
const get = (pk: string, ConsistentRead = true) =>
  db.call('GetItem', { TableName: 'Things', Key: { pk: S(pk) }, ConsistentRead });
const error = (promise: Promise<unknown>): Promise<AwsError> =>
  promise.then(
    () => {
      throw new Error('Expected a refusal');
    },
    (refusal: AwsError) => refusal,
  );

/** How many of these calls are carried out before the first refusal. */
async function untilRefused(call: (n: number) => Promise<unknown>, most = 20_000): Promise<number> {
  for (let n = 0; n < most; n++) {
    const refused = await call(n).then(
      () => false,
      (refusal: AwsError) => /Throughput|Throttling/.test(refusal.code),
    );
    if (refused) return n;
  }
  return most;
}

describe('a provisioned table', () => {
  test('refuses what exceeds its write units, in the words of AWS', async () => {
    await createTable(db, provisioned(5, 3));
    expect(await untilRefused(n => put(`k${n}`))).toBe(3);
    const refusal = await error(put('one more'));
    expect([refusal.code, refusal.status, refusal.message, refusal.fields]).toEqual([
      'ProvisionedThroughputExceededException',
      400,
      TABLE_MESSAGE,
      { ThrottlingReasons: [{ reason: 'TableWriteProvisionedThroughputExceeded', resource: TABLE_ARN }] },
    ]);
    expect((await get('one more')).Item).toBeUndefined();
    await db.clock.advance(1000);
    expect(await untilRefused(n => put(`l${n}`))).toBe(3);
  });

  test('counts an item by its size, reads and writes apart, consistent reads double', async () => {
    await createTable(db, provisioned(4, 10));
    await put('big', { data: kb(8) });
    expect(await untilRefused(() => put('small'))).toBe(2);
    expect(await untilRefused(() => get('big'))).toBe(2);
    await db.clock.advance(1000);
    expect(await untilRefused(() => get('big', false))).toBe(4);
  });

  test('saves what is not used, for five minutes', async () => {
    await createTable(db, provisioned(1, 2));
    await db.clock.advance(60_000);
    expect(await untilRefused(n => put(`a${n}`))).toBe(2 + 120);
    await db.clock.advance(60 * 60_000);
    expect(await untilRefused(n => put(`b${n}`))).toBe(600);
  });

  test('takes an item that is greater than all it can ever save', async () => {
    await createTable(db, provisioned(1, 1));
    expect((await error(put('big', { data: kb(399) }))).code).toBe('ProvisionedThroughputExceededException');
    await db.clock.advance(300_000);
    await put('big', { data: kb(399) });
    await db.clock.advance(90_000);
    expect((await error(put('small'))).code).toBe('ProvisionedThroughputExceededException');
    await db.clock.advance(11_000);
    await put('small');
  });

  test('charges a write whose condition fails as one of the item that is there', async () => {
    await createTable(db, provisioned(1, 4));
    await put('a', { data: kb(1) });
    const create = () =>
      error(
        db.call('PutItem', {
          TableName: 'Things',
          Item: { pk: S('a') },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const codes: string[] = [];
    for (let n = 0; n < 4; n++) codes.push((await create()).code);
    expect(codes).toEqual([
      ...Array(3).fill('ConditionalCheckFailedException'),
      'ProvisionedThroughputExceededException',
    ]);
  });

  test('lets a query begin on credit, and makes the next ones wait until it is paid for', async () => {
    await createTable(db, { sortKey: 'N', ...provisioned(2, 1000) });
    for (let n = 0; n < 10; n++) {
      await db.call('PutItem', { TableName: 'Things', Item: { pk: S('a'), sk: N(n), data: kb(8) } });
    }
    const query = () =>
      db.call('Query', {
        TableName: 'Things',
        KeyConditionExpression: 'pk = :a',
        ExpressionAttributeValues: { ':a': S('a') },
        ReturnConsumedCapacity: 'TOTAL',
      });
    expect((await query()).ConsumedCapacity.CapacityUnits).toBe(10);
    expect((await error(query())).code).toBe('ProvisionedThroughputExceededException');
    expect((await error(db.call('Scan', { TableName: 'Things' }))).code).toBe('ProvisionedThroughputExceededException');
    await db.clock.advance(4000);
    expect((await error(query())).code).toBe('ProvisionedThroughputExceededException');
    await db.clock.advance(1);
    await query();
  });

  test('takes more at once when UpdateTable gives it more', async () => {
    await createTable(db, provisioned(1, 1));
    await put('a');
    await db.call('UpdateTable', {
      TableName: 'Things',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 50 },
    });
    await db.clock.advance(1000);
    expect(await untilRefused(n => put(`k${n}`))).toBe(50);
  });
});

const INDEX = {
  AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byG',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 },
    },
  ],
};

describe('a global index', () => {
  beforeEach(() => createTable(db, { ...provisioned(100, 100), ...INDEX }));

  test('that takes too much holds up the writes of its table, but only those that change it', async () => {
    expect(await untilRefused(n => put(`k${n}`, { g: S('x') }))).toBe(2);
    const refusal = await error(put('more', { g: S('x') }));
    expect(refusal.message).toBe(
      'The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API.',
    );
    expect(refusal.fields).toEqual({
      ThrottlingReasons: [{ reason: 'IndexWriteProvisionedThroughputExceeded', resource: `${TABLE_ARN}/index/byG` }],
    });
    await put('not in the index');
    expect((await db.call('Scan', { TableName: 'Things' })).Count).toBe(3);
    await db.call('UpdateTable', {
      TableName: 'Things',
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'byG', ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 9 } } },
      ],
    });
    expect(await untilRefused(n => put(`l${n}`, { g: S('x') }))).toBe(9);
  });

  test('is read out of its own units, and the table out of its', async () => {
    for (const pk of ['a', 'b']) await put(pk, { g: S('x'), data: kb(40) }).catch(() => put(pk, { g: S('x') }));
    const scan = (more: object = {}) => db.call('Scan', { TableName: 'Things', ...more });
    expect(await untilRefused(() => scan({ IndexName: 'byG' }))).toBeLessThan(6);
    await scan();
    await scan();
  });
});

describe('a table on demand', () => {
  test('takes 4,000 writes per second over its keys, and says that it grows', async () => {
    await createTable(db);
    expect(await untilRefused(n => put(`k${n}`))).toBe(4000);
    const refusal = await error(put('more'));
    expect([refusal.code, refusal.fields]).toEqual([
      'ThrottlingException',
      { ThrottlingReasons: [{ reason: 'TableWriteAccountLimitExceeded', resource: TABLE_ARN }] },
    ]);
    expect(refusal.message).toMatch(/^Throughput exceeds the current capacity of your table or index\./);
  });

  test('takes twice its highest rate, once that is half an hour old', async () => {
    await createTable(db);
    expect(await untilRefused(n => put(`k${n}`))).toBe(4000);
    await db.clock.advance(10 * 60_000);
    expect(await untilRefused(n => put(`k${n}`))).toBe(4000);
    await db.clock.advance(20 * 60_000);
    expect(await untilRefused(n => put(`k${n}`))).toBe(8000);
  });

  test('takes 1,000 writes and 3,000 reads per second of one key, and others beside it', async () => {
    await createTable(db);
    expect(await untilRefused(() => put('hot'))).toBe(1000);
    expect((await error(put('hot'))).fields).toEqual({
      ThrottlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: TABLE_ARN }],
    });
    await put('cold');
    expect(await untilRefused(() => get('hot'))).toBe(3000);
    await get('cold');
    await db.clock.advance(500);
    expect(await untilRefused(() => put('hot'))).toBe(500);
  });
});

describe('calls of several items', () => {
  const write = (pk: string) => ({ PutRequest: { Item: { pk: S(pk) } } });

  test('BatchWriteItem does what it can and gives the rest back, or is refused when that is nothing', async () => {
    await createTable(db, provisioned(10, 3));
    const batch = (entries: object[]) => db.call('BatchWriteItem', { RequestItems: { [TABLE_ARN]: entries } });
    const entries = ['a', 'b', 'c', 'd', 'e'].map(write);
    const answer = await batch(entries);
    expect(answer).toEqual({ UnprocessedItems: { [TABLE_ARN]: [write('d'), write('e')] } });
    expect((await error(batch(answer.UnprocessedItems[TABLE_ARN]))).code).toBe(
      'ProvisionedThroughputExceededException',
    );
    await db.clock.advance(1000);
    expect(await batch(answer.UnprocessedItems[TABLE_ARN])).toEqual({ UnprocessedItems: {} });
    expect((await db.call('Scan', { TableName: 'Things' })).Count).toBe(5);
  });

  test('BatchGetItem gives the keys back that it could not read, with the members of the request', async () => {
    await createTable(db, provisioned(2, 100));
    for (const pk of ['a', 'b', 'c']) await put(pk);
    const Keys = ['a', 'b', 'c'].map(pk => ({ pk: S(pk) }));
    const batch = () => db.call('BatchGetItem', { RequestItems: { Things: { Keys, ConsistentRead: true } } });
    const answer = await batch();
    expect(answer.Responses.Things).toHaveLength(2);
    expect(answer.UnprocessedKeys).toEqual({ Things: { Keys: [{ pk: S('c') }], ConsistentRead: true } });
    expect((await error(batch())).code).toBe('ProvisionedThroughputExceededException');
  });

  const transact = (...pks: string[]) =>
    db.call('TransactWriteItems', {
      TransactItems: pks.map(pk => ({ Put: { TableName: 'Things', Item: { pk: S(pk) } } })),
    });

  test('a transaction costs double, and is cancelled as a whole with a reason for each action', async () => {
    await createTable(db, provisioned(6, 6));
    const refusal = await error(transact('a', 'b', 'c', 'd'));
    expect([refusal.code, refusal.message, refusal.fields]).toEqual([
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, None, ProvisionedThroughputExceeded]',
      {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'None' },
          { Code: 'None' },
          { Code: 'ProvisionedThroughputExceeded', Message: TABLE_MESSAGE },
        ],
      },
    ]);
    expect((await db.call('Scan', { TableName: 'Things' })).Count).toBe(0);
    await transact('a', 'b', 'c');
    const read = await error(
      db.call('TransactGetItems', {
        TransactItems: ['a', 'b', 'c'].map(pk => ({ Get: { TableName: 'Things', Key: { pk: S(pk) } } })),
      }),
    );
    expect(read.message).toContain('[None, None, ProvisionedThroughputExceeded]');
  });

  test('a transaction on demand is cancelled with ThrottlingError', async () => {
    await createTable(db);
    await untilRefused(() => put('hot'));
    const refusal = (await error(transact('cold', 'hot'))) as AwsError & { fields: Answer };
    expect(refusal.fields.CancellationReasons.map((reason: Answer) => reason.Code)).toEqual([
      'None',
      'ThrottlingError',
    ]);
  });
});

test('without the option nothing is refused', async () => {
  db = dynamodb();
  await createTable(db, provisioned(1, 1));
  expect(await untilRefused(() => put('a'), 5000)).toBe(5000);
});

test('deletions by time to live are free, refusals are counted as throttle events', async () => {
  const metrics: MetricDatum[] = [];
  db.cloud.metrics = datum => metrics.push(datum);
  await createTable(db, provisioned(100, 10));
  await db.call('UpdateTimeToLive', {
    TableName: 'Things',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
  });
  for (let n = 0; n < 10; n++) await put(`k${n}`, { expiresAt: N(db.clock.now() / 1000) });
  await error(put('more'));
  await db.clock.advance(1000);
  expect((await db.call('Scan', { TableName: 'Things' })).Count).toBe(0);
  expect(await untilRefused(n => put(`l${n}`))).toBe(10);
  expect(metrics.filter(({ name }) => name === 'WriteThrottleEvents')).toEqual(
    Array(2).fill({
      namespace: 'AWS/DynamoDB',
      name: 'WriteThrottleEvents',
      dimensions: { TableName: 'Things' },
      value: 1,
      unit: 'Count',
    }),
  );
});

test('over any time, no more is taken than came in and was saved before', async () => {
  const step = fc.oneof(
    fc.record({ waitMs: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({ puts: fc.integer({ min: 1, max: 60 }), size: fc.integer({ min: 0, max: 3 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(step, { maxLength: 25 }), async (units, steps) => {
      db = dynamodb({ enforceLimits: true });
      await createTable(db, provisioned(1, units));
      const startMs = db.clock.now();
      let taken = 0;
      for (const action of steps) {
        if ('waitMs' in action) await db.clock.advance(action.waitMs);
        else {
          const cost = action.size + 1;
          taken +=
            cost * (await untilRefused(n => put(`k${n}`, { data: S('x'.repeat(action.size * 1024)) }), action.puts));
        }
        const come = units + (units * (db.clock.now() - startMs)) / 1000;
        expect(taken).toBeLessThanOrEqual(come + 1e-6);
      }
    }),
    { numRuns: 40, seed: 3 },
  );
});

test('an SDK client repeats what is refused, until it is taken', async () => {
  const clock = new VirtualClock();
  const opened = await openCloud({ port: 0, clock, limits: { dynamodb: true } });
  const client = new DynamoDBClient({
    endpoint: opened.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
  });
  let refusals = 0;
  client.middlewareStack.add(
    next => async args => {
      try {
        return await next(args);
      } catch (refusal) {
        refusals++;
        await clock.advance(1000);
        throw refusal;
      }
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  try {
    await opened.cloud.call({
      service: 'dynamodb',
      operation: 'CreateTable',
      principal: { kind: 'operator' },
      input: {
        TableName: 'Things',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ...provisioned(1, 1),
      },
    });
    for (const pk of ['a', 'b'])
      await client.send(new PutItemCommand({ TableName: 'Things', Item: { pk: { S: pk } } }));
    expect(refusals).toBe(1);
    const puts = ['c', 'd', 'e'].map(pk => ({ PutRequest: { Item: { pk: { S: pk } } } }));
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { Things: puts } }));
    expect(answer.UnprocessedItems?.Things).toHaveLength(2);
    expect(refusals).toBe(2);
  } finally {
    client.destroy();
    await opened.close();
  }
});
