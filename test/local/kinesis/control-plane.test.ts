import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { base64, kinesisFixture, type ListedShard } from './kinesis-fixture.ts';

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
const HALF = String(2n ** 127n);
const LAST_HASH_KEY = String(2n ** 128n - 1n);

async function stream(ShardCount = 1) {
  const fixture = kinesisFixture();
  await fixture.call('CreateStream', { StreamName: 'events', ShardCount });
  const call = <Output = JsonObject>(operation: string, input: JsonObject = {}) =>
    fixture.call<Output>(operation, { StreamName: 'events', ...input });
  const scale = (TargetShardCount: number) =>
    call('UpdateShardCount', { TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
  return { ...fixture, on: call, scale };
}

const shardId = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

describe('DescribeStream', () => {
  it('answers at most 100 shards at a time, whatever is asked for, and the rest after the last one', async () => {
    const { on } = await stream(150);
    const describePage = async (input: JsonObject) =>
      (await on<{ StreamDescription: { Shards: ListedShard[]; HasMoreShards: boolean } }>('DescribeStream', input))
        .StreamDescription;
    const first = await describePage({ Limit: 10_000 });
    expect(first.Shards).toHaveLength(100);
    expect(first.HasMoreShards).toBe(true);
    const rest = await describePage({ ExclusiveStartShardId: first.Shards.at(-1)?.ShardId });
    expect(rest.Shards.map(shard => shard.ShardId)).toEqual(Array.from({ length: 50 }, (_, i) => shardId(100 + i)));
    expect(rest.HasMoreShards).toBe(false);
    await expect(describePage({ Limit: 10_001 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each([
    ['arn:aws:kinesis:eu-west-1:111111111111:stream/events', 'ResourceNotFoundException'],
    ['arn:aws:kinesis:us-east-1:000000000000:stream/events', 'ResourceNotFoundException'],
    ['arn:aws:sqs:eu-west-1:000000000000:events', 'ValidationException'],
    ['events', 'ValidationException'],
  ])('does not take %s for the stream', async (StreamARN, name) => {
    const { call } = await stream();
    await expect(call('DescribeStream', { StreamARN })).rejects.toMatchObject({ name });
  });
});

describe('ListShards', () => {
  it('keeps its filter over the pages, and takes no other member beside the token', async () => {
    const { call, on, clock } = await stream(3);
    await clock.advance(1000);
    for (const index of [0, 2]) {
      const { HashKeyRange } = (await on<{ Shards: ListedShard[] }>('ListShards')).Shards[index] as ListedShard;
      const NewStartingHashKey = String(BigInt(HashKeyRange.StartingHashKey) + 5n);
      await on('SplitShard', { ShardToSplit: shardId(index), NewStartingHashKey });
    }
    const seen: string[] = [];
    let input: JsonObject = { StreamName: 'events', MaxResults: 2, ShardFilter: { Type: 'AT_LATEST' } };
    let NextToken: string | undefined;
    do {
      const page = await call<{ Shards: ListedShard[]; NextToken?: string }>('ListShards', input);
      seen.push(...page.Shards.map(({ ShardId }) => ShardId));
      NextToken = page.NextToken ?? NextToken;
      input = { NextToken: page.NextToken, MaxResults: 2 };
    } while (input.NextToken !== undefined);
    expect(seen).toEqual([1, 3, 4, 5, 6].map(shardId));
    const excluded = [{ StreamCreationTimestamp: 1 }, { ExclusiveStartShardId: shardId(0) }, { StreamName: 'events' }];
    for (const other of excluded)
      await expect(call('ListShards', { NextToken, ...other })).rejects.toThrow('cannot be provided together');
    for (const NextToken of ['nonsense', base64('pt1{')])
      await expect(call('ListShards', { NextToken })).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });

  it('answers at most 1,000 shards at a time', async () => {
    const { on } = await stream(1001);
    const page = await on<{ Shards: unknown[]; NextToken: string }>('ListShards', { MaxResults: 10_000 });
    expect(page.Shards).toHaveLength(1000);
    expect(page.NextToken).toBeDefined();
  });

  it('counts the instant at which a shard was closed to the time when it was open', async () => {
    const { on, clock } = await stream();
    await clock.advance(10_000);
    await on('SplitShard', { ShardToSplit: shardId(0), NewStartingHashKey: HALF });
    const Timestamp = clock.now() / 1000;
    await clock.advance(10_000);
    const list = async (Type: string, at: number) =>
      (await on<{ Shards: ListedShard[] }>('ListShards', { ShardFilter: { Type, Timestamp: at } })).Shards.map(
        ({ ShardId }) => Number(ShardId.slice(-1)),
      );
    expect(await list('AT_TIMESTAMP', Timestamp)).toEqual([0, 1, 2]);
    expect(await list('AT_TIMESTAMP', Timestamp - 0.001)).toEqual([0]);
    expect(await list('AT_TIMESTAMP', Timestamp + 0.001)).toEqual([1, 2]);
    expect(await list('FROM_TIMESTAMP', Timestamp)).toEqual([0, 1, 2]);
    expect(await list('FROM_TIMESTAMP', Timestamp + 0.001)).toEqual([1, 2]);
    expect(await list('FROM_TIMESTAMP', 0)).toEqual([0, 1, 2]);
  });

  it.each<[JsonObject, string, string]>([
    [{ ShardFilter: {} }, 'ValidationException', "Value null at 'shardFilter.type'"],
    [{ ShardFilter: { Type: 'ODD' } }, 'ValidationException', "Value 'ODD' at 'shardFilter.type'"],
    [{ ShardFilter: { Type: 'AFTER_SHARD_ID' } }, 'ValidationException', "Value null at 'shardFilter.shardId'"],
    [{ ShardFilter: { Type: 'AT_TIMESTAMP' } }, 'InvalidArgumentException', 'AT_TIMESTAMP'],
    [{ StreamCreationTimestamp: 5 }, 'ResourceNotFoundException', 'Stream events under account'],
    [{ MaxResults: 0 }, 'ValidationException', 'greater than or equal to 1'],
  ])('refuses %j', async (input, name, message) => {
    const { on } = await stream();
    await expect(on('ListShards', input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describe('Scaling', () => {
  it('allows ten UpdateShardCount in a rolling day', async () => {
    const { scale, clock } = await stream();
    for (let i = 0; i < 10; i++) {
      await scale(i % 2 === 0 ? 2 : 1);
      await clock.advance(3_600_000);
    }
    await expect(scale(2)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await clock.advance(14 * 3_600_000);
    await scale(2);
    await expect(scale(1)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('is the stream’s own once it is on demand, with the capacity of four shards at least', async () => {
    const { call, on, scale, put500 } = await withPut();
    await call('UpdateStreamMode', { StreamARN: STREAM_ARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    expect(await on('DescribeStreamSummary')).toMatchObject({
      StreamDescriptionSummary: { StreamModeDetails: { StreamMode: 'ON_DEMAND' }, OpenShardCount: 1 },
    });
    await expect(scale(2)).rejects.toThrow('is in On-Demand mode');
    for (let i = 0; i < 8; i++) expect(await put500()).toBe(0);
    expect(await put500()).toBe(500);
    await call('UpdateStreamMode', { StreamARN: STREAM_ARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } });
    expect(await put500()).toBe(0);
    expect(await put500()).toBe(0);
    expect(await put500()).toBe(500);
    await scale(2);
  });

  it('stays within the shards that an account may have', async () => {
    const { call, on } = await stream(20_000);
    const message = expect.stringMatching(
      /shard limit for the account 000000000000 in eu-west-1.*: 20000\. Limit: 20000/,
    );
    const refused = { name: 'LimitExceededException', message };
    await expect(call('CreateStream', { StreamName: 'more', ShardCount: 1 })).rejects.toMatchObject(refused);
    const split = { ShardToSplit: shardId(0), NewStartingHashKey: '5' };
    await expect(on('SplitShard', split)).rejects.toMatchObject(refused);
    await on('MergeShards', { ShardToMerge: shardId(0), AdjacentShardToMerge: shardId(1) });
    await on('SplitShard', { ...split, ShardToSplit: shardId(20_000) });
  });

  it.each<[string, JsonObject, string, string]>([
    ['UpdateStreamMode', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }, 'ValidationException', "'streamARN'"],
    [
      'UpdateStreamMode',
      { StreamARN: STREAM_ARN, StreamModeDetails: {} },
      'ValidationException',
      "'streamModeDetails.streamMode'",
    ],
    ['UpdateShardCount', { TargetShardCount: 2 }, 'ValidationException', "'scalingType'"],
    [
      'UpdateShardCount',
      { TargetShardCount: 0, ScalingType: 'UNIFORM_SCALING' },
      'ValidationException',
      "'targetShardCount'",
    ],
    ['SplitShard', { ShardToSplit: 'a b', NewStartingHashKey: '1' }, 'ValidationException', "'shardToSplit'"],
    ['SplitShard', { ShardToSplit: shardId(0), NewStartingHashKey: '-1' }, 'ValidationException', '0|([1-9]\\d{0,38})'],
    [
      'SplitShard',
      { ShardToSplit: shardId(0), NewStartingHashKey: '0' },
      'InvalidArgumentException',
      'StartingHashKey 0',
    ],
    ['StopStreamEncryption', { EncryptionType: 'KMS' }, 'ValidationException', "'keyId'"],
    ['AddTagsToStream', { Tags: { ['k'.repeat(129)]: 'v' } }, 'ValidationException', 'Map keys must satisfy'],
    ['AddTagsToStream', { Tags: { k: 'v'.repeat(257) } }, 'ValidationException', 'Map value must satisfy'],
    [
      'GetShardIterator',
      { ShardId: shardId(0), ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 4e9 },
      'InvalidArgumentException',
      'currentTimestampInMillis',
    ],
    ['DescribeStreamConsumer', { ConsumerARN: 'arn:aws:kinesis' }, 'ValidationException', "'consumerARN'"],
    ['RegisterStreamConsumer', { StreamARN: STREAM_ARN, ConsumerName: 'a/b' }, 'ValidationException', "'consumerName'"],
  ])('%s refuses %j', async (operation, input, name, message) => {
    const { on } = await stream();
    await expect(on(operation, input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

async function withPut() {
  const fixture = await stream();
  const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `k${i}`, Data: '' }));
  const put500 = async () =>
    (await fixture.on<{ FailedRecordCount: number }>('PutRecords', { Records })).FailedRecordCount;
  return { ...fixture, put500 };
}

describe('PutRecords', () => {
  it('takes every partition key of up to 256 characters, and no data at all', async () => {
    const { on, readShard } = await stream();
    const keys = ['\u{1f4a3}'.repeat(128), 'ünic\u0000ode', ' ', '統一', 'x'.repeat(256), '__proto__'];
    await on('PutRecords', { Records: keys.map(PartitionKey => ({ PartitionKey, Data: '' })) });
    expect((await readShard('events', shardId(0))).map(record => [record.PartitionKey, record.Data])).toEqual(
      keys.map(key => [key, '']),
    );
  });

  it('counts a partition key in bytes of UTF-8 to the size of its record', async () => {
    const { on } = await stream();
    const bytes = (size: number) => base64('x'.repeat(size));
    const key = '統一'; // six bytes
    await on('PutRecord', { PartitionKey: key, Data: bytes(2 ** 20 - 6) });
    await expect(on('PutRecord', { PartitionKey: key, Data: bytes(2 ** 20 - 5) })).rejects.toThrow('1048576');
  });

  it('routes by the explicit hash key, whatever the partition key', async () => {
    const { on } = await stream(2);
    const entry = (ExplicitHashKey: string) => ({ PartitionKey: 'same', Data: '', ExplicitHashKey });
    const { Records } = await on<{ Records: { ShardId: string }[] }>('PutRecords', {
      Records: ['0', String(2n ** 127n - 1n), HALF, LAST_HASH_KEY].map(entry),
    });
    expect(Records.map(({ ShardId }) => Number(ShardId.slice(-1)))).toEqual([0, 0, 1, 1]);
  });

  it.each<[JsonObject, string, string]>([
    [{ ExplicitHashKey: '01' }, 'ValidationException', "'01' at 'records.2.member.explicitHashKey'"],
    [{ ExplicitHashKey: '' }, 'ValidationException', '0|([1-9]\\d{0,38})'],
    [{ ExplicitHashKey: 5 }, 'SerializationException', 'explicitHashKey'],
    [{ ExplicitHashKey: String(2n ** 128n) }, 'InvalidArgumentException', '[0, 2^128-1]'],
    [{ PartitionKey: 5 }, 'SerializationException', 'records.2.member.partitionKey'],
    [{ Data: null }, 'ValidationException', "Value null at 'records.2.member.data'"],
  ])('puts nothing at all when one record has %j', async (broken, name, message) => {
    const { on, readShard } = await stream();
    const fine = { PartitionKey: 'a', Data: '' };
    const putting = on('PutRecords', { Records: [fine, { ...fine, ...broken }] });
    await expect(putting).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(await readShard('events', shardId(0))).toEqual([]);
  });

  it('takes exactly 10 MiB in one request', async () => {
    const { on } = await stream(20);
    const starts = (await on<{ Shards: ListedShard[] }>('ListShards')).Shards.map(
      each => each.HashKeyRange.StartingHashKey,
    );
    const records = (size: number) =>
      Array.from({ length: 10 }, (_, i) => ({
        PartitionKey: 'a',
        ExplicitHashKey: starts[i],
        Data: base64('x'.repeat(i === 0 ? size : 2 ** 20 - 1)),
      }));
    const extra = { PartitionKey: 'b', ExplicitHashKey: starts[10], Data: '' };
    expect(await on('PutRecords', { Records: records(2 ** 20 - 1) })).toMatchObject({ FailedRecordCount: 0 });
    await expect(on('PutRecords', { Records: [...records(2 ** 20 - 1), extra] })).rejects.toThrow('exceeds 10 MB');
  });
});
