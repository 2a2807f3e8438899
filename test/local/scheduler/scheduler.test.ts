import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { HttpRequest, JsonObject } from '../../../local/cloud/service.ts';
import { schedulerService } from '../../../local/services/scheduler/scheduler-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ROLE_ARN = 'arn:aws:iam::000000000000:role/scheduler';
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:q';
const target = { Arn: QUEUE_ARN, RoleArn: ROLE_ARN, Input: '{}' };
const base = { Name: 's', ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: target };

interface Call {
  readonly atMs: number;
  readonly operation: string;
  readonly input: JsonObject;
  readonly principal: Principal;
}

function setUp() {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  const service = schedulerService(cloud);
  cloud.register(service);
  const calls: Call[] = [];
  const failure: { with: ((call: Call) => void) | undefined } = { with: undefined };
  for (const [name, operation] of [
    ['sqs', 'SendMessage'],
    ['dynamodb', 'PutItem'],
    ['events', 'PutEvents'],
  ] as const) {
    const record = (input: JsonObject, { principal }: { principal: Principal }) => {
      const call = { atMs: clock.now(), operation, input, principal };
      calls.push(call);
      failure.with?.(call);
    };
    const wire = { protocol: 'json', targetPrefix: name, version: '1.0' } as const;
    cloud.register({ name, wire, operations: { [operation]: record } });
  }
  const scheduler = (operation: string, input: JsonObject) =>
    cloud.call({ service: 'scheduler', operation, input, principal: OPERATOR });
  const times = () => calls.map(call => new Date(call.atMs).toISOString().slice(0, 16));
  return { clock, cloud, service, calls, failure, scheduler, times };
}

describe('schedules', () => {
  test('call their target in their role', async () => {
    const { clock, calls, scheduler } = setUp();
    await scheduler('CreateSchedule', base);
    await clock.advance(2 * HOUR_MS);
    const principal = { kind: 'role', roleArn: ROLE_ARN, session: 's' };
    const input = { QueueUrl: 'http://127.0.0.1:0/000000000000/q', MessageBody: '{}' };
    expect(calls).toEqual(
      [1, 2].map(n => ({ atMs: Date.UTC(2026, 0, 1, n), operation: 'SendMessage', input, principal })),
    );
  });

  test('run by the clock of their zone', async () => {
    const { clock, scheduler, times } = setUp();
    const zone = { ScheduleExpressionTimezone: 'America/New_York' };
    await scheduler('CreateSchedule', { ...base, ...zone, ScheduleExpression: 'cron(0 9 * * ? *)' });
    await scheduler('CreateSchedule', {
      ...base,
      ...zone,
      Name: 'once',
      ScheduleExpression: 'at(2026-01-01T08:30:00)',
    });
    await clock.advance(24 * HOUR_MS);
    expect(times()).toEqual(['2026-01-01T13:30', '2026-01-01T14:00']);
  });

  test('keep between their start and their end', async () => {
    const { clock, scheduler, times } = setUp();
    const start = clock.now() / 1000 + 90 * 60;
    await scheduler('CreateSchedule', { ...base, StartDate: start, EndDate: start + 3 * 3600 - 1 });
    await clock.advance(24 * HOUR_MS);
    expect(times()).toEqual(['2026-01-01T01:30', '2026-01-01T02:30', '2026-01-01T03:30']);
  });

  test('a flexible schedule runs somewhere in its window, and once', async () => {
    const { clock, calls, scheduler } = setUp();
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 };
    await scheduler('CreateSchedule', { ...base, FlexibleTimeWindow });
    await clock.advance(24 * HOUR_MS);
    const shifts = calls.map((call, index) => call.atMs - Date.UTC(2026, 0, 1, index + 1));
    expect(shifts.length).toBeGreaterThanOrEqual(23);
    expect(Math.min(...shifts)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shifts)).toBeLessThan(15 * MINUTE_MS);
    expect(new Set(shifts).size).toBeGreaterThan(10);
  });

  test('a schedule that is to be deleted after completion is gone after its last run', async () => {
    const { clock, scheduler, times } = setUp();
    const once = { ...base, ScheduleExpression: 'at(2026-01-01T01:00:00)' };
    await scheduler('CreateSchedule', { ...once, ActionAfterCompletion: 'DELETE' });
    await scheduler('CreateSchedule', { ...once, Name: 'kept' });
    await clock.advance(2 * HOUR_MS);
    expect(times()).toHaveLength(2);
    await expect(scheduler('GetSchedule', { Name: 's' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    await expect(scheduler('GetSchedule', { Name: 'kept' })).resolves.toMatchObject({ ActionAfterCompletion: 'NONE' });
  });

  test('rest while disabled, follow their updates, and end when they are deleted', async () => {
    const { clock, scheduler, times } = setUp();
    await scheduler('CreateSchedule', { ...base, State: 'DISABLED' });
    await clock.advance(HOUR_MS);
    await scheduler('UpdateSchedule', { ...base, ScheduleExpression: 'rate(30 minutes)' });
    await clock.advance(HOUR_MS);
    expect(times()).toEqual(['2026-01-01T01:30', '2026-01-01T02:00']);
    await scheduler('DeleteSchedule', { Name: 's' });
    await clock.advance(HOUR_MS);
    expect(times()).toHaveLength(2);
  });

  test('fill the context into their input', async () => {
    const { clock, calls, scheduler } = setUp();
    const Input =
      '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","n":<aws.scheduler.attempt-number>}';
    await scheduler('CreateSchedule', { ...base, Target: { ...target, Input } });
    await clock.advance(HOUR_MS);
    expect(JSON.parse(String(calls[0]?.input.MessageBody))).toEqual({
      arn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/s',
      at: '2026-01-01T01:00:00Z',
      n: 1,
    });
  });

  test('reach any operation by a universal target', async () => {
    const { clock, calls, scheduler } = setUp();
    const Arn = 'arn:aws:scheduler:::aws-sdk:dynamodb:putItem';
    await scheduler('CreateSchedule', { ...base, Target: { ...target, Arn, Input: '{"TableName":"t"}' } });
    await clock.advance(HOUR_MS);
    expect(calls).toMatchObject([{ operation: 'PutItem', input: { TableName: 't' } }]);
  });

  test('put events on a bus', async () => {
    const { clock, calls, scheduler } = setUp();
    const Arn = 'arn:aws:events:eu-west-1:000000000000:event-bus/bus';
    const EventBridgeParameters = { DetailType: 'type', Source: 'source' };
    await scheduler('CreateSchedule', { ...base, Target: { ...target, Arn, EventBridgeParameters } });
    await clock.advance(HOUR_MS);
    const entry = { EventBusName: Arn, DetailType: 'type', Source: 'source', Detail: '{}' };
    expect(calls).toMatchObject([{ operation: 'PutEvents', input: { Entries: [entry] } }]);
  });

  test('send what fails for good to the dead-letter queue', async () => {
    const { clock, calls, failure, scheduler } = setUp();
    const DeadLetterConfig = { Arn: QUEUE_ARN.replace(/q$/, 'dlq') };
    const RetryPolicy = { MaximumRetryAttempts: 1 };
    await scheduler('CreateSchedule', { ...base, Target: { ...target, DeadLetterConfig, RetryPolicy } });
    failure.with = ({ input }) => {
      if (String(input.QueueUrl).endsWith('/q')) throw new AwsError('ThrottlingException', 'slow down');
    };
    await clock.advance(HOUR_MS + MINUTE_MS);
    expect(calls.map(call => String(call.input.QueueUrl).split('/').at(-1))).toEqual(['q', 'q', 'dlq']);
    expect(calls[2]?.input.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'ThrottlingException' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '1' },
      SCHEDULED_TIME: { StringValue: '2026-01-01T01:00:00Z' },
    });
  });
});

describe('CreateSchedule', () => {
  test.each([
    ...[
      'cron(0 1 * * * *)',
      'cron(7 20 * * NOT *)',
      'cron(INVALID)',
      'cron(0 dummy ? * MON-FRI *)',
      'cron(71 8 1 * ? *)',
      'cron()',
    ],
    ...[
      'rate(10 seconds)',
      'rate(10 years)',
      'rate()',
      'rate(10)',
      'rate(10 minutess)',
      'rate(foo minutes)',
      'rate(-10 minutes)',
    ],
    ...[
      'rate( 10 minutes )',
      ' rate(10 minutes)',
      'at(2021-12-31T23:59:59Z)',
      'at(2021-12-31)',
      'at(2026-02-30T00:00:00)',
    ],
  ])('refuses the expression %j', async expression => {
    await expect(
      setUp().scheduler('CreateSchedule', { ...base, ScheduleExpression: expression }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Invalid Schedule Expression ${expression}.`,
    });
  });

  test.each([
    ...['cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)', 'cron(30-30 13-13 ? * 2,4,6 *)', 'cron(1-31/30 1-1 ? * 1,7 *)'],
    ...['cron(0 18 ? * MON-FRI *)', 'cron(*/15 * * * ? *)', 'cron(0-59/10 0-23/2 ? * * *)', 'at(2022-12-12T00:00:00)'],
  ])('takes the expression %j', async expression => {
    await expect(setUp().scheduler('CreateSchedule', { ...base, ScheduleExpression: expression })).resolves.toEqual({
      ScheduleArn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/s',
    });
  });

  test('refuses a second schedule of a name, but not the repetition of a call', async () => {
    const { scheduler } = setUp();
    await scheduler('CreateSchedule', { ...base, ClientToken: 'one' });
    await scheduler('CreateSchedule', { ...base, ClientToken: 'one' });
    await expect(scheduler('CreateSchedule', { ...base, ClientToken: 'two' })).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Schedule s already exists.',
      status: 409,
    });
  });

  test.each([
    [{ GroupName: 'none' }, 'Schedule group none does not exist.'],
    [{ ScheduleExpressionTimezone: 'Mars/Base' }, 'Invalid Schedule Expression Timezone Mars/Base.'],
    [
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      'MaximumWindowInMinutes must be between 1 and 1440 when the mode is FLEXIBLE.',
    ],
    [
      { Target: { Arn: QUEUE_ARN } },
      "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    ],
  ])('refuses %j', async (members, message) => {
    await expect(setUp().scheduler('CreateSchedule', { ...base, ...members })).rejects.toMatchObject({ message });
  });
});

describe('the wire protocol', () => {
  async function send(aws: ReturnType<typeof setUp>, method: string, url: string, body?: JsonObject) {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const request: HttpRequest = {
      method,
      path: pathname,
      query: searchParams,
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    };
    const { wire } = aws.service;
    if (wire.protocol !== 'http') throw new Error('the scheduler speaks REST');
    const { status, headers, body: answer } = await wire.handle(request, OPERATOR);
    return { status, code: headers['x-amzn-errortype'], body: JSON.parse(String(answer)) };
  }

  test('creates, reads, lists, changes and deletes', async () => {
    const aws = setUp();
    const { Name: _, ...settings } = base;
    expect(await send(aws, 'POST', '/schedule-groups/g', {})).toMatchObject({ status: 200 });
    expect(await send(aws, 'POST', '/schedules/s', { ...settings, GroupName: 'g' })).toMatchObject({
      body: { ScheduleArn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/g/s' },
    });
    expect(await send(aws, 'GET', '/schedules/s?groupName=g')).toMatchObject({
      body: { Name: 's', GroupName: 'g', State: 'ENABLED', ScheduleExpression: 'rate(1 hour)', Target: target },
    });
    expect(await send(aws, 'PUT', '/schedules/s', { ...settings, GroupName: 'g', State: 'DISABLED' })).toMatchObject({
      status: 200,
    });
    expect(await send(aws, 'GET', '/schedules?ScheduleGroup=g&State=DISABLED&MaxResults=1')).toMatchObject({
      body: { Schedules: [{ Name: 's', Target: { Arn: QUEUE_ARN } }] },
    });
    expect(await send(aws, 'DELETE', '/schedules/s?groupName=g&clientToken=t')).toMatchObject({ status: 200 });
    expect(await send(aws, 'GET', '/schedules/s?groupName=g')).toEqual({
      status: 404,
      code: 'ResourceNotFoundException',
      body: { Message: 'Schedule s does not exist.' },
    });
  });

  test('tags groups by their ARN', async () => {
    const aws = setUp();
    await send(aws, 'POST', '/schedule-groups/g', { Tags: [{ Key: 'a', Value: '1' }] });
    const path = `/tags/${encodeURIComponent('arn:aws:scheduler:eu-west-1:000000000000:schedule-group/g')}`;
    await send(aws, 'POST', path, { Tags: [{ Key: 'b', Value: '2' }] });
    await send(aws, 'DELETE', `${path}?TagKeys=a&TagKeys=c`);
    expect(await send(aws, 'GET', path)).toMatchObject({ body: { Tags: [{ Key: 'b', Value: '2' }] } });
  });

  test('a group takes its schedules along, the default group stays', async () => {
    const aws = setUp();
    await send(aws, 'POST', '/schedule-groups/g', {});
    await aws.scheduler('CreateSchedule', { ...base, GroupName: 'g' });
    await send(aws, 'DELETE', '/schedule-groups/g');
    expect(await send(aws, 'GET', '/schedules')).toMatchObject({ body: { Schedules: [] } });
    expect(await send(aws, 'DELETE', '/schedule-groups/default')).toMatchObject({
      status: 400,
      code: 'ValidationException',
    });
    await aws.clock.advance(2 * HOUR_MS);
    expect(aws.calls).toEqual([]);
  });
});
