import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64, kinesisFixture, type ListedShard, type ReadRecord } from './kinesis-fixture.ts';

const HASH_KEYS = 2n ** 128n;

function isOpen(shard: ListedShard): boolean {
  return shard.SequenceNumberRange.EndingSequenceNumber === undefined;
}

/** Fails unless the open shards cover every hash key exactly once. */
function expectExactCover(shards: readonly ListedShard[]): void {
  const ranges = shards
    .filter(isOpen)
    .map(({ HashKeyRange }) => [BigInt(HashKeyRange.StartingHashKey), BigInt(HashKeyRange.EndingHashKey)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  let next = 0n;
  for (const [start, end] of ranges) {
    expect(start).toBe(next);
    expect(end).toBeGreaterThanOrEqual(start);
    next = end + 1n;
  }
  expect(next).toBe(HASH_KEYS);
}

/** Reads a whole stream as a consumer must: a shard only after its parents. */
async function readInOrder(fixture: ReturnType<typeof kinesisFixture>): Promise<readonly ReadRecord[]> {
  const shards = await fixture.listShards('events');
  const done = new Map<string, readonly ReadRecord[]>();
  for (const shard of shards) {
    for (const parent of [shard.ParentShardId, shard.AdjacentParentShardId])
      if (parent !== undefined) expect(done.has(parent)).toBe(true);
    done.set(shard.ShardId, await fixture.readShard('events', shard.ShardId));
  }
  return [...done.values()].flat();
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constant('split' as const), shard: fc.nat(), at: fc.bigInt({ min: 0n, max: HASH_KEYS - 1n }) }),
  fc.record({ kind: fc.constant('merge' as const), shard: fc.nat() }),
  fc.record({ kind: fc.constant('scale' as const), target: fc.integer({ min: 1, max: 12 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function perform(fixture: ReturnType<typeof kinesisFixture>, action: Step, order: number): Promise<void> {
  const open = (await fixture.listShards('events'))
    .filter(isOpen)
    .sort((a, b) => (BigInt(a.HashKeyRange.StartingHashKey) < BigInt(b.HashKeyRange.StartingHashKey) ? -1 : 1));
  const StreamName = 'events';
  if (action.kind === 'put') {
    await fixture.call('PutRecord', { StreamName, PartitionKey: `key-${action.key}`, Data: base64(String(order)) });
  } else if (action.kind === 'scale') {
    const TargetShardCount = Math.min(Math.max(action.target, Math.ceil(open.length / 2)), open.length * 2);
    await fixture.call('UpdateShardCount', { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    const scaled = (await fixture.listShards('events')).filter(isOpen);
    expect(scaled).toHaveLength(TargetShardCount);
  } else if (action.kind === 'split') {
    const shard = open[action.shard % open.length];
    const NewStartingHashKey = String(action.at);
    // A hash key outside the shard must be refused and change nothing.
    await fixture.call('SplitShard', { StreamName, ShardToSplit: shard?.ShardId, NewStartingHashKey }).catch(() => {});
  } else if (open.length > 1) {
    const index = action.shard % (open.length - 1);
    const input = { ShardToMerge: open[index + 1]?.ShardId, AdjacentShardToMerge: open[index]?.ShardId };
    await fixture.call('MergeShards', { StreamName, ...input });
  }
}

describe('Resharding', () => {
  it('covers all hash keys exactly once and keeps the order per key, whatever is split, merged and scaled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const fixture = kinesisFixture();
        await fixture.call('CreateStream', { StreamName: 'events', ShardCount: 2 });
        for (const [order, action] of steps.entries()) {
          await perform(fixture, action, order);
          expectExactCover(await fixture.listShards('events'));
        }
        const records = await readInOrder(fixture);
        expect(records).toHaveLength(steps.filter(({ kind }) => kind === 'put').length);
        const last = new Map<string, { sequence: bigint; order: number }>();
        for (const { PartitionKey, SequenceNumber, Data } of records) {
          const now = { sequence: BigInt(SequenceNumber), order: Number(atob(Data)) };
          const before = last.get(PartitionKey) ?? { sequence: -1n, order: -1 };
          expect(now.order).toBeGreaterThan(before.order);
          expect(now.sequence).toBeGreaterThan(before.sequence);
          last.set(PartitionKey, now);
        }
      }),
      { numRuns: 60, seed: 20260101 },
    );
  });

  it('sends a key to the shard whose range holds its MD5', async () => {
    const fixture = kinesisFixture();
    await fixture.call('CreateStream', { StreamName: 'events', ShardCount: 3 });
    // MD5('a') = 0cc175b9…, MD5('hello') = 5d41402a…, MD5('b') = 92eb5ffe…, MD5('3') = eccbc87e…
    const shardOf = async (PartitionKey: string) =>
      (await fixture.call<{ ShardId: string }>('PutRecord', { StreamName: 'events', PartitionKey, Data: '' })).ShardId;
    expect(await Promise.all(['a', 'hello', 'b', '3'].map(shardOf))).toEqual([
      'shardId-000000000000',
      'shardId-000000000001',
      'shardId-000000000001',
      'shardId-000000000002',
    ]);
  });

  it('ends a split shard: no next iterator, its children instead, and no more records', async () => {
    const fixture = kinesisFixture();
    await fixture.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    const put = (text: string) =>
      fixture.call('PutRecord', { StreamName: 'events', PartitionKey: 'a', Data: base64(text) });
    await put('1');
    await put('2');
    const input = {
      StreamName: 'events',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: String(2n ** 127n),
    };
    await fixture.call('SplitShard', input);
    await put('3');
    const page = await fixture.read(await fixture.iterator('events', 'shardId-000000000000'), 1);
    expect(page.NextShardIterator).toBeDefined();
    const end = await fixture.read(page.NextShardIterator ?? '');
    expect(end.Records.map(({ Data }) => atob(Data))).toEqual(['2']);
    expect(end.NextShardIterator).toBeUndefined();
    expect(end.ChildShards?.map(child => [child.ShardId, child.ParentShards])).toEqual([
      ['shardId-000000000001', ['shardId-000000000000']],
      ['shardId-000000000002', ['shardId-000000000000']],
    ]);
    await expect(fixture.call('SplitShard', input)).rejects.toThrow('has already been merged or split');
  });

  it('names both parents of a merged shard, and refuses shards that do not touch', async () => {
    const { call, listShards } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 3 });
    const merge = (a: number, b: number) =>
      call('MergeShards', {
        StreamName: 'events',
        ShardToMerge: `shardId-00000000000${a}`,
        AdjacentShardToMerge: `shardId-00000000000${b}`,
      });
    await expect(merge(0, 2)).rejects.toThrow('are not an adjacent pair of shards');
    await merge(2, 1);
    expect((await listShards('events')).at(-1)).toMatchObject({
      ShardId: 'shardId-000000000003',
      ParentShardId: 'shardId-000000000002',
      AdjacentParentShardId: 'shardId-000000000001',
    });
    await expect(merge(0, 7)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Could not find shard shardId-000000000007 in stream events under account 000000000000.',
    });
  });

  it('refuses to scale further than to the double or the half', async () => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 4 });
    const scale = (TargetShardCount: number) =>
      call('UpdateShardCount', { StreamName: 'events', TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    await expect(scale(9)).rejects.toThrow('cannot scale up over double');
    await expect(scale(1)).rejects.toThrow('cannot scale down below half');
    expect(await scale(8)).toMatchObject({ CurrentShardCount: 4, TargetShardCount: 8 });
  });
});

describe('ListShards', () => {
  it('filters by time and lineage, and drops a closed shard once its records have expired', async () => {
    const { clock, call, listShards } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    const beforeSplit = clock.now() / 1000;
    await clock.advance(10_000);
    const split = { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(2n ** 127n) };
    await call('SplitShard', { StreamName: 'events', ...split });
    const list = async (filter: Record<string, unknown>) =>
      (await call<{ Shards: ListedShard[] }>('ListShards', { StreamName: 'events', ShardFilter: filter })).Shards.map(
        ({ ShardId }) => Number(ShardId.slice(-1)),
      );
    expect(await list({ Type: 'FROM_TRIM_HORIZON' })).toEqual([0, 1, 2]);
    expect(await list({ Type: 'AT_TRIM_HORIZON' })).toEqual([0]);
    expect(await list({ Type: 'AT_LATEST' })).toEqual([1, 2]);
    expect(await list({ Type: 'AT_TIMESTAMP', Timestamp: beforeSplit })).toEqual([0]);
    expect(await list({ Type: 'FROM_TIMESTAMP', Timestamp: beforeSplit + 20 })).toEqual([1, 2]);
    expect(await list({ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000001' })).toEqual([2]);
    await clock.advance(86_400_000);
    expect((await listShards('events')).map(({ ShardId }) => Number(ShardId.slice(-1)))).toEqual([1, 2]);
    expect(await list({ Type: 'AT_TRIM_HORIZON' })).toEqual([1, 2]);
  });

  it('pages by token, which expires and excludes the name', async () => {
    const { clock, call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 3 });
    const page = await call<{ Shards: unknown[]; NextToken: string }>('ListShards', {
      StreamName: 'events',
      MaxResults: 2,
    });
    expect(page.Shards).toHaveLength(2);
    const { NextToken } = page;
    expect(await call('ListShards', { NextToken })).toMatchObject({ Shards: [{ ShardId: 'shardId-000000000002' }] });
    await expect(call('ListShards', { NextToken, StreamName: 'events' })).rejects.toThrow(
      'cannot be provided together',
    );
    await clock.advance(300_001);
    await expect(call('ListShards', { NextToken })).rejects.toMatchObject({ name: 'ExpiredNextTokenException' });
  });
});
