import { expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { MissingData } from '../../../local/services/monitoring/alarms/alarm.ts';
import { judge } from '../../../local/services/monitoring/alarms/alarm-evaluation.ts';
import { parseCompositeRule } from '../../../local/services/monitoring/alarms/composite-rule.ts';
import { monitoringService } from '../../../local/services/monitoring/monitoring-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const MINUTE_MS = 60_000;
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:topic';

function newCloud() {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(monitoringService(cloud));
  const published: JsonObject[] = [];
  cloud.register({
    name: 'sns',
    wire: { protocol: 'query', apiVersion: '2010-03-31' },
    operations: {
      Publish: (input, call) => {
        published.push({ ...input, by: call.principal });
        return { MessageId: 'x' };
      },
    },
  });
  const call = <Output = JsonObject>(operation: string, input: JsonObject) =>
    cloud.call<Output>({ service: 'monitoring', operation, input, principal: OPERATOR });
  const put = (value: number, name = 'm') => cloud.metrics({ namespace: 'N', name, dimensions: {}, value });
  const states = async () => {
    const answer = await call<{ MetricAlarms: JsonObject[]; CompositeAlarms: JsonObject[] }>('DescribeAlarms', {
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    });
    return Object.fromEntries(
      [...answer.MetricAlarms, ...answer.CompositeAlarms].map(alarm => [alarm.AlarmName, alarm.StateValue]),
    );
  };
  return { cloud, clock, call, put, states, published };
}

const alarm = {
  AlarmName: 'a',
  Namespace: 'N',
  MetricName: 'm',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [TOPIC],
};

test('an alarm goes to ALARM at the end of the minute that breaches, tells its topic once, and comes back', async () => {
  const { clock, call, put, states, published } = newCloud();
  await call('PutMetricAlarm', alarm);
  expect(await states()).toEqual({ a: 'INSUFFICIENT_DATA' });
  put(5);
  await clock.advance(MINUTE_MS - 1);
  expect(await states()).toEqual({ a: 'INSUFFICIENT_DATA' });
  await clock.advance(1);
  expect(await states()).toEqual({ a: 'ALARM' });
  await clock.advance(5 * MINUTE_MS);
  expect(await states()).toEqual({ a: 'OK' });
  expect(published).toHaveLength(1);
  expect(published[0]).toMatchObject({
    TopicArn: TOPIC,
    Subject: 'ALARM: "a" in eu-west-1',
    by: {
      kind: 'service',
      service: 'cloudwatch.amazonaws.com',
      sourceArn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a',
    },
  });
  expect(JSON.parse(String(published[0]?.Message))).toMatchObject({
    AlarmName: 'a',
    NewStateValue: 'ALARM',
    OldStateValue: 'INSUFFICIENT_DATA',
    NewStateReason: 'Threshold Crossed: 1 datapoint [5] was greater than or equal to the threshold (5).',
    Trigger: { MetricName: 'm', Namespace: 'N', Period: 60, Threshold: 5 },
  });
});

test('an alarm with a long period slides minute by minute', async () => {
  const { clock, call, put, states } = newCloud();
  await call('PutMetricAlarm', { ...alarm, Period: 300 });
  await clock.advance(2 * MINUTE_MS);
  put(5);
  await clock.advance(MINUTE_MS);
  expect(await states()).toEqual({ a: 'ALARM' });
  await clock.advance(4 * MINUTE_MS);
  expect(await states()).toEqual({ a: 'ALARM' });
  await clock.advance(3 * 5 * MINUTE_MS);
  expect(await states()).toEqual({ a: 'OK' });
});

test('an alarm on an expression watches its result', async () => {
  const { clock, call, put, states } = newCloud();
  const stat = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'N', MetricName }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  });
  const { Namespace: _, MetricName: __, Statistic: ___, Period: ____, ...rest } = alarm;
  await call('PutMetricAlarm', {
    ...rest,
    Threshold: 50,
    Metrics: [{ Id: 'rate', Expression: '100*e/c', ReturnData: true }, stat('e', 'errors'), stat('c', 'calls')],
  });
  put(1, 'errors');
  put(4, 'calls');
  await clock.advance(MINUTE_MS);
  expect(await states()).toEqual({ a: 'OK' });
  put(3, 'errors');
  put(4, 'calls');
  await clock.advance(MINUTE_MS);
  expect(await states()).toEqual({ a: 'ALARM' });
});

test('a composite alarm follows the alarms that its rule names', async () => {
  const { call, states } = newCloud();
  await call('PutMetricAlarm', alarm);
  await call('PutMetricAlarm', { ...alarm, AlarmName: 'b' });
  await call('PutCompositeAlarm', {
    AlarmName: 'c',
    AlarmRule: 'ALARM("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a") AND NOT ALARM(b)',
  });
  const set = (AlarmName: string, StateValue: string) =>
    call('SetAlarmState', { AlarmName, StateValue, StateReason: 'test' });
  await set('a', 'ALARM');
  expect((await states()).c).toBe('ALARM');
  await set('b', 'ALARM');
  expect((await states()).c).toBe('OK');
});

test('parseCompositeRule reads brackets, quotes and constants, and refuses anything else', () => {
  const stateOf = (name: string) => (name === 'x y' ? ('ALARM' as const) : ('OK' as const));
  expect(parseCompositeRule('(ALARM("x y") OR FALSE) AND (OK(z) AND NOT INSUFFICIENT_DATA(\'q\'))')(stateOf)).toBe(
    true,
  );
  for (const rule of ['', 'ALARM(', 'ALARM(a) ALARM(b)', '(TRUE', 'MAYBE(a)']) {
    expect(() => parseCompositeRule(rule)).toThrow('AlarmRule is not valid');
  }
});

const O = 0;
const X = 9;
const _ = undefined;

/** Rows of AWS's table: the evaluation range (oldest first), then the outcome of each treatment ('' keeps the state). */
test.each<[string, number, (number | undefined)[], Record<MissingData, string>]>([
  ['3 of 3', 3, [O, _, X, _, X], { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
  ['3 of 3', 3, [_, _, _, _, O], { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
  ['3 of 3', 3, [_, _, _, _, _], { missing: 'INSUFFICIENT_DATA', ignore: '', breaching: 'ALARM', notBreaching: 'OK' }],
  ['3 of 3', 3, [O, X, X, _, X], { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
  ['3 of 3', 3, [_, _, X, _, _], { missing: 'ALARM', ignore: '', breaching: 'ALARM', notBreaching: 'OK' }],
  ['2 of 3', 2, [O, _, X, _, X], { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
  ['2 of 3', 2, [O, _, X, _, _], { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
  ['2 of 3', 2, [_, _, _, _, O], { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
  ['2 of 3', 2, [_, _, _, _, X], { missing: 'ALARM', ignore: '', breaching: 'ALARM', notBreaching: 'OK' }],
])('judge, %s, treats missing data as documented: %#', (_name, datapointsToAlarm, points, expected) => {
  const newestFirst = points.toReversed();
  for (const [missingData, state] of Object.entries(expected)) {
    const rule = {
      evaluationPeriods: 3,
      datapointsToAlarm,
      threshold: 5,
      comparison: 'GreaterThanThreshold',
      missingData: missingData as MissingData,
    };
    expect(judge(rule, newestFirst)?.state ?? '', missingData).toBe(state);
  }
});
