import { describe, expect, test } from 'vitest';
import { queue, RecordingCloud } from './recording-cloud.ts';

const MINUTE_MS = 60_000;

async function scheduled(ScheduleExpression: string): Promise<RecordingCloud> {
  const aws = new RecordingCloud();
  await aws.rule('tick', [{ Id: 'q', Arn: queue('q') }], { ScheduleExpression, EventPattern: undefined });
  return aws;
}

describe('scheduled rules', () => {
  test('send a scheduled event at each turn', async () => {
    const aws = await scheduled('rate(5 minutes)');
    await aws.clock.advance(15 * MINUTE_MS);
    expect(aws.messages('q').map(text => JSON.parse(text))).toEqual(
      ['00:05', '00:10', '00:15'].map(time => ({
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: `2026-01-01T${time}:00Z`,
        region: 'eu-west-1',
        resources: ['arn:aws:events:eu-west-1:000000000000:rule/tick'],
        detail: {},
      })),
    );
  });

  test('run by the clock in UTC', async () => {
    const aws = await scheduled('cron(0 12 ? * MON-FRI *)');
    await aws.clock.advance(7 * 24 * 60 * MINUTE_MS);
    const times = aws.messages('q').map(text => JSON.parse(text).time);
    expect(times).toEqual(['01', '02', '05', '06', '07'].map(day => `2026-01-${day}T12:00:00Z`));
  });

  test('rest while they are disabled, and end with the rule', async () => {
    const aws = await scheduled('rate(1 minute)');
    await aws.events('DisableRule', { Name: 'tick' });
    await aws.clock.advance(10 * MINUTE_MS);
    expect(aws.messages('q')).toEqual([]);
    await aws.events('EnableRule', { Name: 'tick' });
    await aws.clock.advance(2 * MINUTE_MS);
    expect(aws.messages('q')).toHaveLength(2);
    await aws.events('RemoveTargets', { Rule: 'tick', Ids: ['q'] });
    await aws.events('DeleteRule', { Name: 'tick' });
    await aws.clock.advance(10 * MINUTE_MS);
    expect(aws.count('TriggeredRules')).toBe(2);
  });

  test('a new expression takes the place of the old one', async () => {
    const aws = await scheduled('rate(1 minute)');
    await aws.events('PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 hour)' });
    await aws.clock.advance(60 * MINUTE_MS);
    expect(aws.messages('q')).toHaveLength(1);
  });

  test('live on the default bus only', async () => {
    const aws = new RecordingCloud();
    await aws.events('CreateEventBus', { Name: 'bus' });
    const rule = { Name: 'r', ScheduleExpression: 'rate(1 minute)', EventBusName: 'bus' };
    await expect(aws.events('PutRule', rule)).rejects.toMatchObject({
      message: 'ScheduleExpression is supported only on the default event bus.',
    });
  });
});
