import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { DiskJournal } from '../../../local/journal/disk-journal.ts';
import { kinesisService } from '../../../local/services/kinesis/kinesis-service.ts';
import type { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';
import { base64, kinesisFixture, type ListedShard, type ReadPage } from './kinesis-fixture.ts';

const HOUR_MS = 3_600_000;

const clouds: ReturnType<typeof restartableClouds>[] = [];

afterEach(async () => {
  for (const { remove } of clouds.splice(0)) await remove();
});

interface Kinesis {
  readonly clock: VirtualClock;
  call<Output = JsonObject>(operation: string, input: JsonObject): Promise<Output>;
}

interface Kept extends Kinesis {
  readonly journal: DiskJournal;
  /** The same after `kill -9`, `downMs` later. */
  killed(downMs?: number): Promise<Kept>;
}

/** A cloud with only Kinesis in it, on a data folder. */
async function fresh(options: RestartableOptions = {}): Promise<Kept> {
  const made = restartableClouds(cloud => cloud.register(kinesisService(cloud)), options);
  clouds.push(made);
  return keptKinesis(await made.start());
}

function keptKinesis({ clock, journal, call, restarted }: RestartableCloud): Kept {
  return {
    clock,
    journal,
    call: (operation, input) => call('kinesis', operation, input),
    killed: async downMs => keptKinesis(await restarted(downMs)),
  };
}

/** Everything that the read operations say. */
async function everything({ call }: Kinesis): Promise<JsonObject[]> {
  const { StreamNames } = await call<{ StreamNames: string[] }>('ListStreams', {});
  const answers: JsonObject[] = [await call('DescribeLimits', {}), { StreamNames }];
  for (const StreamName of StreamNames) {
    const { StreamDescription } = await call<{ StreamDescription: JsonObject }>('DescribeStream', { StreamName });
    const { Shards } = await call<{ Shards: ListedShard[] }>('ListShards', { StreamName });
    answers.push(
      StreamDescription,
      { Shards },
      await call('DescribeStreamSummary', { StreamName }),
      await call('ListTagsForStream', { StreamName }),
      await call('ListStreamConsumers', { StreamARN: StreamDescription.StreamARN }),
      await call('GetResourcePolicy', { ResourceARN: StreamDescription.StreamARN }),
    );
    for (const { ShardId } of Shards) answers.push(await recordsOf({ call }, StreamName, ShardId));
  }
  return answers;
}

async function recordsOf({ call }: Pick<Kept, 'call'>, StreamName: string, ShardId: string) {
  const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await call<{ ShardIterator: string }>('GetShardIterator', start);
  const { Records, ChildShards } = await call<ReadPage>('GetRecords', { ShardIterator });
  return { ShardId, Records, ChildShards };
}

const put = ({ call }: Kinesis, text: string, StreamName = 'events') =>
  call<{ SequenceNumber: string; ShardId: string }>('PutRecord', {
    StreamName,
    PartitionKey: text,
    Data: base64(text),
  });

describe('Kinesis on a data folder', () => {
  it('has every setting, tag, consumer, shard and record again after kill -9, in the same words', async () => {
    const kinesis = await fresh();
    const { call, clock } = kinesis;
    await call('CreateStream', { StreamName: 'events', ShardCount: 2, Tags: { team: 'a' }, MaxRecordSizeInKiB: 2048 });
    await call('CreateStream', { StreamName: 'on-demand' });
    const StreamARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/events';
    await call('AddTagsToStream', { StreamName: 'events', Tags: { stage: 'ünic' } });
    await call('TagResource', { ResourceARN: StreamARN, Tags: { gone: 'soon' } });
    await call('UntagResource', { ResourceARN: StreamARN, TagKeys: ['gone'] });
    await call('IncreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 48 });
    await call('StartStreamEncryption', { StreamName: 'events', EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    await call('UpdateStreamMode', {
      StreamARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/on-demand',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
    await call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'reader' });
    await call('PutResourcePolicy', { ResourceARN: StreamARN, Policy: '{"Statement":[]}' });
    await call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'gone' });
    await call('DeregisterStreamConsumer', { StreamARN, ConsumerName: 'gone' });
    for (const text of ['', 'one', '\u{1f4a3} \t\n"\\', 'three']) if (text) await put(kinesis, text);
    await clock.advance(5);
    await call('UpdateShardCount', { StreamName: 'events', TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' });
    for (const text of ['four', 'five', 'six', 'seven']) await put(kinesis, text);
    expect(await everything(await kinesis.killed())).toEqual(await everything(kinesis));
  });

  it('goes on with sequence numbers and shard ids, and knows the iterators that were given before', async () => {
    const kinesis = await fresh();
    await kinesis.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    const first = await put(kinesis, '1');
    const { ShardIterator } = await kinesis.call<{ ShardIterator: string }>('GetShardIterator', {
      StreamName: 'events',
      ShardId: first.ShardId,
      ShardIteratorType: 'LATEST',
    });
    const next = await kinesis.killed();
    const second = await put(next, '2');
    expect(BigInt(second.SequenceNumber)).toBe(BigInt(first.SequenceNumber) + 1n);
    expect((await next.call<ReadPage>('GetRecords', { ShardIterator })).Records).toMatchObject([{ PartitionKey: '2' }]);
    await next.call('UpdateShardCount', { StreamName: 'events', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
    const third = await put(await next.killed(), '3');
    expect(third.ShardId).toMatch(/00[12]$/);
  });

  it('never gives a sequence number twice, even when every record had expired before the snapshot', async () => {
    const kinesis = await fresh({ snapshotAfterBytes: 1000 });
    await kinesis.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    let last = '';
    for (let i = 0; i < 20; i++) last = (await put(kinesis, `record ${i} ${'x'.repeat(50)}`)).SequenceNumber;
    await kinesis.clock.advance(25 * HOUR_MS);
    await kinesis.call('ListShards', { StreamName: 'events' }); // this is where they are forgotten
    for (let i = 0; i < 30; i++) await touchAndSnapshot(kinesis);
    const next = await kinesis.killed();
    expect(next.journal.summary.records['kinesis/records']).toBeUndefined();
    expect(BigInt((await put(next, 'more')).SequenceNumber)).toBe(BigInt(last) + 1n);
  });

  it('does not bring back what expired while it was down, nor what a shorter retention had made expire', async () => {
    const kinesis = await fresh();
    const { call, clock } = kinesis;
    await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    await call('IncreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 72 });
    await put(kinesis, 'old');
    await clock.advance(30 * HOUR_MS);
    await put(kinesis, 'young');
    await call('DecreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 24 });
    await call('IncreaseStreamRetentionPeriod', { StreamName: 'events', RetentionPeriodHours: 72 });
    const shard = 'shardId-000000000000';
    const soon = await kinesis.killed(HOUR_MS);
    expect((await recordsOf(soon, 'events', shard)).Records).toMatchObject([{ PartitionKey: 'young' }]);
    const late = await kinesis.killed(72 * HOUR_MS);
    expect((await recordsOf(late, 'events', shard)).Records).toEqual([]);
  });

  it('keeps the records of a deleted stream out of the one that has its name now', async () => {
    const kinesis = await fresh();
    await kinesis.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    for (const text of ['1', '2', '3']) await put(kinesis, text);
    await kinesis.journal.settled();
    await kinesis.call('DeleteStream', { StreamName: 'events' });
    await kinesis.call('CreateStream', { StreamName: 'events', ShardCount: 1 });
    await put(kinesis, 'of the new one');
    const next = await kinesis.killed();
    expect((await recordsOf(next, 'events', 'shardId-000000000000')).Records).toMatchObject([
      { PartitionKey: 'of the new one' },
    ]);
    expect(await everything(next)).toEqual(await everything(kinesis));
  });

  it('is, after any operations and kills in between, what a Kinesis in memory is that was never killed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean(), async (steps, small) => {
        const twin = kinesisFixture();
        let kinesis = await fresh(small ? { snapshotAfterBytes: 2000 } : {});
        for (const next of steps) {
          if (next.kind === 'kill') kinesis = await kinesis.killed();
          else for (const each of [kinesis, twin]) await perform(each, next);
          if (next.turn) await kinesis.clock.settle();
        }
        expect(await everything(await kinesis.killed())).toEqual(await everything(twin));
      }),
      { numRuns: 40 },
    );
  });
});

/** Writes enough for the journal to take a snapshot now and then. */
async function touchAndSnapshot(kinesis: Kept): Promise<void> {
  await kinesis.call('AddTagsToStream', { StreamName: 'events', Tags: { note: 'x'.repeat(100) } });
  await kinesis.journal.settled();
  await kinesis.clock.settle();
}

const name = fc.constantFrom('a', 'b');
const step = fc.record({
  kind: fc.constantFrom(
    'create',
    'delete',
    'put',
    'put',
    'put',
    'split',
    'merge',
    'scale',
    'retain',
    'tag',
    'wait',
    'kill',
  ),
  name,
  amount: fc.integer({ min: 1, max: 6 }),
  /** Whether a turn of the event loop ends after it. */
  turn: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Carries out a step; what Kinesis refuses is part of the game. */
async function perform(kinesis: Kinesis, { kind, name: StreamName, amount }: Step): Promise<void> {
  const { call, clock } = kinesis;
  const shards = async () => (await call<{ Shards: ListedShard[] }>('ListShards', { StreamName })).Shards;
  const steps: Record<string, () => Promise<unknown>> = {
    create: () => call('CreateStream', { StreamName, ShardCount: amount }),
    delete: () => call('DeleteStream', { StreamName }),
    put: () => call('PutRecords', { StreamName, Records: Array.from({ length: amount * 3 }, (_, i) => record(i)) }),
    split: async () => {
      const open = (await shards()).filter(shard => !shard.SequenceNumberRange.EndingSequenceNumber);
      const { ShardId, HashKeyRange } = open[amount % open.length] ?? {};
      const NewStartingHashKey = String(BigInt(HashKeyRange?.EndingHashKey ?? 1) - BigInt(amount));
      return call('SplitShard', { StreamName, ShardToSplit: ShardId, NewStartingHashKey });
    },
    merge: async () => {
      const [one, other] = (await shards()).filter(shard => !shard.SequenceNumberRange.EndingSequenceNumber);
      const [ShardToMerge, AdjacentShardToMerge] = [one?.ShardId, other?.ShardId];
      return call('MergeShards', { StreamName, ShardToMerge, AdjacentShardToMerge });
    },
    scale: () => call('UpdateShardCount', { StreamName, TargetShardCount: amount, ScalingType: 'UNIFORM_SCALING' }),
    retain: () => call('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 24 + amount }),
    tag: () => call('AddTagsToStream', { StreamName, Tags: { [`tag${amount}`]: 'x'.repeat(amount * 20) } }),
    wait: () => clock.advance(amount * 5 * HOUR_MS),
  };
  await steps[kind]?.().catch(() => {});
}

function record(index: number) {
  return { PartitionKey: `key ${index}`, Data: base64(`data ${index}`) };
}
