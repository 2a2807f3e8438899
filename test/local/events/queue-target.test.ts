import { describe, expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { findResourceType } from '../../../local/resources/registry.ts';
import type { CreatedResource } from '../../../local/resources/resource-type.ts';
import { eventsService } from '../../../local/services/events/events-service.ts';
import { schedulerService } from '../../../local/services/scheduler/scheduler-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { queue } from './recording-cloud.ts';

function setUp() {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  for (const service of [sqsService(cloud), eventsService(cloud), schedulerService(cloud)]) cloud.register(service);
  const call = (service: string, operation: string, input: JsonObject) =>
    cloud.call({ service, operation, input, principal: OPERATOR });
  const create = async (type: string, properties: JsonObject, logicalId = 'Resource'): Promise<CreatedResource> => {
    const definition = findResourceType(type);
    if (!definition) throw new Error(`no resource type ${type}`);
    return definition.create(definition.properties.parse(properties), {
      cloud,
      stackName: 'stack',
      logicalId,
      physicalName: () => `stack-${logicalId}`,
      assetPath: () => '',
    });
  };
  const receive = async (name: string): Promise<readonly JsonObject[]> => {
    const QueueUrl = `${cloud.endpoint}/000000000000/${name}`;
    const answer = await call('sqs', 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    return (answer.Messages ?? []) as readonly JsonObject[]; // as ReceiveMessage answers
  };
  return { clock, cloud, call, create, receive };
}

const entry = { Source: 'shop', DetailType: 'order', EventBusName: 'orders', Detail: '{"total":12}' };

describe('event buses, rules and archives of a template', () => {
  test('bring an event into a queue', async () => {
    const { clock, call, create, receive } = setUp();
    await call('sqs', 'CreateQueue', { QueueName: 'big' });
    const bus = await create('AWS::Events::EventBus', { Name: 'orders' });
    const arn = 'arn:aws:events:eu-west-1:000000000000';
    expect(bus).toMatchObject({ ref: 'orders', attributes: { Arn: `${arn}:event-bus/orders`, Name: 'orders' } });
    const rule = await create('AWS::Events::Rule', {
      EventBusName: 'orders',
      EventPattern: { detail: { total: [{ numeric: ['>', 10] }] } },
      Targets: [{ Id: 'q', Arn: queue('big'), InputPath: '$.detail', RetryPolicy: { MaximumRetryAttempts: '3' } }],
    });
    expect(rule).toEqual({ ref: 'orders|stack-Resource', attributes: { Arn: `${arn}:rule/orders/stack-Resource` } });
    const archive = await create('AWS::Events::Archive', { SourceArn: `${arn}:event-bus/orders`, RetentionDays: '7' });
    expect(archive.ref).toBe('stack-Resource');
    await call('events', 'PutEvents', { Entries: [entry, { ...entry, Detail: '{"total":9}' }] });
    await clock.advance(0);
    expect(await receive('big')).toMatchObject([{ Body: '{"total":12}' }]);
    expect(await call('events', 'DescribeArchive', { ArchiveName: 'stack-Resource' })).toMatchObject({ EventCount: 2 });
  });

  test('add their statements to a policy', async () => {
    const { call, create } = setUp();
    await create('AWS::Events::EventBus', { Name: 'orders' });
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' };
    for (const StatementId of ['one', 'two'])
      await create('AWS::Events::EventBusPolicy', { EventBusName: 'orders', StatementId, Statement });
    const { Policy } = await call('events', 'DescribeEventBus', { Name: 'orders' });
    expect(JSON.parse(String(Policy)).Statement).toMatchObject([{ Sid: 'one' }, { Sid: 'two' }]);
  });

  test('a property that the embedded cloud does not have is refused', async () => {
    const { create } = setUp();
    const Targets = [{ Id: 'e', Arn: 'arn:aws:ecs:eu-west-1:000000000000:cluster/c', EcsParameters: {} }];
    await expect(create('AWS::Events::Rule', { EventPattern: {}, Targets })).rejects.toThrow(/EcsParameters/);
  });
});

describe('the dead-letter queue of a target', () => {
  test('holds the event and why it failed', async () => {
    const { clock, call, create, receive } = setUp();
    await call('sqs', 'CreateQueue', { QueueName: 'dlq' });
    await create('AWS::Events::EventBus', { Name: 'orders' });
    const DeadLetterConfig = { Arn: queue('dlq') };
    await create('AWS::Events::Rule', {
      EventBusName: 'orders',
      EventPattern: { source: ['shop'] },
      Targets: [{ Id: 'q', Arn: queue('missing'), DeadLetterConfig }],
    });
    await call('events', 'PutEvents', { Entries: [entry] });
    await clock.advance(0);
    const [message] = await receive('dlq');
    expect(JSON.parse(String(message?.Body))).toMatchObject({ source: 'shop', detail: { total: 12 } });
    expect(message?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: 'arn:aws:events:eu-west-1:000000000000:rule/orders/stack-Resource', DataType: 'String' },
      TARGET_ARN: { StringValue: queue('missing') },
      ERROR_CODE: { StringValue: 'NO_RESOURCE' },
      RETRY_ATTEMPTS: { StringValue: '0' },
    });
  });
});

describe('schedules of a template', () => {
  test('send to a queue, in a group of their own', async () => {
    const { clock, call, create, receive } = setUp();
    await call('sqs', 'CreateQueue', { QueueName: 'q' });
    const group = await create('AWS::Scheduler::ScheduleGroup', { Name: 'g' });
    expect(group.attributes).toMatchObject({ Arn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule-group/g' });
    const schedule = await create('AWS::Scheduler::Schedule', {
      GroupName: 'g',
      ScheduleExpression: 'rate(1 minute)',
      StartDate: '2026-01-01T01:00:00Z',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: queue('q'), RoleArn: 'arn:aws:iam::000000000000:role/r' },
    });
    expect(schedule).toEqual({
      ref: 'stack-Resource',
      attributes: { Arn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/g/stack-Resource' },
    });
    await clock.advance(61 * 60_000);
    expect((await receive('q')).map(message => JSON.parse(String(message.Body)))).toMatchObject([
      { source: 'aws.scheduler', 'detail-type': 'Scheduled Event', time: '2026-01-01T01:00:00Z' },
      { time: '2026-01-01T01:01:00Z' },
    ]);
  });
});
