import {
  BatchGetItemCommand,
  DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type DeliveryRow,
  type IdempotencyRow,
  TerminalError,
  ThrottledError,
  type Transaction,
} from '../../../../core/index.ts';
import { dynamodbLeases } from '../../../../lambdas/adapters/idempotency-dynamodb.ts';
import { dynamodbTransactions } from '../../../../lambdas/adapters/idempotency-transactions-dynamodb.ts';
import { unpackOutbox } from '../../../../lambdas/adapters/outbox-attribute.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const dynamodb = mockClient(DynamoDBClient);
const NOW_MS = 1_700_000_000_000;

function world() {
  const clock = steppingClock(NOW_MS);
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const options = { client, clock, ids: seededUlids(1), tableName: 'rows', outboxTable: 'outbox' };
  const tables = { totals: 'prod-totals', lists: 'prod-lists' };
  return { clock, leases: dynamodbLeases(options), transactions: dynamodbTransactions({ ...options, tables }) };
}

const row = (id: string, more: Partial<DeliveryRow> = {}): DeliveryRow => ({
  id,
  fingerprint: 'f',
  sequence: `s-${id}`,
  writer: 'w',
  expiresAtMs: NOW_MS + 1000,
  ...more,
});
const completed = (id: string, more: Partial<DeliveryRow> = {}): IdempotencyRow => ({
  ...row(id, more),
  status: 'completed',
});
const stored = ({ expiresAtMs, ...rest }: IdempotencyRow) => marshall({ ...rest, expiresAt: expiresAtMs / 1000 });

/** Cancelled; a row stands for itself being there already. */
function cancelled(...reasons: readonly (string | IdempotencyRow)[]): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    CancellationReasons: reasons.map(reason =>
      typeof reason === 'string' ? { Code: reason } : { Code: 'ConditionalCheckFailed', Item: stored(reason) },
    ),
  });
}

const sent = (): TransactWriteItem[][] =>
  dynamodb.commandCalls(TransactWriteItemsCommand).map(call => call.args[0].input.TransactItems ?? []);
const putIds = () => sent().map(items => items.map(({ Put, Update }) => Put?.Item?.id?.S ?? Update?.Key?.id?.S));

beforeEach(() => dynamodb.reset());

describe('dynamodbIdempotency', () => {
  it('finds rows, asks again for keys that stay unprocessed, and reads answers as what they were', async () => {
    const answered = { ...stored(completed('a')), answer: { S: '{"n":1}' } };
    dynamodb
      .on(BatchGetItemCommand)
      .resolvesOnce({ Responses: { rows: [answered] }, UnprocessedKeys: { rows: { Keys: [{ id: { S: 'b' } }] } } })
      .resolvesOnce({ Responses: { rows: [] } });
    expect([...(await world().leases.find(['a', 'b']))]).toEqual([['a', { ...completed('a'), answer: { n: 1 } }]]);
  });

  it('adds rows in one transaction; says of each whether it was new, and adds the others when one was there', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', completed('b', { writer: 'x' }), 'None'))
      .resolves({});
    expect(await world().leases.note([completed('a'), completed('b'), completed('c')])).toEqual([true, false, true]);
    expect(putIds()).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  it('puts no row twice into a transaction: the second comes after the first', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .resolvesOnce({})
      .rejectsOnce(cancelled(completed('a', { sequence: 's-1' })))
      .resolves({});
    const rows = [completed('a', { sequence: 's-1' }), completed('a', { sequence: 's-2' }), completed('b')];
    expect(await world().leases.note(rows)).toEqual([true, false, true]);
    expect(putIds()).toEqual([['a', 'b'], ['a']]);
  });

  it('waits for what gets in the way for a moment, and gives up in the end', async () => {
    const { leases, clock } = world();
    dynamodb.on(TransactWriteItemsCommand).rejectsOnce(cancelled('TransactionConflict', 'None')).resolves({});
    expect(await leases.note([completed('a'), completed('b')])).toEqual([true, true]);
    expect(clock.slept).toHaveLength(1);
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled('ThrottlingError'));
    await expect(leases.note([completed('a')])).rejects.toThrow(ThrottledError);
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled('ValidationError'));
    await expect(leases.note([completed('a')])).rejects.toThrow(TerminalError);
  });
});

describe('dynamodbLeases', () => {
  const lease = { leaseUntilMs: NOW_MS + 500 };

  it('claims what is free or has run out, and says what holds the rest', async () => {
    const held: IdempotencyRow = { ...row('b', { writer: 'x' }), status: 'claimed', leaseUntilMs: NOW_MS + 9 };
    dynamodb.on(TransactWriteItemsCommand).rejectsOnce(cancelled('None', held)).resolves({});
    const outcomes = await world().leases.claim([
      { ...row('a', { acceptance: 'a1' }), ...lease },
      { ...row('b'), ...lease },
    ]);
    expect(outcomes).toEqual([{ status: 'claimed' }, { status: 'known', row: held }]);
    expect(sent()[1]?.[0]?.Update).toMatchObject({
      Key: { id: { S: 'a' } },
      ConditionExpression:
        'attribute_not_exists(id) OR (#status = :claimed AND fingerprint = :fingerprint AND (leaseUntilMs <= :now OR leaseUntilMs > :farthest))',
      ExpressionAttributeValues: {
        ':now': { N: String(NOW_MS) },
        ':leaseUntilMs': { N: String(NOW_MS + 500) },
        ':farthest': { N: String(NOW_MS + 1_000) },
      },
    });
  });

  it('lets drainers, and nobody else, claim what is parked, and parks only what is still held', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    const { leases } = world();
    await leases.claim([{ ...row('a'), ...lease }]);
    await leases.claim([{ ...row('a', { writer: 'lane-1' }), ...lease }]);
    await leases.settle([{ row: row('a'), status: 'parked', reason: 'declined' }]);
    await leases.note([{ ...row('b', { writer: 'lane-1' }), status: 'completed' }]);
    const [claim, drainersClaim, settling, put] = sent().map(([item]) => item);
    const isParked = 'OR (#status = :parked AND fingerprint = :fingerprint)';
    expect(claim?.Update?.ConditionExpression).not.toContain(':parked');
    expect(drainersClaim?.Update?.ConditionExpression).toContain(isParked);
    expect(settling?.Update).toMatchObject({
      ConditionExpression: '#status = :held AND writer = :holder AND #sequence = :of',
      ExpressionAttributeValues: { ':status': { S: 'parked' }, ':reason': { S: 'declined' } },
    });
    expect(put?.Put?.ConditionExpression).toBe(`attribute_not_exists(id) ${isParked}`);
  });

  it('knows its own claim and its own answer again, when only the answer of DynamoDB was lost', async () => {
    const ours: IdempotencyRow = { ...row('a'), status: 'claimed', ...lease };
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(ours))
      .rejectsOnce(cancelled(completed('a')));
    const { leases } = world();
    expect(await leases.claim([{ ...row('a'), ...lease }])).toEqual([{ status: 'claimed' }]);
    expect(await leases.settle([{ row: row('a'), status: 'completed' }])).toEqual([true]);
  });

  it('records an answer with its facts only while the claim is held', async () => {
    const other: IdempotencyRow = { ...row('b', { writer: 'x' }), status: 'claimed', ...lease };
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'None', other))
      .resolves({});
    const outbox = { key: 'k', sequence: '7', facts: [pageViewed()], expiresAtMs: NOW_MS };
    const settled = await world().leases.settle([
      { row: row('a'), status: 'completed', answer: { n: 1 }, outbox },
      { row: row('b'), status: 'refused', reason: 'no' },
    ]);
    expect(settled).toEqual([true, false]);
    const [, [update, put] = []] = sent();
    expect(update?.Update?.ConditionExpression).toBe('#status = :held AND writer = :holder AND #sequence = :of');
    expect(update?.Update?.ExpressionAttributeValues).toMatchObject({ ':answer': { S: '{"n":1}' } });
    expect(put?.Put?.Item).toMatchObject({
      key: { S: 'k' },
      sequence: { S: '7'.padStart(128, '0') },
      outboxAt: { N: '1700000000' },
    });
    expect(unpackOutbox(put?.Put?.Item?.outbox?.B ?? '')).toEqual([JSON.stringify(outbox.facts[0])]);
  });
});

describe('dynamodbTransactions', () => {
  const transaction: Transaction = {
    rows: [row('a'), row('b')],
    writes: [
      {
        table: 'totals',
        key: { account: 'x' },
        write: { write: 'change', table: 'totals', key: { account: 'x' }, add: { sum: 2 }, set: { at: 'now' } },
      },
      {
        table: 'lists',
        key: { owner: 'y' },
        write: { write: 'put', table: 'lists', item: { owner: 'y', n: 1 }, expect: { n: 0 } },
      },
      {
        table: 'lists',
        key: { owner: 'z' },
        write: { write: 'remove', table: 'lists', key: { owner: 'z' }, expect: 'present' },
      },
      {
        table: 'lists',
        key: { owner: 'q' },
        write: { write: 'check', table: 'lists', key: { owner: 'q' }, expect: 'absent' },
      },
    ],
    outbox: [{ key: 'k', sequence: '7', facts: [pageViewed()], expiresAtMs: NOW_MS }],
  };

  it('writes rows, effects and facts together, under the conditions that the effects name', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    expect(await world().transactions.commit(transaction)).toEqual({ status: 'committed' });
    const [items = []] = sent();
    expect(items.map(item => Object.keys(item)[0])).toEqual([
      'Put',
      'Put',
      'Update',
      'Put',
      'Delete',
      'ConditionCheck',
      'Put',
    ]);
    expect(items[0]?.Put).toMatchObject({ TableName: 'rows', ConditionExpression: 'attribute_not_exists(id)' });
    expect(items[2]?.Update).toMatchObject({ TableName: 'prod-totals', UpdateExpression: 'SET #s0 = :s0 ADD #a0 :a0' });
    expect(items[3]?.Put).toMatchObject({
      ConditionExpression: 'attribute_exists(#k) AND #e0 = :e0',
      ExpressionAttributeNames: { '#k': 'owner', '#e0': 'n' },
      ExpressionAttributeValues: { ':e0': { N: '0' } },
    });
    expect(items[4]?.Delete?.ConditionExpression).toBe('attribute_exists(#k)');
    expect(items[5]?.ConditionCheck?.ConditionExpression).toBe('attribute_not_exists(#k)');
  });

  it('says of a cancelled transaction which rows were there, and what stood in the way of each effect', async () => {
    const known = completed('b', { writer: 'x' });
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(
        cancelled('None', known, 'TransactionConflict', 'ConditionalCheckFailed', 'ValidationError', 'None', 'None'),
      );
    expect(await world().transactions.commit(transaction)).toEqual({
      status: 'cancelled',
      known: new Map([['b', known]]),
      obstacles: ['busy', 'unexpected', 'refused', undefined],
      reason: 'Cannot commit: ConditionalCheckFailed, TransactionConflict, ValidationError',
    });
  });

  it('refuses for good what is no effect and cannot be, and what DynamoDB cannot hold', async () => {
    const { transactions } = world();
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'None', 'None', 'None', 'None', 'None', 'ValidationError'));
    await expect(transactions.commit(transaction)).rejects.toThrow(TerminalError);
    const nothing = { write: 'put', table: 'lists', item: { owner: 'y', n: Symbol('no') } } as const;
    const unfit = { ...transaction, writes: [{ table: 'lists', key: { owner: 'y' }, write: nothing }] };
    await expect(transactions.commit(unfit)).rejects.toThrow(TerminalError);
    dynamodb.on(TransactWriteItemsCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    await expect(transactions.commit(transaction)).rejects.toThrow(ThrottledError);
  });

  it('reads the items of each table together, in the order that they were asked for', async () => {
    dynamodb.on(BatchGetItemCommand).callsFake(async ({ RequestItems }) => {
      const [table = ''] = Object.keys(RequestItems);
      return { Responses: { [table]: table === 'prod-lists' ? [marshall({ n: 3, owner: 'y' })] : [] } };
    });
    const refs = [
      { table: 'totals', key: { account: 'x' } },
      { table: 'lists', key: { owner: 'z' } },
      { table: 'lists', key: { owner: 'y' } },
    ];
    expect(await world().transactions.read(refs)).toEqual([undefined, undefined, { owner: 'y', n: 3 }]);
    expect(dynamodb.commandCalls(BatchGetItemCommand)).toHaveLength(2);
  });
});
