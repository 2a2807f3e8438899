import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { schedulerService } from '../../../local/services/scheduler/scheduler-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ROLE_ARN = 'arn:aws:iam::000000000000:role/scheduler';
const START_MS = Date.UTC(2026, 0, 1);

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

const queueArn = (name: string): string => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

/** Scheduler and the queues `q` and `dead`; `fail` is asked before `q` takes a message, in every cloud. */
async function start(options: RestartableOptions = {}) {
  const world = { fail: () => false, attempts: 0 };
  const clouds = restartableClouds(cloud => {
    cloud.register(sqsService(cloud));
    cloud.register(schedulerService(cloud));
    cloud.intercept(async ({ operation, input }, next) => {
      if (operation !== 'SendMessage' || !String(input.QueueUrl).endsWith('/q')) return next();
      world.attempts++;
      if (world.fail()) throw new AwsError('ThrottlingException', 'Rate exceeded');
      return next();
    });
  }, options);
  removers.push(clouds.remove);
  const running = await clouds.start();
  for (const QueueName of ['q', 'dead']) await running.call('sqs', 'CreateQueue', { QueueName });
  return { world, running };
}

function create({ call }: RestartableCloud, Name: string, schedule: object = {}, target: object = {}) {
  return call('scheduler', 'CreateSchedule', {
    Name,
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: queueArn('q'),
      RoleArn: ROLE_ARN,
      Input: '"<aws.scheduler.scheduled-time> <aws.scheduler.attempt-number>"',
      ...target,
    },
    ...schedule,
  });
}

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

async function take({ call }: RestartableCloud, queue = 'q'): Promise<Message[]> {
  const QueueUrl = `http://x/000000000000/${queue}`;
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  const { Messages = [] } = await call<{ Messages?: Message[] }>('sqs', 'ReceiveMessage', input);
  for (const { ReceiptHandle } of Messages) await call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
  return Messages;
}

/** When the runs that reached the queue were due, and at which attempt they did. */
async function takeRuns(running: RestartableCloud): Promise<string[]> {
  return (await take(running)).map(({ Body }) => JSON.parse(Body).replace('2026-01-01T', '').replace(':00Z', ''));
}

async function everything({ call }: RestartableCloud): Promise<JsonObject[]> {
  const read = (operation: string, input: object = {}) => call('scheduler', operation, { ...input });
  const { ScheduleGroups } = await call<{ ScheduleGroups: { Name: string; Arn: string }[] }>(
    'scheduler',
    'ListScheduleGroups',
    {},
  );
  const { Schedules } = await call<{ Schedules: { Name: string; GroupName: string }[] }>(
    'scheduler',
    'ListSchedules',
    {},
  );
  return Promise.all([
    ...ScheduleGroups.map(({ Name }) => read('GetScheduleGroup', { Name })),
    ...ScheduleGroups.map(({ Arn }) => read('ListTagsForResource', { ResourceArn: Arn })),
    ...Schedules.map(({ Name, GroupName }) => read('GetSchedule', { Name, GroupName })),
  ]);
}

describe('Scheduler after kill -9', () => {
  test('is as every read operation had it', async () => {
    const { running } = await start();
    const scheduler = (operation: string, input: object) => running.call('scheduler', operation, { ...input });
    await scheduler('CreateScheduleGroup', { Name: 'g', Tags: [{ Key: 'a', Value: '1' }] });
    await scheduler('CreateScheduleGroup', { Name: 'gone' });
    const ResourceArn = 'arn:aws:scheduler:eu-west-1:000000000000:schedule-group/g';
    await scheduler('TagResource', { ResourceArn, Tags: [{ Key: 'b', Value: '2' }] });
    await scheduler('UntagResource', { ResourceArn, TagKeys: ['a'] });
    await create(running, 's', { GroupName: 'g', Description: 'd', State: 'DISABLED', ClientToken: 'token' });
    await create(running, 'old', { GroupName: 'gone' });
    await create(running, 'deleted');
    await scheduler('DeleteSchedule', { Name: 'deleted' });
    await scheduler('DeleteScheduleGroup', { Name: 'gone' });
    await running.clock.advance(5_000);
    await create(running, 'cron', {
      ScheduleExpression: 'cron(0 6 ? * MON *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
    });
    const expected = await everything(running);

    const after = await running.restarted(MINUTE_MS);

    expect(await everything(after)).toEqual(expected);
    expect(await everything(await after.restarted())).toEqual(expected);
    await create(after, 's', { GroupName: 'g', ClientToken: 'token' }); // the same call again
    await expect(create(after, 's', { GroupName: 'g' })).rejects.toMatchObject({ code: 'ConflictException' });
  });

  test('runs a one-time schedule at once that came due while nobody was there, and only once', async () => {
    const { running } = await start();
    const atEight = { ScheduleExpression: 'at(2026-01-01T08:00:00)' };
    await create(running, 'kept', atEight);
    await create(running, 'deleted', { ...atEight, ActionAfterCompletion: 'DELETE' });

    const after = await running.restarted(10 * HOUR_MS);
    await after.clock.advance(0);

    expect(await takeRuns(after)).toEqual(['08:00 1', '08:00 1']);
    const again = await after.restarted(HOUR_MS);
    await again.clock.advance(HOUR_MS);
    expect(await takeRuns(again)).toEqual([]);
    const { Schedules } = await again.call<{ Schedules: { Name: string }[] }>('scheduler', 'ListSchedules', {});
    expect(Schedules.map(({ Name }) => Name)).toEqual(['kept']);
  });

  test('runs a recurring schedule once for all that it missed, and then in its old beat', async () => {
    const { running } = await start();
    await create(running, 's', { ScheduleExpression: 'rate(1 hour)' });
    await running.clock.advance(90 * MINUTE_MS);
    expect(await takeRuns(running)).toEqual(['01:00 1']);

    const after = await running.restarted(4 * HOUR_MS); // half past five
    await after.clock.advance(0);
    expect(await takeRuns(after)).toEqual(['02:00 1']);
    await after.clock.advance(2 * HOUR_MS);
    expect(await takeRuns(after)).toEqual(['06:00 1', '07:00 1']);
  });

  test('follows updates and keeps disabled schedules still', async () => {
    const { running } = await start();
    await create(running, 's');
    await create(running, 'off', { State: 'DISABLED' });
    const Target = { Arn: queueArn('q'), RoleArn: ROLE_ARN, Input: '"updated"' };
    const FlexibleTimeWindow = { Mode: 'OFF' };
    const ScheduleExpression = 'rate(3 hours)';
    await running.call('scheduler', 'UpdateSchedule', { Name: 's', ScheduleExpression, FlexibleTimeWindow, Target });

    const after = await running.restarted(MINUTE_MS);
    await after.clock.advance(4 * HOUR_MS);

    expect(await takeRuns(after)).toEqual(['updated']);
  });

  test('keeps the moment that it chose in a flexible window', async () => {
    const { running } = await start();
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 };
    await create(running, 's', { ScheduleExpression: 'at(2026-01-01T01:00:00)', FlexibleTimeWindow });

    const clouds = [running, await running.restarted(), await (await running.restarted()).restarted(MINUTE_MS)];

    const moments: number[] = [];
    for (const each of clouds) {
      let now = each.clock.now();
      for (; (await takeRuns(each)).length === 0; now = each.clock.now()) await each.clock.advance(1_000);
      moments.push(Math.round((now - START_MS) / 1_000));
    }
    expect(new Set(moments).size).toBe(1);
    expect(moments[0]).toBeGreaterThanOrEqual(60 * 60);
  });

  test('goes on with the retries of a run, though its schedule is gone', async () => {
    const { world, running } = await start();
    world.fail = () => true;
    const target = { RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: queueArn('dead') } };
    await create(
      running,
      's',
      { ScheduleExpression: 'at(2026-01-01T01:00:00)', ActionAfterCompletion: 'DELETE' },
      target,
    );
    await running.clock.advance(HOUR_MS + 100);
    expect(world.attempts).toBe(1);

    const after = await running.restarted();
    await after.clock.advance(100);
    expect(world.attempts).toBe(1); // half a second lies between two attempts at least
    await after.clock.advance(1_000);
    expect(world.attempts).toBe(2);
    const again = await after.restarted(HOUR_MS);
    await again.clock.advance(MINUTE_MS);

    expect(world.attempts).toBe(4);
    const [dead, ...others] = await take(again, 'dead');
    expect(others).toEqual([]);
    expect(dead?.MessageAttributes).toMatchObject({
      RETRY_ATTEMPTS: { StringValue: '3' },
      SCHEDULED_TIME: { StringValue: '2026-01-01T01:00:00Z' },
    });
    const last = await again.restarted(HOUR_MS);
    await last.clock.advance(HOUR_MS);
    expect(world.attempts).toBe(4);
  });
});

const groupName = fc.constantFrom('default', 'g');
const scheduleName = fc.constantFrom('a', 'b');
/** Recurring schedules have no window here: for runs after the next one every process chooses anew. */
const times = fc.oneof(
  fc.record({
    ScheduleExpression: fc.constantFrom('rate(1 minute)', 'rate(5 minutes)', 'cron(* * * * ? *)'),
    FlexibleTimeWindow: fc.constant({ Mode: 'OFF' }),
  }),
  fc.record({
    ScheduleExpression: fc.constantFrom('at(2026-01-01T00:03:00)', 'at(2026-01-01T00:06:00)'),
    FlexibleTimeWindow: fc.constantFrom({ Mode: 'OFF' }, { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 3 }),
  }),
);
const schedule = fc
  .record({
    Name: scheduleName,
    GroupName: groupName,
    ActionAfterCompletion: fc.constantFrom('NONE', 'DELETE'),
    State: fc.constantFrom('ENABLED', 'ENABLED', 'DISABLED'),
    Target: fc.constant({
      Arn: queueArn('q'),
      RoleArn: ROLE_ARN,
      Input: '"<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time>"',
    }),
  })
  .chain(settings => times.map(time => ({ ...settings, ...time })));
const ResourceArn = fc.constant('arn:aws:scheduler:eu-west-1:000000000000:schedule-group/g');
const anyCall = fc.oneof(
  ...Object.entries({
    CreateSchedule: schedule,
    UpdateSchedule: schedule,
    DeleteSchedule: fc.record({ Name: scheduleName, GroupName: groupName }),
    CreateScheduleGroup: fc.constant({ Name: 'g' }),
    DeleteScheduleGroup: fc.constant({ Name: 'g' }),
    TagResource: fc.record({ ResourceArn, Tags: scheduleName.map(Key => [{ Key, Value: 'v' }]) }),
    UntagResource: fc.record({ ResourceArn, TagKeys: scheduleName.map(key => [key]) }),
  }).map(([operation, input]) =>
    fc.record({ operation: fc.constant(operation), input: input as fc.Arbitrary<JsonObject> }),
  ),
);

describe('Scheduler after any calls', () => {
  test('is in the next process what it was, and runs everything that the killed one would have run, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyCall, fc.constantFrom(0, 20_000, 70_000)), { minLength: 5, maxLength: 30 }),
        fc.constantFrom(1_000, 2 ** 26),
        async (calls, snapshotAfterBytes) => {
          const { running } = await start({ snapshotAfterBytes });
          for (const [{ operation, input }, pauseMs] of calls) {
            await running.call('scheduler', operation, input).catch(refused);
            await running.clock.advance(pauseMs);
          }
          const after = await running.restarted();
          expect(await everything(after)).toEqual(await everything(running));
          for (const each of [running, after]) await each.clock.advance(5 * MINUTE_MS);
          expect(await takeAll(after)).toEqual(await takeAll(running));
        },
      ),
      { numRuns: 25 },
    );
  });
});

async function takeAll(running: RestartableCloud): Promise<string[]> {
  const all: Message[] = [];
  for (let some = await take(running); some.length > 0; some = await take(running)) all.push(...some);
  return all.map(({ Body }) => Body).sort();
}

function refused(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}
