import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { dynamodbServices } from '../../../local/services/dynamodb/dynamodb-service.ts';
import type { StreamSharding } from '../../../local/services/dynamodb/streams/sharding.ts';
import { lambdaFixture } from '../lambda/lambda-fixture.ts';
import { type Answer, createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

const HOUR_MS = 60 * 60 * 1000;
const STREAM = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } };

async function withStream(streams: StreamSharding = {}): Promise<{ db: Fixture; arn: string }> {
  const db = dynamodb({ streams });
  await createTable(db, STREAM);
  const [{ StreamArn }] = (await db.streams('ListStreams', {})).Streams;
  return { db, arn: StreamArn };
}

const put = (db: Fixture, pk: string, n: number) =>
  db.call('PutItem', { TableName: 'Things', Item: { pk: S(pk), n: N(n) } });

async function describeAll(db: Fixture, StreamArn: string, Limit = 100): Promise<Answer[]> {
  const shards: Answer[] = [];
  let after: string | undefined;
  do {
    const page = { StreamArn, Limit, ...(after === undefined ? {} : { ExclusiveStartShardId: after }) };
    const { StreamDescription } = await db.streams('DescribeStream', page);
    shards.push(...StreamDescription.Shards);
    after = StreamDescription.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
}

async function read(db: Fixture, StreamArn: string, ShardId: string): Promise<{ records: Answer[]; ended: boolean }> {
  const { ShardIterator } = await db.streams('GetShardIterator', {
    StreamArn,
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const page = await db.streams('GetRecords', { ShardIterator });
  return { records: page.Records, ended: page.NextShardIterator === undefined };
}

test('a stream of several shards has each key in one of them, all shards in use', async () => {
  const { db, arn } = await withStream({ shardCount: 4 });
  for (let n = 0; n < 400; n++) await put(db, `k${n % 100}`, n);
  const shards = await describeAll(db, arn);
  expect(shards).toHaveLength(4);
  const places = new Map<string, Set<string>>();
  for (const { ShardId } of shards) {
    const { records } = await read(db, arn, ShardId);
    expect(records.length).toBeGreaterThan(40);
    for (const { dynamodb: record } of records) {
      places.set(record.Keys.pk.S, (places.get(record.Keys.pk.S) ?? new Set()).add(ShardId));
    }
  }
  expect([...places.values()].map(({ size }) => size)).toEqual(Array(100).fill(1));
});

test('a shard ends after four hours and goes on in its child, which begins with the next sequence number', async () => {
  const { db, arn } = await withStream();
  await put(db, 'a', 1);
  await db.clock.advance(4 * HOUR_MS - 1);
  expect(await describeAll(db, arn)).toHaveLength(1);
  await db.clock.advance(1);
  await put(db, 'a', 2);
  const [parent, child, ...none] = await describeAll(db, arn);
  expect(none).toEqual([]);
  expect([parent.ParentShardId, child.ParentShardId]).toEqual([undefined, parent.ShardId]);
  const { EndingSequenceNumber: end } = parent.SequenceNumberRange;
  const { StartingSequenceNumber: start, EndingSequenceNumber: open } = child.SequenceNumberRange;
  expect(open).toBeUndefined();
  expect(BigInt(end)).toBeLessThan(BigInt(start));
  const first = await read(db, arn, parent.ShardId);
  const second = await read(db, arn, child.ShardId);
  expect([first.ended, second.ended]).toEqual([true, false]);
  expect(first.records.map(({ dynamodb: { NewImage } }) => NewImage.n.N)).toEqual(['1']);
  expect(second.records.map(({ dynamodb: { NewImage } }) => NewImage.n.N)).toEqual(['2']);
  expect(BigInt(second.records[0].dynamodb.SequenceNumber)).toBeGreaterThan(BigInt(start) - 1n);
});

test('a reader at the end of an open shard is told of the end when the shard has rolled', async () => {
  const { db, arn } = await withStream();
  const [{ ShardId }] = await describeAll(db, arn);
  await db.clock.advance(4 * HOUR_MS - 60_000);
  let { ShardIterator } = await db.streams('GetShardIterator', {
    StreamArn: arn,
    ShardId,
    ShardIteratorType: 'LATEST',
  });
  ShardIterator = (await db.streams('GetRecords', { ShardIterator })).NextShardIterator;
  expect(ShardIterator).toBeDefined();
  await db.clock.advance(60_000);
  expect(await db.streams('GetRecords', { ShardIterator })).toEqual({ Records: [] });
});

test('shards are listed for 24 hours after their end, and a reader that comes later finds only the end', async () => {
  const { db, arn } = await withStream();
  const [{ ShardId: first }] = await describeAll(db, arn);
  for (let hour = 0; hour < 27; hour++) {
    await put(db, 'a', hour);
    await db.clock.advance(HOUR_MS);
  }
  const before = await describeAll(db, arn);
  expect(before).toHaveLength(7);
  expect(before[0].ShardId).toBe(first);
  await db.clock.advance(HOUR_MS);
  const after = await describeAll(db, arn);
  expect(after[0].ShardId).toBe(before[1].ShardId);
  expect(after[0].ParentShardId).toBe(first);
  expect(await read(db, arn, first)).toEqual({ records: [], ended: true });
  const never = first.replace(/\d$/, 'f');
  await expect(read(db, arn, never)).rejects.toThrow(`Shard: ${never} in Stream: ${arn} not found`);
});

test('a stream that nobody touched for days has one open shard, and forgot the old ones', async () => {
  const { db, arn } = await withStream({ shardCount: 2 });
  await put(db, 'a', 1);
  await db.clock.advance(30 * 24 * HOUR_MS);
  const shards = await describeAll(db, arn);
  expect(shards.map(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber)).toEqual([
    undefined,
    undefined,
  ]);
});

test('a shard that takes too much is split, and the key ranges of its children are its own', async () => {
  const { db, arn } = await withStream({ splitAboveRecordsPerSecond: 20 });
  for (let n = 0; n < 60; n++) await put(db, `k${n % 30}`, n);
  const shards = await describeAll(db, arn);
  const children = shards.filter(({ ParentShardId }) => ParentShardId === shards[0].ShardId);
  expect(children).toHaveLength(2);
  expect((await read(db, arn, shards[0].ShardId)).records).toHaveLength(20);
  expect((await read(db, arn, shards[0].ShardId)).ended).toBe(true);
  await db.clock.advance(1001);
  const count = (await describeAll(db, arn)).length;
  for (let n = 0; n < 15; n++) await put(db, `k${n}`, n);
  expect(await describeAll(db, arn)).toHaveLength(count);
});

test('DescribeStream shows at most 100 shards a page, and pages miss and repeat none', async () => {
  const { db, arn } = await withStream({ shardCount: 250 });
  const { StreamDescription } = await db.streams('DescribeStream', { StreamArn: arn });
  expect(StreamDescription.Shards).toHaveLength(100);
  expect(StreamDescription.LastEvaluatedShardId).toBe(StreamDescription.Shards[99].ShardId);
  const whole = await describeAll(db, arn);
  expect(new Set(whole.map(({ ShardId }) => ShardId)).size).toBe(250);
  for (const limit of [1, 7, 99]) expect(await describeAll(db, arn, limit)).toEqual(whole);
});

test('read parents before children, and every key is read in the order of its writes', async () => {
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.record({ key: fc.nat(12), times: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ waitMs: fc.constantFrom(500, 1000, HOUR_MS, 5 * HOUR_MS) }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      async (actions, shardCount) => {
        const { db, arn } = await withStream({ shardCount, splitAboveRecordsPerSecond: 10 });
        const startMs = db.clock.now();
        let written = 0;
        for (const step of actions) {
          if ('waitMs' in step) await db.clock.advance(db.clock.now() - startMs > 18 * HOUR_MS ? 0 : step.waitMs);
          else for (let n = 0; n < step.times; n++) await put(db, `k${step.key}`, ++written);
        }
        const shards = await describeAll(db, arn);
        const ids = shards.map(({ ShardId }) => ShardId);
        expect(ids).toEqual([...ids].sort());
        const last = new Map<string, number>();
        let count = 0;
        for (const { ShardId, ParentShardId, SequenceNumberRange } of shards) {
          expect(ParentShardId === undefined || ids.indexOf(ParentShardId) < ids.indexOf(ShardId)).toBe(true);
          const { records, ended } = await read(db, arn, ShardId);
          expect(ended).toBe(SequenceNumberRange.EndingSequenceNumber !== undefined);
          for (const { dynamodb: record } of records) {
            const key = record.Keys.pk.S;
            expect(Number(record.NewImage.n.N)).toBeGreaterThan(last.get(key) ?? 0);
            last.set(key, Number(record.NewImage.n.N));
            expect(record.SequenceNumber > SequenceNumberRange.StartingSequenceNumber).toBe(true);
            expect(record.SequenceNumber <= (SequenceNumberRange.EndingSequenceNumber ?? '9')).toBe(true);
            count++;
          }
        }
        expect(count).toBe(written);
      },
    ),
    { numRuns: 40, seed: 7 },
  );
}, 20_000);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test('an event source mapping over splits and rolls keeps the order of each key, and misses and repeats nothing', async () => {
  const lambda = lambdaFixture();
  const { clock, cloud, call, create, lines } = lambda;
  closers.push(() => cloud.close());
  const streams = { shardCount: 3, splitAboveRecordsPerSecond: 25, shardLifetimeMs: HOUR_MS };
  for (const service of dynamodbServices(cloud, { streams })) cloud.register(service);
  const db = { call: (operation: string, input: Record<string, unknown>) => call(operation, input, 'dynamodb') };
  await createTable(db as Fixture, STREAM);
  const { Table } = await call<Answer>('DescribeTable', { TableName: 'Things' }, 'dynamodb');
  await create(
    'reader',
    'export const handler = async e => { for (const { dynamodb: d } of e.Records) console.log("read", d.Keys.pk.S, d.NewImage.n.N); };',
  );
  await call('CreateEventSourceMapping', {
    EventSourceArn: Table.LatestStreamArn,
    FunctionName: 'reader',
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 7,
    ParallelizationFactor: 2,
  });
  let written = 0;
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 100; n++) await put(db as Fixture, `k${n % 10}`, ++written);
    await clock.advance(25 * 60_000);
  }
  await clock.advance(2 * 60_000);
  const reads = lines.flatMap(line => /read (k\d) (\d+)/.exec(line)?.slice(1, 3).join(' ') ?? []);
  expect(reads).toHaveLength(written);
  for (let key = 0; key < 10; key++) {
    const numbers = reads.flatMap(line => (line.startsWith(`k${key} `) ? [Number(line.slice(3))] : []));
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, n) => n * 10 + key + 1));
  }
  const { StreamDescription } = await call<Answer>(
    'DescribeStream',
    { StreamArn: Table.LatestStreamArn },
    'dynamodbstreams',
  );
  expect(StreamDescription.Shards.length).toBeGreaterThan(6);
}, 30_000);
