import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { ThrottledError } from '../../../../core/index.ts';
import { countSales, type Sale } from '../../../../lambdas/adapters/sales-table-dynamodb.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const dynamodb = mockClient(DynamoDBClient);

function sale(eventId: string, day = '2010-12-01', quantity = 1): Sale {
  const purchase = { visitorId: 'v', product: 'p', currency: 'GBP', day, quantity, amountMilli: quantity * 1000 };
  return { eventId, fingerprint: `f-${eventId}`, purchase };
}

async function count(sales: readonly Sale[]) {
  const outcomes: Record<string, string> = {};
  const clock = steppingClock(1_700_000_000_000);
  const options = {
    client: new DynamoDBClient({ region: 'eu-west-1' }),
    salesTable: 'daily-sales',
    tableName: 'idempotency',
    rememberDays: 31,
    clock,
    ids: seededUlids(1),
  };
  const done = countSales(options, sales, ({ eventId }, outcome) => {
    outcomes[eventId] = outcome;
  });
  return { done: done.then(() => outcomes), outcomes, clock };
}

function cancelled(...reasons: readonly { Code: string; Item?: Record<string, AttributeValue> }[]) {
  return new TransactionCanceledException({ $metadata: {}, message: 'cancelled', CancellationReasons: [...reasons] });
}

const transactions = () =>
  dynamodb.commandCalls(TransactWriteItemsCommand).map(call => call.args[0].input.TransactItems ?? []);
const fingerprinted = (S: string): Record<string, AttributeValue> => ({ fingerprint: { S } });
const none = { Code: 'None' };

describe('countSales', () => {
  beforeEach(() => dynamodb.reset());

  it('writes an idempotency row for each sale and one sum for each day, in one transaction', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    const { done } = await count([sale('a'), sale('b', '2010-12-02'), sale('c', '2010-12-01', -3)]);
    expect(await done).toEqual({ a: 'consumed', b: 'consumed', c: 'consumed' });
    const [items = []] = transactions();
    expect(items).toHaveLength(5);
    expect(items[0]?.Put).toMatchObject({
      TableName: 'idempotency',
      Item: marshall({ id: 'sales-projector#a', fingerprint: 'f-a', expiresAt: 1_700_000_000 + 31 * 24 * 60 * 60 }),
      ConditionExpression: 'attribute_not_exists(id)',
    });
    expect(items[3]?.Update).toMatchObject({
      Key: marshall({ day: '2010-12-01' }),
      ExpressionAttributeValues: marshall({ ':lines': 2, ':quantity': -2, ':amount': -2000 }),
    });
  });

  it('drops the duplicates that the cancellation names, and counts the rest', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled({ Code: 'ConditionalCheckFailed', Item: fingerprinted('f-a') }, none, none))
      .resolves({});
    const { done, clock } = await count([sale('a'), sale('b')]);
    expect(await done).toEqual({ a: 'duplicate', b: 'consumed' });
    expect(transactions()[1]).toHaveLength(2);
    expect(clock.slept).toEqual([]);
  });

  it('needs no further transaction when all were duplicates', async () => {
    dynamodb.on(TransactWriteItemsCommand).rejectsOnce(cancelled({ Code: 'ConditionalCheckFailed' }, none));
    expect(await (await count([sale('a')])).done).toEqual({ a: 'duplicate' });
    expect(transactions()).toHaveLength(1);
  });

  it('calls the same id with other content a conflict', async () => {
    const found = { Code: 'ConditionalCheckFailed', Item: fingerprinted('another') };
    dynamodb.on(TransactWriteItemsCommand).rejectsOnce(cancelled(found, none));
    expect(await (await count([sale('a')])).done).toEqual({ a: 'conflict' });
  });

  it('tries again with growing waits when transactions meet, then gives up retryably', async () => {
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled(none, { Code: 'TransactionConflict' }));
    const { done, outcomes, clock } = await count([sale('a')]);
    await expect(done).rejects.toThrow(ThrottledError);
    expect(outcomes).toEqual({});
    expect(clock.slept).toHaveLength(9);
    expect(clock.slept.at(-1)).toBeGreaterThan(clock.slept[0] ?? 0);
  });

  it('reports what was counted before a later chunk failed', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolvesOnce({}).rejects(new Error('the table is gone'));
    const sales = Array.from({ length: 60 }, (_, i) => sale(`s${i}`));
    const { done, outcomes } = await count(sales);
    await expect(done).rejects.toThrow('the table is gone');
    expect(Object.keys(outcomes)).toHaveLength(50);
  });

  it('stays within 100 items even when every sale is of another day', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    const { done } = await count(Array.from({ length: 130 }, (_, i) => sale(`s${i}`, `2010-${i}`)));
    await done;
    for (const items of transactions()) expect(items.length).toBeLessThanOrEqual(100);
  });

  it('asks nothing while nothing is known, and once for the rest when something is', async () => {
    const sales = Array.from({ length: 120 }, (_, i) => sale(`s${i}`));
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    await (await count(sales)).done;
    expect(dynamodb.commandCalls(BatchGetItemCommand)).toHaveLength(0);

    dynamodb.reset();
    const knownToAll = sales.slice(0, 50).map(({ eventId }) => ({
      Code: 'ConditionalCheckFailed',
      Item: fingerprinted(`f-${eventId}`),
    }));
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(...knownToAll, none))
      .resolves({});
    const stored = sales.slice(50, 119).map(({ eventId, fingerprint }) => {
      return marshall({ id: `sales-projector#${eventId}`, fingerprint: eventId === 's60' ? 'another' : fingerprint });
    });
    dynamodb.on(BatchGetItemCommand).resolves({ Responses: { idempotency: stored } });
    const outcomes = await (await count(sales)).done;
    const of = (outcome: string) => Object.values(outcomes).filter(each => each === outcome).length;
    expect([of('duplicate'), of('conflict'), of('consumed'), outcomes.s60]).toEqual([118, 1, 1, 'conflict']);
    expect(transactions()).toHaveLength(2);
    const reads = dynamodb.commandCalls(BatchGetItemCommand).map(call => call.args[0].input.RequestItems?.idempotency);
    expect(reads.map(read => read?.Keys?.length)).toEqual([70]);
  });

  it('reads again what BatchGetItem left unprocessed', async () => {
    const sales = Array.from({ length: 60 }, (_, i) => sale(`s${i}`));
    const known = { Code: 'ConditionalCheckFailed', Item: fingerprinted('f-s0') };
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(known, ...Array(49).fill(none), none))
      .resolves({});
    const last = marshall({ id: 'sales-projector#s59', fingerprint: 'f-s59' });
    const Keys = [marshall({ id: 'sales-projector#s59' })];
    dynamodb
      .on(BatchGetItemCommand)
      .resolvesOnce({ UnprocessedKeys: { idempotency: { Keys } } })
      .resolves({ Responses: { idempotency: [last] } });
    const { s0, s1, s58, s59 } = await (await count(sales)).done;
    expect([s0, s1, s58, s59]).toEqual(['duplicate', 'consumed', 'consumed', 'duplicate']);
  });
});
