import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
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
    expect(await log().log.append(events)).toEqual([1, 2, 3].map(() => ({ status: 'appended' })));
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
      { status: 'appended' },
      { status: 'failed', code: 'ProvisionedThroughputExceededException' },
      { status: 'appended' },
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
});
