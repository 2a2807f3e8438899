import { describe, expect, it } from 'vitest';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { base64, kinesisFixture, READER } from './kinesis-fixture.ts';

const SHARD_0 = 'shardId-000000000000';

async function oneShard(options = {}) {
  const fixture = kinesisFixture(options);
  await fixture.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
  const put = (text: string, key = 'a') =>
    fixture.call<{ SequenceNumber: string; ShardId: string }>('PutRecord', {
      StreamName: 'events',
      PartitionKey: key,
      Data: base64(text),
    });
  return { ...fixture, put };
}

describe('PutRecord and GetRecords', () => {
  it('gives back data, key and arrival time as they were, under 56-digit sequence numbers that grow', async () => {
    const { clock, put, readShard } = await oneShard();
    const first = await put('ünic', 'visitor-1');
    await clock.advance(1500);
    const second = await put('');
    const records = await readShard('events', SHARD_0);
    expect(records).toEqual([
      {
        SequenceNumber: first.SequenceNumber,
        ApproximateArrivalTimestamp: Date.UTC(2026, 0, 1) / 1000,
        Data: base64('ünic'),
        PartitionKey: 'visitor-1',
      },
      {
        SequenceNumber: second.SequenceNumber,
        ApproximateArrivalTimestamp: Date.UTC(2026, 0, 1) / 1000 + 1.5,
        Data: '',
        PartitionKey: 'a',
      },
    ]);
    expect(first.SequenceNumber).toMatch(/^\d{56}$/);
    expect(BigInt(second.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
  });

  it('says how far behind the latest record a reader is, and reads on from the next iterator', async () => {
    const { clock, put, iterator, read } = await oneShard();
    await put('1');
    await clock.advance(2000);
    await put('2');
    const page = await read(await iterator('events', SHARD_0), 1);
    expect(page).toMatchObject({ Records: [{ Data: base64('1') }], MillisBehindLatest: 2000 });
    const rest = await read(page.NextShardIterator ?? '');
    expect(rest).toMatchObject({ Records: [{ Data: base64('2') }], MillisBehindLatest: 0 });
    expect((await read(rest.NextShardIterator ?? '')).Records).toEqual([]);
  });

  it('answers at most 10 MiB, and the rest in the next page', async () => {
    const { put, iterator, read } = await oneShard({ enforceLimits: false });
    const big = 'x'.repeat(1024 * 1024 - 1);
    for (let i = 0; i < 12; i++) await put(big);
    const page = await read(await iterator('events', SHARD_0));
    expect(page.Records).toHaveLength(10);
    expect((await read(page.NextShardIterator ?? '')).Records).toHaveLength(2);
  });

  it('forgets records when the retention period has passed, also for iterators that were issued before', async () => {
    const { clock, put, iterator, read, call } = await oneShard();
    await put('old');
    await clock.advance(86_400_000 - 60_000);
    const before = await iterator('events', SHARD_0);
    await put('young');
    await clock.advance(60_000);
    expect((await read(before)).Records.map(record => record.Data)).toEqual([base64('young')]);
    await call('IncreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 48 });
    await clock.advance(86_400_000);
    expect((await read(await iterator('events', SHARD_0))).Records).toHaveLength(1);
    await call('DecreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 24 });
    expect((await read(await iterator('events', SHARD_0))).Records).toHaveLength(0);
  });

  it('notifies pollers once per call, and counts what came in', async () => {
    const { cloud, call } = await oneShard();
    const metrics: MetricDatum[] = [];
    cloud.metrics = datum => metrics.push(datum);
    let signals = 0;
    cloud.signals.subscribe(cloud.arn('kinesis', 'stream/events'), () => signals++);
    const Records = Array.from({ length: 3 }, (_, i) => ({ PartitionKey: `k${i}`, Data: base64('abc') }));
    await call('PutRecords', { StreamName: 'events', Records });
    expect(signals).toBe(1);
    expect(metrics.map(({ name, value, dimensions }) => [name, value, dimensions.StreamName])).toEqual([
      ['IncomingRecords', 3, 'events'],
      ['IncomingBytes', 15, 'events'],
      ['WriteProvisionedThroughputExceeded', 0, 'events'],
    ]);
  });
});

describe('GetShardIterator', () => {
  it('starts at, after, at a time, at the end, or at the oldest record', async () => {
    const { clock, put, iterator, read } = await oneShard();
    const first = await put('1');
    await clock.advance(1000);
    await put('2');
    const start = async (position: Record<string, unknown>) =>
      (await read(await iterator('events', SHARD_0, position))).Records.map(({ Data }) => atob(Data)).join();
    const StartingSequenceNumber = first.SequenceNumber;
    expect(await start({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber })).toBe('1,2');
    expect(await start({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber })).toBe('2');
    expect(await start({ ShardIteratorType: 'TRIM_HORIZON' })).toBe('1,2');
    expect(await start({ ShardIteratorType: 'LATEST' })).toBe('');
    const second = clock.now() / 1000;
    expect(await start({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: second })).toBe('2');
    expect(await start({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: second - 0.5 })).toBe('2');
    expect(await start({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: second - 1 })).toBe('1,2');
  });

  it('settles LATEST when it is asked for, not at the first read', async () => {
    const { put, iterator, read } = await oneShard();
    const latest = await iterator('events', SHARD_0, { ShardIteratorType: 'LATEST' });
    await put('came between');
    expect((await read(latest)).Records).toHaveLength(1);
  });

  it('refuses an iterator after five minutes, and sequence numbers of another shard', async () => {
    const { clock, iterator, read, call, listShards } = await oneShard();
    const old = await iterator('events', SHARD_0);
    await clock.advance(300_000);
    expect((await read(old)).Records).toEqual([]);
    await clock.advance(1);
    await expect(read(old)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
    await call('CreateStream', { StreamName: 'other', ShardCount: 2 });
    const foreign = (await listShards('other'))[1]?.SequenceNumberRange.StartingSequenceNumber;
    await expect(
      iterator('events', SHARD_0, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: foreign }),
    ).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: expect.stringContaining(`on shard ${SHARD_0} in stream events under account 000000000000 is invalid.`),
    });
  });

  it('refuses an iterator of a stream that was deleted and made again', async () => {
    const { clock, iterator, read, call } = await oneShard();
    const old = await iterator('events', SHARD_0);
    await call('DeleteStream', { StreamName: 'events' });
    await expect(read(old)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await clock.advance(1);
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    await expect(read(old)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });
});

describe('PutRecords', () => {
  it('refuses record 1,001 within a second, record by record, and takes it again a second later', async () => {
    const { clock, call, readShard } = await oneShard();
    const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: 'k', Data: base64(String(i)) }));
    const put = () =>
      call<{ FailedRecordCount: number; Records: unknown[] }>('PutRecords', { StreamName: 'events', Records });
    expect((await put()).FailedRecordCount).toBe(0);
    await clock.advance(600);
    expect((await put()).FailedRecordCount).toBe(0);
    const refused = await put();
    expect(refused.FailedRecordCount).toBe(500);
    expect(refused.Records[0]).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard ${SHARD_0} in stream events under account 000000000000.`,
    });
    await clock.advance(400);
    expect((await put()).FailedRecordCount).toBe(0);
    expect((await put()).FailedRecordCount).toBe(500);
    expect(await readShard('events', SHARD_0)).toHaveLength(1500);
  });

  it('refuses what is above 1 MiB a second for one shard and keeps the records of the others', async () => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events', ShardCount: 2 });
    const half = base64('x'.repeat(600_000));
    const low = { PartitionKey: 'a', ExplicitHashKey: '0', Data: half };
    const high = { PartitionKey: 'b', ExplicitHashKey: String(2n ** 128n - 1n), Data: half };
    const answer = await call<{ Records: { ShardId?: string; ErrorCode?: string }[] }>('PutRecords', {
      StreamName: 'events',
      Records: [low, low, high],
    });
    expect(answer).toMatchObject({ FailedRecordCount: 1 });
    expect(answer.Records.map(({ ShardId, ErrorCode }) => ShardId ?? ErrorCode)).toEqual([
      SHARD_0,
      'ProvisionedThroughputExceededException',
      'shardId-000000000001',
    ]);
  });

  it('shares the capacity of an on-demand stream among its shards', async () => {
    const { call } = kinesisFixture();
    await call('CreateStream', { StreamName: 'events' });
    const Records = Array.from({ length: 500 }, () => ({ PartitionKey: 'one key', Data: '' }));
    for (let i = 0; i < 8; i++)
      expect(await call('PutRecords', { StreamName: 'events', Records })).toMatchObject({ FailedRecordCount: 0 });
    expect(await call('PutRecords', { StreamName: 'events', Records })).toMatchObject({ FailedRecordCount: 500 });
  });

  it.each([
    [{ Records: [] }, 'ValidationException', /'records' .* greater than or equal to 1$/],
    [
      { Records: Array(501).fill({ PartitionKey: 'a', Data: '' }) },
      'ValidationException',
      /less than or equal to 500$/,
    ],
    [{ Records: [{ Data: '' }] }, 'ValidationException', /Value null at 'records\.1\.member\.partitionKey'/],
    [{ Records: [{ PartitionKey: '', Data: '' }] }, 'ValidationException', /length greater than or equal to 1$/],
    [{ Records: [{ PartitionKey: 'a'.repeat(257), Data: '' }] }, 'ValidationException', /less than or equal to 256$/],
    [{ Records: [{ PartitionKey: 'a' }] }, 'ValidationException', /Value null at 'records\.1\.member\.data'/],
    [
      { Records: [{ PartitionKey: 'a', Data: base64('x'.repeat(1024 * 1024)) }] },
      'ValidationException',
      /'records\.1\.member\.data' .* less than or equal to 1048576$/,
    ],
    [
      { Records: Array(11).fill({ PartitionKey: 'a', Data: base64('x'.repeat(1024 * 1024 - 1)) }) },
      'InvalidArgumentException',
      /exceeds 10 MB/,
    ],
    [
      { Records: [{ PartitionKey: 'a', Data: '', ExplicitHashKey: String(2n ** 128n) }] },
      'InvalidArgumentException',
      /Invalid ExplicitHashKey/,
    ],
  ])('refuses a whole request that breaks the model: case %#', async (input, name, message) => {
    const { call, readShard } = await oneShard();
    await expect(call('PutRecords', { StreamName: 'events', ...input })).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(await readShard('events', SHARD_0)).toEqual([]);
  });

  it('takes records up to 10 MiB once the stream allows them', async () => {
    const { call } = await oneShard();
    const large = { StreamName: 'events', PartitionKey: 'a', Data: base64('x'.repeat(2_000_000)) };
    await expect(call('PutRecord', large)).rejects.toMatchObject({ name: 'ValidationException' });
    await call('UpdateMaxRecordSize', { StreamName: 'events', MaxRecordSizeInKiB: 10_240 });
    expect(await call('PutRecord', large)).toMatchObject({ ShardId: SHARD_0 });
  });
});

describe('GetRecords with read limits', () => {
  it('refuses the sixth read of a shard in a second, but never the operator', async () => {
    const { clock, iterator, read } = await oneShard({ enforceReadLimits: true });
    const start = await iterator('events', SHARD_0);
    for (let i = 0; i < 5; i++) await read(start, undefined, READER);
    await expect(read(start, undefined, READER)).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    await read(start);
    await clock.advance(1000);
    await read(start, undefined, READER);
  });

  it('pauses after a large answer until it is paid for at 2 MiB a second', async () => {
    const { clock, put, iterator, read } = await oneShard({ enforceLimits: false, enforceReadLimits: true });
    for (let i = 0; i < 10; i++) await put('x'.repeat(1024 * 1024 - 1));
    const start = await iterator('events', SHARD_0);
    await read(start, undefined, READER);
    await clock.advance(3900);
    await expect(read(start, undefined, READER)).rejects.toThrow('Rate exceeded');
    await clock.advance(200);
    expect((await read(start, 1, READER)).Records).toHaveLength(1);
  });
});
