import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { openJournal } from '../../../local/journal/disk-journal.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { type Answer, createTable, dynamodb, type Fixture, type FixtureOptions, N, S } from './dynamodb-fixture.ts';

const HOUR_MS = 60 * 60 * 1000;
const TABLE_ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';
const STREAM = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };

let root: string;
let starts = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-dynamodb-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Durable extends Fixture {
  /** The database of a process that is started after this one was killed now, perhaps some time later. */
  restarted(after?: { readonly downMs?: number }): Promise<Durable>;
}

interface Start extends FixtureOptions {
  readonly snapshotAfterBytes?: number;
}

async function start(options: Start = {}, folder = join(root, `data-${starts++}`)): Promise<Durable> {
  const { snapshotAfterBytes = 1 << 26, ...rest } = options;
  const journal = openJournal({ folder, snapshotAfterBytes });
  const db = dynamodb({ seed: starts, ...rest, journal });
  await journal.resume();
  return {
    ...db,
    async restarted({ downMs = 0 } = {}) {
      await journal.settled();
      const copy = join(root, `data-${starts++}`);
      cpSync(folder, copy, { recursive: true });
      rmSync(join(copy, 'lock'), { force: true });
      // a clock of its own: the timers of the killed process are not to run
      return start({ ...options, clock: new VirtualClock(db.clock.now() + downMs) }, copy);
    },
  };
}

const put = (db: Fixture, item: JsonObject) => db.call('PutItem', { TableName: 'Things', Item: item });
const remove = (db: Fixture, key: JsonObject) => db.call('DeleteItem', { TableName: 'Things', Key: key });
const scan = async (db: Fixture, more: object = {}): Promise<Answer> =>
  (await db.call('Scan', { TableName: 'Things', ...more })).Items;

async function shardsOf(db: Fixture, StreamArn: string): Promise<Answer[]> {
  return (await db.streams('DescribeStream', { StreamArn })).StreamDescription.Shards;
}

/** Everything that a stream holds, shard by shard. */
async function recordsOf(db: Fixture, StreamArn: string): Promise<Answer[]> {
  const pages: Answer[] = [];
  for (const { ShardId } of await shardsOf(db, StreamArn)) {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const page = await db.streams('GetRecords', await db.streams('GetShardIterator', input));
    pages.push({ ShardId, records: page.Records, ended: page.NextShardIterator === undefined });
  }
  return pages;
}

/** What every read API says about everything there is. */
async function everything(db: Fixture): Promise<Answer> {
  const tables: Answer[] = [];
  for (const TableName of (await db.call('ListTables', {})).TableNames) {
    const { Table } = await db.call('DescribeTable', { TableName });
    const indexes = [...(Table.GlobalSecondaryIndexes ?? []), ...(Table.LocalSecondaryIndexes ?? [])];
    tables.push({
      Table,
      ttl: await db.call('DescribeTimeToLive', { TableName }),
      backups: await db.call('DescribeContinuousBackups', { TableName }),
      tags: await db.call('ListTagsOfResource', { ResourceArn: Table.TableArn }),
      items: (await db.call('Scan', { TableName, ReturnConsumedCapacity: 'TOTAL' })) as Answer,
      views: await Promise.all(indexes.map(({ IndexName }) => db.call('Scan', { TableName, IndexName }))),
    });
  }
  const streams: Answer[] = [];
  for (const { StreamArn } of (await db.streams('ListStreams', {})).Streams) {
    streams.push(await db.streams('DescribeStream', { StreamArn }), await recordsOf(db, StreamArn));
  }
  return { tables, streams };
}

const INDEXES = {
  AttributeDefinitions: [
    { AttributeName: 'g', AttributeType: 'N' },
    { AttributeName: 'l', AttributeType: 'B' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byG',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byL',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'l', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

test('a table comes back with its settings, and every value as it was to the byte', async () => {
  const db = await start();
  await createTable(db, {
    sortKey: 'B',
    ...INDEXES,
    ...STREAM,
    Tags: [{ Key: 'owner', Value: 'travel' }],
    DeletionProtectionEnabled: true,
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
    WarmThroughput: { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5000 },
    SSESpecification: { Enabled: true, KMSMasterKeyId: 'arn:aws:kms:eu-west-1:000000000000:key/k' },
  });
  await db.call('UpdateTimeToLive', {
    TableName: 'Things',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
  });
  await db.call('UpdateContinuousBackups', {
    TableName: 'Things',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
  });
  await db.call('TagResource', { ResourceArn: TABLE_ARN, Tags: [{ Key: 'tier', Value: '1' }] });
  await db.call('UntagResource', { ResourceArn: TABLE_ARN, TagKeys: ['owner'] });
  await put(db, {
    pk: S('k\0\u0001\ue000\u{1f600}'),
    sk: { B: Buffer.from([0, 0, 1, 255, 0]).toString('base64') },
    g: N('-1.00000000000000000000000000000000000010E-5'),
    l: { B: 'AAAB' },
    deep: {
      M: { list: { L: [{ NULL: true }, { BOOL: false }, { M: {} }, { L: [] }, { S: '' }] }, ['__proto__']: N(1) },
    },
    ns: { NS: ['3', '1E+20', '-0.5'] },
    bs: { BS: ['AA==', 'AAA='] },
    ss: { SS: ['é', 'e', '\ud83d\ude00'] },
    note: S('line\nbreak\ttab \u2028'),
  });
  const before = await everything(db);
  const after = await db.restarted();
  expect(await everything(after)).toEqual(before);
  expect(await everything(await after.restarted())).toEqual(before);
});

test('an index that UpdateTable made, or took away, is so after a restart', async () => {
  const db = await start();
  await createTable(db, { sortKey: 'S', ...INDEXES });
  await put(db, { pk: S('a'), sk: S('b'), g: N(1), h: S('x') });
  await db.call('UpdateTable', {
    TableName: 'Things',
    AttributeDefinitions: [{ AttributeName: 'h', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [
      { Delete: { IndexName: 'byG' } },
      {
        Create: {
          IndexName: 'byH',
          KeySchema: [{ AttributeName: 'h', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      },
    ],
  });
  const after = await db.restarted();
  expect(await scan(after, { IndexName: 'byH' })).toEqual([{ pk: S('a'), sk: S('b'), h: S('x') }]);
  await expect(scan(after, { IndexName: 'byG' })).rejects.toThrow('does not have the specified index: byG');
  expect(await everything(after)).toEqual(await everything(db));
});

test('a table made again under its name has none of the items that the old one had', async () => {
  const db = await start();
  await createTable(db);
  await put(db, { pk: S('old') });
  await db.call('DeleteTable', { TableName: 'Things' });
  await createTable(db);
  await put(db, { pk: S('new') });
  const after = await db.restarted();
  expect(await scan(after)).toEqual([{ pk: S('new') }]);
  expect((await after.call('DescribeTable', { TableName: 'Things' })).Table.ItemCount).toBe(1);
});

test('what expired while nothing ran is deleted by the service after the restart, the rest when its time comes', async () => {
  const db = await start();
  await createTable(db, STREAM);
  await db.call('UpdateTimeToLive', {
    TableName: 'Things',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
  });
  const seconds = db.clock.now() / 1000;
  await put(db, { pk: S('overdue'), expiresAt: N(seconds + 60) });
  await put(db, { pk: S('later'), expiresAt: N(seconds + 7200) });
  const after = await db.restarted({ downMs: HOUR_MS });
  expect(await scan(after)).toHaveLength(2);
  await after.clock.advance(1000);
  expect(await scan(after)).toEqual([{ pk: S('later'), expiresAt: N(seconds + 7200) }]);
  await after.clock.advance(HOUR_MS);
  expect(await scan(after)).toEqual([]);
  const [{ StreamArn }] = (await after.streams('ListStreams', {})).Streams;
  const [{ records }] = await recordsOf(after, StreamArn);
  expect(records.map((record: Answer) => [record.eventName, record.userIdentity?.PrincipalId])).toEqual([
    ['INSERT', undefined],
    ['INSERT', undefined],
    ['REMOVE', 'dynamodb.amazonaws.com'],
    ['REMOVE', 'dynamodb.amazonaws.com'],
  ]);
});

test('time to live that was switched off stays off', async () => {
  const db = await start();
  await createTable(db);
  const ttl = (Enabled: boolean) =>
    db.call('UpdateTimeToLive', {
      TableName: 'Things',
      TimeToLiveSpecification: { Enabled, AttributeName: 'expiresAt' },
    });
  await ttl(true);
  await put(db, { pk: S('a'), expiresAt: N(db.clock.now() / 1000 + 60) });
  await ttl(false);
  const after = await db.restarted({ downMs: HOUR_MS });
  await after.clock.advance(HOUR_MS);
  expect(await scan(after)).toHaveLength(1);
});

test('an iterator that a client holds goes on over the restart, and is refused when it is too old', async () => {
  const db = await start();
  await createTable(db, STREAM);
  for (const pk of ['a', 'b', 'c']) await put(db, { pk: S(pk) });
  const [{ StreamArn }] = (await db.streams('ListStreams', {})).Streams;
  const [{ ShardId }] = await shardsOf(db, StreamArn);
  const { ShardIterator } = await db.streams('GetShardIterator', {
    StreamArn,
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const { NextShardIterator } = await db.streams('GetRecords', { ShardIterator, Limit: 2 });
  const after = await db.restarted();
  await put(after, { pk: S('d') });
  const page = await after.streams('GetRecords', { ShardIterator: NextShardIterator });
  expect(page.Records.map((record: Answer) => record.dynamodb.Keys.pk.S)).toEqual(['c', 'd']);
  const late = await after.restarted({ downMs: 16 * 60 * 1000 });
  await expect(late.streams('GetRecords', { ShardIterator: NextShardIterator })).rejects.toThrow('Iterator expired');
});

test('sequence numbers and shards go on where they were, even when every record is trimmed', async () => {
  const db = await start({ streams: { shardLifetimeMs: Number.POSITIVE_INFINITY }, snapshotAfterBytes: 1 });
  await createTable(db, STREAM);
  for (let n = 0; n < 5; n++) await put(db, { pk: S('a'), n: N(n) });
  const [{ StreamArn }] = (await db.streams('ListStreams', {})).Streams;
  const [{ records }] = await recordsOf(db, StreamArn);
  await db.clock.advance(25 * HOUR_MS);
  expect((await recordsOf(db, StreamArn))[0].records).toEqual([]);
  for (let n = 0; n < 50; n++) {
    // makes the journal take a snapshot, without the trimmed records
    await db.call('TagResource', { ResourceArn: TABLE_ARN, Tags: [{ Key: 'n', Value: String(n) }] });
    await db.clock.settle();
  }
  const after = await db.restarted();
  await put(after, { pk: S('b') });
  const [{ records: now }] = await recordsOf(after, StreamArn);
  expect(now).toHaveLength(1);
  expect(BigInt(now[0].dynamodb.SequenceNumber)).toBeGreaterThan(BigInt(records.at(-1).dynamodb.SequenceNumber));
});

test('a disabled stream is read after a restart, and shown with its table when it is forgotten', async () => {
  const db = await start();
  await createTable(db, STREAM);
  await put(db, { pk: S('a') });
  await db.call('UpdateTable', { TableName: 'Things', StreamSpecification: { StreamEnabled: false } });
  const after = await db.restarted({ downMs: HOUR_MS });
  const [{ StreamArn }] = (await after.streams('ListStreams', {})).Streams;
  expect(await recordsOf(after, StreamArn)).toEqual(await recordsOf(db, StreamArn));
  const late = await after.restarted({ downMs: 24 * HOUR_MS });
  expect((await late.streams('ListStreams', {})).Streams).toEqual([]);
  const last = await late.restarted();
  const { Table } = await last.call('DescribeTable', { TableName: 'Things' });
  expect([Table.LatestStreamArn, Table.StreamSpecification]).toEqual([StreamArn, undefined]);
  await put(last, { pk: S('b') });
  await last.call('UpdateTable', { TableName: 'Things', ...STREAM });
  expect((await last.streams('ListStreams', {})).Streams).toHaveLength(1);
});

test('a transaction is known by its token over a restart, for ten minutes', async () => {
  const db = await start();
  await createTable(db);
  const transact = (on: Fixture, n: number, ClientRequestToken = 'token-1') =>
    on.call('TransactWriteItems', {
      ClientRequestToken,
      TransactItems: [
        {
          Update: {
            TableName: 'Things',
            Key: { pk: S('counter') },
            UpdateExpression: 'ADD n :n',
            ExpressionAttributeValues: { ':n': N(n) },
          },
        },
      ],
    });
  await transact(db, 1);
  const after = await db.restarted({ downMs: 9 * 60 * 1000 });
  await transact(after, 1);
  expect(await scan(after)).toEqual([{ pk: S('counter'), n: N(1) }]);
  await expect(transact(after, 2)).rejects.toThrow('same client token');
  const late = await after.restarted({ downMs: 60 * 1000 });
  await transact(late, 2);
  expect(await scan(late)).toEqual([{ pk: S('counter'), n: N(3) }]);
});

test('a cancelled transaction leaves nothing, a completed one all of it', async () => {
  const db = await start();
  await createTable(db, STREAM);
  const transact = (condition: string) =>
    db.call('TransactWriteItems', {
      TransactItems: [
        ...['a', 'b'].map(pk => ({ Put: { TableName: 'Things', Item: { pk: S(pk) } } })),
        { ConditionCheck: { TableName: 'Things', Key: { pk: S('c') }, ConditionExpression: condition } },
      ],
    });
  await expect(transact('attribute_exists(pk)')).rejects.toThrow('cancelled');
  expect(await scan(await db.restarted())).toEqual([]);
  await transact('attribute_not_exists(pk)');
  expect(await scan(await db.restarted())).toHaveLength(2);
});

const keyOf = fc.record({ pk: fc.constantFrom('a', 'b', '\0', 'ü\u{10000}'), sk: fc.integer({ min: -2, max: 2 }) });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key: keyOf, g: fc.option(fc.nat(3)) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key: keyOf }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('transact' as const),
      keys: fc.array(keyOf, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 30, 250, 1500) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('stream' as const, 'remake' as const, 'restart' as const) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function makeThings(db: Fixture): Promise<void> {
  await createTable(db, { sortKey: 'N', ...INDEXES, ...STREAM });
  await db.call('UpdateTimeToLive', {
    TableName: 'Things',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
  });
}

/** @returns the database to go on with */
async function carryOut(db: Durable, action: Step): Promise<Durable> {
  const key = ({ pk, sk }: { pk: string; sk: number }) => ({ pk: S(pk), sk: N(sk) });
  switch (action.do) {
    case 'put': {
      const expiry = action.g === null ? {} : { g: N(action.g), expiresAt: N(db.clock.now() / 1000 + action.g * 3600) };
      await put(db, { ...key(action.key), ...expiry, l: { B: 'AAE=' } });
      return db;
    }
    case 'delete':
      await remove(db, key(action.key));
      return db;
    case 'transact': {
      const items = new Map(action.keys.map(each => [JSON.stringify(each), { ...key(each), g: N(9) }]));
      const puts = [...items.values()].map(Item => ({ Put: { TableName: 'Things', Item } }));
      await db
        .call('TransactWriteItems', { TransactItems: puts, ClientRequestToken: `t-${puts.length}` })
        .catch(() => {});
      return db;
    }
    case 'wait':
      await db.clock.advance(action.minutes * 60_000);
      return db;
    case 'stream': {
      const { Table } = await db.call('DescribeTable', { TableName: 'Things' });
      const off = { StreamSpecification: { StreamEnabled: false } };
      await db.call('UpdateTable', { TableName: 'Things', ...(Table.StreamSpecification ? off : STREAM) });
      return db;
    }
    case 'remake':
      await db.call('DeleteTable', { TableName: 'Things' });
      await makeThings(db);
      return db;
    case 'restart':
      return db.restarted();
  }
}

test('whatever was done, a restarted database answers as the one that was killed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      fc.constantFrom(2_000, 1 << 26),
      async (steps, snapshotAfterBytes) => {
        let db = await start({ snapshotAfterBytes, streams: { shardCount: 2, splitAboveRecordsPerSecond: 8 } });
        await makeThings(db);
        for (const action of steps) db = await carryOut(db, action);
        await db.clock.settle();
        const after = await db.restarted();
        expect(await everything(after)).toEqual(await everything(db));
        await put(db, { pk: S('one more'), sk: N(0) });
        await put(after, { pk: S('one more'), sk: N(0) });
        expect((await everything(after)).streams).toEqual((await everything(db)).streams);
      },
    ),
    { numRuns: 30, seed: 20261121 },
  );
}, 60_000);
