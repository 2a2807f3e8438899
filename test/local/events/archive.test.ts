import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { queue, RecordingCloud } from './recording-cloud.ts';

const BUS_ARN = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';
const ARCHIVE_ARN = 'arn:aws:events:eu-west-1:000000000000:archive/all';
const RULE_ARN = 'arn:aws:events:eu-west-1:000000000000:rule';
const MINUTE_MS = 60_000;

/** A cloud with two rules, an archive, and one event in each of three minutes. */
async function archived(archive: JsonObject = {}): Promise<RecordingCloud> {
  const aws = new RecordingCloud();
  await aws.rule('one', [{ Id: 'q', Arn: queue('one') }]);
  await aws.rule('two', [{ Id: 'q', Arn: queue('two') }]);
  await aws.events('CreateArchive', { ArchiveName: 'all', EventSourceArn: BUS_ARN, ...archive });
  for (const n of [0, 1, 2]) {
    await aws.put({ Detail: JSON.stringify({ n }) });
    await aws.clock.advance(MINUTE_MS);
  }
  return aws;
}

function replay(aws: RecordingCloud, members: JsonObject = {}): Promise<JsonObject> {
  const now = aws.clock.now() / 1000;
  return aws.events('StartReplay', {
    ReplayName: 'again',
    EventSourceArn: ARCHIVE_ARN,
    EventStartTime: now - 3600,
    EventEndTime: now,
    Destination: { Arn: BUS_ARN },
    ...members,
  });
}

describe('archives', () => {
  test('keep the events that match, without what is replayed', async () => {
    const aws = await archived({ EventPattern: '{"detail":{"n":[0,2]}}', RetentionDays: 1 });
    await replay(aws);
    await aws.clock.advance(MINUTE_MS);
    const archive = await aws.events('DescribeArchive', { ArchiveName: 'all' });
    expect(archive).toMatchObject({
      EventCount: 2,
      ArchiveArn: ARCHIVE_ARN,
      EventSourceArn: BUS_ARN,
      RetentionDays: 1,
    });
    expect(archive.SizeBytes).toBeGreaterThan(0);
  });

  test('drop events after the days of retention', async () => {
    const aws = await archived({ RetentionDays: 1 });
    await aws.clock.advance(24 * 3_600_000 - 2 * MINUTE_MS);
    expect(await aws.events('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 2 });
    await aws.clock.advance(MINUTE_MS * 2);
    expect(await aws.events('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 0, SizeBytes: 0 });
  });

  test.each([
    ['CreateArchive', { ArchiveName: 'all', EventSourceArn: BUS_ARN }, 'Archive all already exists.'],
    ['CreateArchive', { ArchiveName: 'a', EventSourceArn: `${BUS_ARN}s` }, 'Event bus defaults does not exist.'],
    ['DescribeArchive', { ArchiveName: 'none' }, 'Archive none does not exist.'],
    ['DeleteArchive', { ArchiveName: 'none' }, 'Archive none does not exist.'],
    [
      'UpdateArchive',
      { ArchiveName: 'none' },
      'At least one of EventPattern, RetentionDays or Description must be provided.',
    ],
  ])('%s %j is refused', async (operation, input, message) => {
    const aws = await archived();
    await expect(aws.events(operation, input)).rejects.toMatchObject({ message });
  });
});

describe('replays', () => {
  test('put the events of the time back on the bus, in order, with the name of the replay', async () => {
    const aws = await archived();
    const before = aws.messages('one');
    expect(await replay(aws)).toMatchObject({ State: 'STARTING' });
    await aws.clock.advance(1_000);
    expect(await aws.events('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'RUNNING' });
    await aws.clock.advance(MINUTE_MS);
    const after = aws
      .messages('one')
      .slice(before.length)
      .map(text => JSON.parse(text));
    expect(after).toEqual(before.map(text => ({ ...JSON.parse(text), 'replay-name': 'again' })));
    expect(await aws.events('DescribeReplay', { ReplayName: 'again' })).toMatchObject({
      State: 'COMPLETED',
      ReplayEndTime: expect.any(Number),
    });
  });

  test('reach only the rules that they are filtered to', async () => {
    const aws = await archived();
    await replay(aws, { Destination: { Arn: BUS_ARN, FilterArns: [`${RULE_ARN}/two`] } });
    await aws.clock.advance(MINUTE_MS);
    expect([aws.messages('one').length, aws.messages('two').length]).toEqual([3, 6]);
  });

  test('take events from the start and before the end', async () => {
    const aws = await archived();
    const start = aws.clock.now() / 1000 - 180;
    await replay(aws, { EventStartTime: start, EventEndTime: start + 60 });
    await aws.clock.advance(MINUTE_MS);
    expect(aws.messages('one')).toHaveLength(4);
  });

  test('stop before their next events when they are cancelled', async () => {
    const aws = await archived();
    await replay(aws);
    await aws.clock.advance(1_000);
    expect(await aws.events('CancelReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLING' });
    await aws.clock.advance(MINUTE_MS);
    expect(await aws.events('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLED' });
    expect(aws.messages('one')).toHaveLength(4);
    await expect(aws.events('CancelReplay', { ReplayName: 'again' })).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
  });

  test.each([
    [{ Destination: { Arn: `${BUS_ARN}s` } }, 'Event bus defaults does not exist.'],
    [
      { Destination: { Arn: BUS_ARN.replace('default', 'other') } },
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    ],
    [
      { EventSourceArn: `${ARCHIVE_ARN}s` },
      'Parameter EventSourceArn is not valid. Reason: Archive alls does not exist.',
    ],
    [
      { EventEndTime: 1, EventStartTime: 1 },
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
  ])('%j is refused', async (members, message) => {
    const aws = await archived();
    await aws.events('CreateEventBus', { Name: 'other' });
    await expect(replay(aws, members)).rejects.toMatchObject({ message });
  });

  test('are unique by name, and ten at a time', async () => {
    const aws = await archived();
    for (let n = 0; n < 10; n++) await replay(aws, { ReplayName: `r${n}` });
    await expect(replay(aws, { ReplayName: 'r1' })).rejects.toMatchObject({ message: 'Replay r1 already exists.' });
    await expect(replay(aws, { ReplayName: 'r10' })).rejects.toMatchObject({ name: 'LimitExceededException' });
    await aws.clock.advance(MINUTE_MS);
    await replay(aws, { ReplayName: 'r10' });
  });
});

describe('ListArchives', () => {
  test('refuses a bus that does not exist', async () => {
    const aws = await archived();
    const EventSourceArn = BUS_ARN.replace('default', 'missing');
    await expect(aws.events('ListArchives', { EventSourceArn })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Event bus missing does not exist.',
    });
  });
});

describe('StartReplay', () => {
  test('finds fault with the times before the bus', async () => {
    const aws = await archived();
    const { EventBusArn } = await aws.events('CreateEventBus', { Name: 'other' });
    const refused = replay(aws, { EventEndTime: 0, Destination: { Arn: EventBusArn } });
    await expect(refused).rejects.toThrow('EventStartTime must be before EventEndTime');
    await expect(replay(aws, { Destination: { Arn: EventBusArn } })).rejects.toThrow('Cross event bus replay');
  });
});
