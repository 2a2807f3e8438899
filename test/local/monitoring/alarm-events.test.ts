import { describe, expect, it } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { authorisation } from '../../../local/iam/authorisation.ts';
import { eventsService } from '../../../local/services/events/events-service.ts';
import { monitoringService } from '../../../local/services/monitoring/monitoring-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const ALARM = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:high';

/** CloudWatch, and a rule on the default bus that sends its events to a queue. */
async function watched(pattern: JsonObject) {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  for (const service of [monitoringService(cloud), eventsService(cloud), sqsService(cloud)]) cloud.register(service);
  cloud.intercept(authorisation(cloud));
  const call = <Output = JsonObject>(service: string, operation: string, input: JsonObject) =>
    cloud.call<Output>({ service, operation, input, principal: OPERATOR });
  const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:*', Resource: '*' };
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
  await call('sqs', 'CreateQueue', { QueueName: 'q', Attributes });
  await call('events', 'PutRule', { Name: 'r', EventPattern: JSON.stringify(pattern) });
  await call('events', 'PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: cloud.arn('sqs', 'q') }] });
  const received = async (): Promise<Record<string, unknown>[]> => {
    await clock.advance(0);
    const input = { QueueUrl: '/q', MaxNumberOfMessages: 10 };
    type Received = { Messages?: { Body: string; ReceiptHandle: string }[] };
    const { Messages = [] } = await call<Received>('sqs', 'ReceiveMessage', input);
    for (const { ReceiptHandle } of Messages) await call('sqs', 'DeleteMessage', { QueueUrl: '/q', ReceiptHandle });
    return Messages.map(({ Body }) => JSON.parse(Body));
  };
  return { clock, cloud, call, received };
}

const METRIC_ALARM = {
  AlarmName: 'high',
  AlarmDescription: 'too high',
  ActionsEnabled: false,
  Namespace: 'N',
  MetricName: 'm',
  Dimensions: [{ Name: 'a', Value: '1' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
};
const STATE_CHANGES = { source: ['aws.cloudwatch'], 'detail-type': ['CloudWatch Alarm State Change'] };

describe('A CloudWatch alarm', () => {
  it('tells the default event bus of each change of its state, in AWS’s shape, also with its actions disabled', async () => {
    const { clock, cloud, call, received } = await watched(STATE_CHANGES);
    await call('monitoring', 'PutMetricAlarm', METRIC_ALARM);
    await clock.advance(60_000);
    const [first, ...none] = await received();
    expect(none).toEqual([]);
    expect(first?.detail).toMatchObject({ previousState: { value: 'INSUFFICIENT_DATA' }, state: { value: 'OK' } });
    cloud.metrics({ namespace: 'N', name: 'm', dimensions: { a: '1' }, value: 11 });
    await clock.advance(60_000);
    const at = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');

    const [event] = await received();

    expect(event).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      account: '000000000000',
      time: new Date(clock.now()).toISOString().replace('.000Z', 'Z'),
      region: 'eu-west-1',
      resources: [ALARM],
      detail: {
        alarmName: 'high',
        configuration: {
          description: 'too high',
          metrics: [
            {
              id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
              metricStat: {
                metric: { dimensions: { a: '1' }, name: 'm', namespace: 'N' },
                period: 60,
                stat: 'Sum',
              },
              returnData: true,
            },
          ],
        },
        previousState: {
          reason: expect.stringContaining('not greater than the threshold (10)'),
          reasonData: expect.stringContaining('"threshold":10'),
          timestamp: at(clock.now() - 60_000),
          value: 'OK',
        },
        state: {
          reason: expect.stringContaining('[11] was greater than the threshold (10)'),
          reasonData: expect.stringContaining('"recentDatapoints":[11]'),
          timestamp: at(clock.now()),
          value: 'ALARM',
        },
      },
    });
    await clock.advance(30_000);
    expect(await received()).toEqual([]);
  });

  it('describes an expression as its configuration has it', async () => {
    const { call, received } = await watched({ ...STATE_CHANGES, resources: [ALARM] });
    const { Namespace, MetricName, Dimensions, Statistic, Period, ...rest } = METRIC_ALARM;
    const Metric = { Namespace, MetricName, Dimensions };
    const Metrics = [
      { Id: 'e', Expression: 'm1 * 2', Label: 'twice', ReturnData: true },
      { Id: 'm1', MetricStat: { Metric, Stat: Statistic, Period, Unit: 'Count' }, ReturnData: false },
    ];
    await call('monitoring', 'PutMetricAlarm', { ...rest, Metrics });
    await call('monitoring', 'SetAlarmState', { AlarmName: 'high', StateValue: 'ALARM', StateReason: 'by hand' });
    const [event] = await received();
    expect(event?.detail).toMatchObject({
      configuration: {
        metrics: [
          { id: 'e', expression: 'm1 * 2', label: 'twice', returnData: true },
          {
            id: 'm1',
            metricStat: { metric: { name: 'm' }, period: 60, stat: 'Sum', unit: 'Count' },
            returnData: false,
          },
        ],
      },
      state: { value: 'ALARM', reason: 'by hand' },
    });
  });

  it('is matched by name and state; a composite one shows its rule', async () => {
    const { call, received } = await watched({
      ...STATE_CHANGES,
      detail: { alarmName: ['both'], state: { value: ['ALARM'] } },
    });
    await call('monitoring', 'PutMetricAlarm', METRIC_ALARM);
    await call('monitoring', 'PutCompositeAlarm', { AlarmName: 'both', AlarmRule: 'ALARM("high")' });
    for (const StateValue of ['ALARM', 'OK', 'ALARM'])
      await call('monitoring', 'SetAlarmState', { AlarmName: 'high', StateValue, StateReason: 'x' });
    const events = await received();
    expect(events).toHaveLength(2);
    expect(events[0]?.detail).toMatchObject({
      alarmName: 'both',
      configuration: { alarmRule: 'ALARM("high")' },
      previousState: { value: 'OK' },
      state: { value: 'ALARM' },
    });
  });
});
