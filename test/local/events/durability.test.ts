import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { RestartableCloud } from '../../support/restartable-cloud.ts';
import {
  BUS_ARN,
  DAY_MS,
  EVERY_EVENT,
  endCloudsAfterEach,
  MINUTE_MS,
  makeQueues,
  makeRule,
  put,
  queueArn,
  ROLE_ARN,
  replay,
  startEvents,
  takeMessages,
  target,
} from './durable-events.ts';

endCloudsAfterEach();

/** Everything that the read operations say. */
async function everything({ call }: RestartableCloud) {
  const read = (operation: string, input: object = {}) => call<JsonObject>('events', operation, { ...input });
  const { EventBuses } = await call<{ EventBuses: { Name: string; Arn: string }[] }>('events', 'ListEventBuses', {});
  const buses = [];
  for (const { Name, Arn } of EventBuses) {
    const { Rules } = await call<{ Rules: { Name: string; Arn: string }[] }>('events', 'ListRules', {
      EventBusName: Name,
    });
    const rules = [];
    for (const rule of Rules) {
      rules.push([
        await read('DescribeRule', { Name: rule.Name, EventBusName: Name }),
        await read('ListTargetsByRule', { Rule: rule.Name, EventBusName: Name }),
        await read('ListTagsForResource', { ResourceARN: rule.Arn }),
      ]);
    }
    buses.push([
      await read('DescribeEventBus', { Name }),
      await read('ListTagsForResource', { ResourceARN: Arn }),
      rules,
    ]);
  }
  const { Archives } = await call<{ Archives: { ArchiveName: string }[] }>('events', 'ListArchives', {});
  const { Replays } = await call<{ Replays: { ReplayName: string }[] }>('events', 'ListReplays', {});
  const { Connections } = await call<{ Connections: { Name: string }[] }>('events', 'ListConnections', {});
  const { ApiDestinations } = await call<{ ApiDestinations: { Name: string }[] }>('events', 'ListApiDestinations', {});
  return {
    buses,
    archives: await Promise.all(Archives.map(({ ArchiveName }) => read('DescribeArchive', { ArchiveName }))),
    replays: await Promise.all(Replays.map(({ ReplayName }) => read('DescribeReplay', { ReplayName }))),
    connections: await Promise.all(Connections.map(({ Name }) => read('DescribeConnection', { Name }))),
    apiDestinations: await Promise.all(ApiDestinations.map(({ Name }) => read('DescribeApiDestination', { Name }))),
  };
}

describe('EventBridge after kill -9', () => {
  test('is as every read operation had it', async () => {
    const { running } = await startEvents();
    const events = (operation: string, input: object = {}) =>
      running.call<Record<string, string>>('events', operation, { ...input });
    await events('CreateEventBus', { Name: 'shop', Description: 'd', Tags: [{ Key: 'a', Value: '1' }] });
    await events('CreateEventBus', { Name: 'gone' });
    await events('DeleteEventBus', { Name: 'gone' });
    await running.clock.advance(5_000);
    await events('UpdateEventBus', { Name: 'shop', Description: 'e', DeadLetterConfig: { Arn: queueArn('q') } });
    const permission = { Action: 'events:PutEvents', Principal: '111111111111' };
    await events('PutPermission', { EventBusName: 'shop', StatementId: 'one', ...permission });
    await events('PutPermission', { EventBusName: 'shop', StatementId: 'two', ...permission });
    await events('RemovePermission', { EventBusName: 'shop', StatementId: 'one' });
    const RetryPolicy = { MaximumRetryAttempts: 3 };
    await makeRule(running, 'rule', [target('q', { RetryPolicy }), target('other')], { Description: 'r' });
    await events('RemoveTargets', { Rule: 'rule', Ids: ['other'] });
    await events('PutRule', { Name: 'tick', ScheduleExpression: 'rate(5 minutes)', RoleArn: ROLE_ARN });
    await events('PutRule', { Name: 'off', EventBusName: 'shop', EventPattern: EVERY_EVENT });
    await events('DisableRule', { Name: 'off', EventBusName: 'shop' });
    await events('PutRule', { Name: 'deleted', EventPattern: EVERY_EVENT });
    await events('DeleteRule', { Name: 'deleted' });
    const { Arn: ResourceARN } = await events('DescribeRule', { Name: 'tick' });
    await events('TagResource', {
      ResourceARN,
      Tags: [
        { Key: 'k', Value: 'v' },
        { Key: 'x', Value: 'y' },
      ],
    });
    await events('UntagResource', { ResourceARN, TagKeys: ['x'] });
    const AuthParameters = { ApiKeyAuthParameters: { ApiKeyName: 'n', ApiKeyValue: 'secret' } };
    const connection = { Name: 'c', AuthorizationType: 'API_KEY', AuthParameters };
    const { ConnectionArn } = await events('CreateConnection', connection);
    const destination = { Name: 'd', ConnectionArn, InvocationEndpoint: 'http://127.0.0.1:1/', HttpMethod: 'POST' };
    await events('CreateApiDestination', destination);
    await events('UpdateApiDestination', { Name: 'd', HttpMethod: 'PUT', InvocationRateLimitPerSecond: 7 });
    await events('CreateArchive', { ArchiveName: 'all', EventSourceArn: BUS_ARN });
    await events('UpdateArchive', { ArchiveName: 'all', RetentionDays: 3, Description: 'a' });
    await put(running, 1, 2, 3);
    await events('StartReplay', replay('r'));
    await running.clock.advance(10_000);
    const expected = await everything(running);

    const after = await running.restarted(60_000);

    expect(await everything(after)).toEqual(expected);
    expect(expected.archives).toMatchObject([{ EventCount: 3 }]);
    expect(expected.replays).toMatchObject([{ State: 'COMPLETED' }]);
    expect(await everything(await after.restarted())).toEqual(expected);
  });

  test('forgets what was deleted, and an archive of an old name begins empty', async () => {
    const { running } = await startEvents();
    const archive = { ArchiveName: 'a', EventSourceArn: BUS_ARN };
    await running.call('events', 'CreateArchive', archive);
    await put(running, 1, 2, 3);
    await running.journal.settled();
    await running.call('events', 'DeleteArchive', { ArchiveName: 'a' });
    await running.call('events', 'CreateArchive', archive);
    await put(running, 4);

    const after = await running.restarted();

    const read = await after.call('events', 'DescribeArchive', { ArchiveName: 'a' });
    expect(read).toMatchObject({ EventCount: 1 });
    expect(after.journal.summary.records['events/archived-events']).toBe(1);
  });
});

/** Calls with names out of small pools, so that they meet; many are refused. */
const name = fc.constantFrom('a', 'b');
const busName = fc.constantFrom('default', 'shop');
const archiveArn = (archive: string) => `arn:aws:events:eu-west-1:000000000000:archive/${archive}`;
const tagged = fc.constantFrom(`${BUS_ARN}`, 'arn:aws:events:eu-west-1:000000000000:rule/a');
const anyCall = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ operation: fc.constant('CreateEventBus'), input: fc.constant({ Name: 'shop' }) }),
  },
  ...Object.entries({
    DeleteEventBus: fc.constant({ Name: 'shop' }),
    UpdateEventBus: fc.record({ Name: busName, Description: name }),
    PutPermission: fc.record({
      EventBusName: busName,
      StatementId: name,
      Action: fc.constant('events:PutEvents'),
      Principal: fc.constantFrom('*', '111111111111'),
    }),
    RemovePermission: fc.record({ EventBusName: busName, StatementId: name }),
    PutRule: fc.record({
      Name: name,
      EventBusName: busName,
      EventPattern: fc.constantFrom(EVERY_EVENT, '{"source":["x"]}'),
      State: fc.constantFrom('ENABLED', 'DISABLED'),
    }),
    DeleteRule: fc.record({ Name: name, EventBusName: busName }),
    EnableRule: fc.record({ Name: name, EventBusName: busName }),
    DisableRule: fc.record({ Name: name, EventBusName: busName }),
    PutTargets: fc.record({ Rule: name, EventBusName: busName, Targets: name.map(queue => [target(queue)]) }),
    RemoveTargets: fc.record({ Rule: name, EventBusName: busName, Ids: name.map(id => [id]) }),
    TagResource: fc.record({ ResourceARN: tagged, Tags: name.map(Key => [{ Key, Value: 'v' }]) }),
    UntagResource: fc.record({ ResourceARN: tagged, TagKeys: name.map(key => [key]) }),
    CreateArchive: fc.record({ ArchiveName: name, EventSourceArn: fc.constant(BUS_ARN) }),
    UpdateArchive: fc.record({ ArchiveName: name, RetentionDays: fc.constantFrom(0, 1) }),
    DeleteArchive: fc.record({ ArchiveName: name }),
    PutEvents: fc.constant({ Entries: [{ Source: 's', DetailType: 't', Detail: '{}' }] }),
    StartReplay: fc.record({
      ReplayName: name,
      EventSourceArn: name.map(archiveArn),
      EventStartTime: fc.constant(1_767_225_600),
      EventEndTime: fc.constant(1_767_312_000),
      Destination: fc.constant({ Arn: BUS_ARN }),
    }),
    CancelReplay: fc.record({ ReplayName: name }),
    CreateConnection: fc.record({
      Name: name,
      AuthorizationType: fc.constant('BASIC'),
      AuthParameters: fc.constant({ BasicAuthParameters: { Username: 'u', Password: 'p' } }),
    }),
    UpdateConnection: fc.record({ Name: name, Description: name }),
    DeauthorizeConnection: fc.record({ Name: name }),
    DeleteConnection: fc.record({ Name: name }),
  }).map(([operation, input]) => ({
    weight: 1,
    arbitrary: fc.record({ operation: fc.constant(operation), input: input as fc.Arbitrary<JsonObject> }),
  })),
);

describe('EventBridge after any calls', () => {
  test('is in the next process what it was in the one that was killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyCall, fc.constantFrom(0, 0, 1_500)), { minLength: 10, maxLength: 60 }),
        fc.constantFrom(2_000, 2 ** 26),
        async (calls, snapshotAfterBytes) => {
          const { running } = await startEvents({ snapshotAfterBytes });
          for (const [{ operation, input }, pauseMs] of calls) {
            await running.call('events', operation, input).catch(refused);
            await running.clock.advance(pauseMs);
          }
          const after = await running.restarted();
          expect(await everything(after)).toEqual(await everything(running));
          await after.clock.advance(60_000);
          for (const ended of (await everything(after)).replays)
            expect(ended).toMatchObject({ State: expect.stringMatching(/^(COMPLETED|CANCELLED)$/) });
        },
      ),
      { numRuns: 25 },
    );
  });
});

function refused(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}

describe('scheduled rules after kill -9', () => {
  test('keep their beat, and leave out what fell due while nobody was there', async () => {
    const { running } = await startEvents();
    await makeQueues(running, 'a');
    await makeRule(running, 'tick', [target('a')], { EventPattern: undefined, ScheduleExpression: 'rate(5 minutes)' });
    await running.clock.advance(6 * MINUTE_MS);

    const after = await running.restarted(11 * MINUTE_MS); // 5 ran, 10 and 15 are missed
    await after.clock.advance(2 * MINUTE_MS);
    expect(await takeMessages(after, 'a')).toHaveLength(1);
    await after.clock.advance(MINUTE_MS);

    const times = (await takeMessages(after, 'a')).map(({ Body }) => JSON.parse(Body).time);
    expect(times).toEqual(['2026-01-01T00:20:00Z']);
  });

  test('run by the clock again, and rest when they were disabled', async () => {
    const { running } = await startEvents();
    await makeQueues(running, 'a', 'b');
    const ScheduleExpression = 'cron(0 6 * * ? *)';
    await makeRule(running, 'daily', [target('a')], { EventPattern: undefined, ScheduleExpression });
    await makeRule(running, 'off', [target('b')], { EventPattern: undefined, ScheduleExpression });
    await running.call('events', 'DisableRule', { Name: 'off' });

    const after = await running.restarted(2 * DAY_MS);
    await after.clock.advance(DAY_MS);

    const times = (await takeMessages(after, 'a')).map(({ Body }) => JSON.parse(Body).time);
    expect(times).toEqual(['2026-01-03T06:00:00Z']);
    expect(await takeMessages(after, 'b')).toEqual([]);
  });
});
