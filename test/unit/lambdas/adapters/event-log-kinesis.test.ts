import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../../../core/index.ts';
import { kinesisEventLog } from '../../../../lambdas/adapters/event-log-kinesis.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const kinesis = mockClient(KinesisClient);
const taken = (n: number) => ({ SequenceNumber: String(n), ShardId: 'shardId-0' });
const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };

function log() {
  const clock = steppingClock(0);
  const client = new KinesisClient({ region: 'eu-west-1' });
  return { clock, log: kinesisEventLog({ client, streamName: 'events', clock, ids: seededUlids(1) }) };
}

function partitionKeys(call: number): (string | undefined)[] {
  const input = kinesis.commandCalls(PutRecordsCommand)[call]?.args[0].input;
  return (input?.Records ?? []).map(record => record.PartitionKey);
}

describe('kinesisEventLog', () => {
  beforeEach(() => kinesis.reset());
  const events: CloudEvent[] = ['a', 'b', 'c'].map(subject => ({ ...pageViewed(0, subject), partitionkey: subject }));

  it('puts events under their partition key in one call', async () => {
    kinesis.on(PutRecordsCommand).resolves({ Records: [taken(1), taken(2), taken(3)] });
    expect(await log().log.append(events)).toEqual([1, 2, 3].map(() => ({ status: 'appended', shard: 'shardId-0' })));
    expect(partitionKeys(0)).toEqual(['a', 'b', 'c']);
    const [record] = kinesis.commandCalls(PutRecordsCommand)[0]?.args[0].input.Records ?? [];
    expect(JSON.parse(Buffer.from(record?.Data ?? []).toString())).toEqual(events[0]);
  });

  it('sends only the records again that were refused, after a wait', async () => {
    kinesis
      .on(PutRecordsCommand)
      .resolvesOnce({ FailedRecordCount: 2, Records: [throttled, taken(2), throttled] })
      .resolvesOnce({ FailedRecordCount: 1, Records: [taken(3), throttled] })
      .resolvesOnce({ Records: [taken(4)] });
    const { log: eventLog, clock } = log();
    expect((await eventLog.append(events)).every(({ status }) => status === 'appended')).toBe(true);
    expect([partitionKeys(1), partitionKeys(2)]).toEqual([['a', 'c'], ['c']]);
    expect(clock.slept).toHaveLength(2);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(400);
  });

  it('says which ones failed, and why, when no try is left', async () => {
    kinesis.on(PutRecordsCommand).callsFake(input => ({
      Records: input.Records.map((record: { PartitionKey: string }) =>
        record.PartitionKey === 'b' ? throttled : taken(1),
      ),
    }));
    expect(await log().log.append(events)).toEqual([
      { status: 'appended', shard: 'shardId-0' },
      { status: 'failed', code: 'ProvisionedThroughputExceededException' },
      { status: 'appended', shard: 'shardId-0' },
    ]);
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(4);
  });

  it('takes a call that failed as a whole, or an answer without results, as refused', async () => {
    kinesis
      .on(PutRecordsCommand)
      .rejectsOnce(new Error('socket hang up'))
      .resolvesOnce({})
      .resolves({ Records: events.map((_, i) => taken(i)) });
    expect((await log().log.append(events)).every(({ status }) => status === 'appended')).toBe(true);
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(3);
  });

  it('keeps to 500 records a call', async () => {
    kinesis
      .on(PutRecordsCommand)
      .callsFake(input => ({ Records: input.Records.map((_: unknown, i: number) => taken(i)) }));
    await log().log.append(Array.from({ length: 501 }, () => pageViewed()));
    expect([partitionKeys(0).length, partitionKeys(1).length]).toEqual([500, 1]);
  });

  it('sends no later record of a key before the refused one is in: its other records wait, other keys go on', async () => {
    const four = [0, 1, 2].map(minute => pageViewed(minute, 'a')).concat(pageViewed(0, 'b'));
    kinesis
      .on(PutRecordsCommand)
      .resolvesOnce({ Records: [throttled, throttled, throttled, throttled] })
      .callsFake(input => ({ Records: input.Records.map((_: unknown, i: number) => taken(i)) }));
    expect((await log().log.append(four)).every(({ status }) => status === 'appended')).toBe(true);
    expect(sentIds().slice(1)).toEqual([[four[0]?.id, four[3]?.id], [four[1]?.id], [four[2]?.id]]);
  });

  it('asks for no further call while the stream takes everything', async () => {
    kinesis
      .on(PutRecordsCommand)
      .callsFake(input => ({ Records: input.Records.map((_: unknown, i: number) => taken(i)) }));
    await log().log.append(Array.from({ length: 300 }, (_, i) => pageViewed(i, 'a')));
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(1);
  });

  it('is careful for a second after a refusal, and at ease afterwards', async () => {
    const two = [pageViewed(0, 'a'), pageViewed(1, 'a')];
    let calls = 0;
    kinesis.on(PutRecordsCommand).callsFake(input => ({
      Records: input.Records.map((_: unknown, i: number) => (calls++ === 0 ? throttled : taken(i))),
    }));
    const { log: eventLog, clock } = log();
    const callsOf = async () => {
      kinesis.resetHistory();
      await eventLog.append(two);
      return kinesis.commandCalls(PutRecordsCommand).length;
    };
    expect([await callsOf(), await callsOf()]).toEqual([2, 2]);
    await clock.sleep(1000);
    expect(await callsOf()).toBe(1);
  });

  it('gives up the rest of a key with its first record, which can then wait elsewhere in order', async () => {
    kinesis.on(PutRecordsCommand).callsFake(input => ({
      Records: input.Records.map((record: { PartitionKey: string }, i: number) =>
        record.PartitionKey === 'a' ? throttled : taken(i),
      ),
    }));
    const { log: eventLog } = log();
    await eventLog.append([pageViewed(0, 'a')]); // the stream is known to be busy
    kinesis.resetHistory();
    const outcomes = await eventLog.append([pageViewed(0, 'a'), pageViewed(1, 'a'), pageViewed(0, 'b')]);
    expect(outcomes).toEqual([
      { status: 'failed', code: 'ProvisionedThroughputExceededException' },
      { status: 'failed', code: 'NotSent' },
      { status: 'appended', shard: 'shardId-0' },
    ]);
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(4);
  });

  it('bounds its calls, however many records of one key wait', async () => {
    let calls = 0;
    kinesis.on(PutRecordsCommand).callsFake(input => ({
      Records: input.Records.map((_: unknown, i: number) => (calls++ < 50 ? throttled : taken(i))),
    }));
    const outcomes = await log().log.append(Array.from({ length: 50 }, (_, i) => pageViewed(i, 'a')));
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(25);
    expect(outcomes.map(({ status }) => status)).toEqual(
      outcomes.map((_, index) => (index < 24 ? 'appended' : 'failed')),
    );
  });

  it('keeps the order of every key, whatever is refused or lost, but for what a call at ease took behind it', async () => {
    const request = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    const fate = fc.constantFrom('taken', 'taken', 'refused');
    const call = fc.record({
      lost: fc.constantFrom<'no' | 'before' | 'after'>('no', 'no', 'no', 'before', 'after'),
      fates: fc.array(fate, { minLength: 12, maxLength: 12 }),
    });
    const property = fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 4 }),
      fc.array(call, { maxLength: 30 }),
      async (requests, plan) => {
        kinesis.reset();
        const stream: string[] = [];
        let at = 0;
        const overtaking = new Set<string>();
        let busyUntilMs = 0;
        const { log: eventLog, clock } = log();
        kinesis.on(PutRecordsCommand).callsFake((input: { Records: { Data: Uint8Array }[] }) => {
          const { lost, fates } = plan[at++] ?? { lost: 'no', fates: [] };
          if (lost === 'before') throw new Error('injected: nothing was taken');
          const ids = input.Records.map(({ Data }) => JSON.parse(Buffer.from(Data).toString()).id as string);
          const refused = ids.map((_, i) => fates[i] === 'refused');
          ids.forEach((id, i) => void (refused[i] || stream.push(id)));
          const isAtEase = clock.now() >= busyUntilMs;
          if (refused.includes(true) && isAtEase) for (const [i, id] of ids.entries()) refused[i] || overtaking.add(id);
          if (lost === 'after') throw new Error('injected: the answer was lost');
          if (refused.includes(true)) busyUntilMs = clock.now() + 1000;
          return { Records: refused.map((is, i) => (is ? throttled : taken(i))) };
        });
        for (const subjects of requests) {
          const events = subjects.map((subject, minute) => pageViewed(minute, subject));
          const outcomes = await eventLog.append(events);
          for (const ofKey of Map.groupBy(events, event => event.subject).values()) {
            const fates = ofKey.map(event => outcomes[events.indexOf(event)]?.status);
            const overtook = ofKey.some(event => overtaking.has(event.id));
            const inOrder = ofKey.filter((event, i) => fates[i] === 'appended' && !overtaking.has(event.id));
            const places = inOrder.map(event => stream.indexOf(event.id));
            expect(places).not.toContain(-1); // what was answered as appended is there
            expect(places).toEqual(places.toSorted((a, b) => a - b));
            // what failed is the end of its key, so that it can wait elsewhere in order
            if (!overtook) expect(fates).toEqual(fates.toSorted());
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 120 });
  });
});

function sentIds(): string[][] {
  return kinesis
    .commandCalls(PutRecordsCommand)
    .map(call =>
      (call.args[0].input.Records ?? []).map(({ Data }) => JSON.parse(Buffer.from(Data ?? []).toString()).id as string),
    );
}
