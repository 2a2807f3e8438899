import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { monitoringService } from '../../../local/services/monitoring/monitoring-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

/** What was published, and what publishing does. */
let published: string[] = [];
let publish: () => unknown = () => ({ MessageId: 'm' });

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  published = [];
  publish = () => ({ MessageId: 'm' });
  const clouds = restartableClouds(cloud => {
    cloud.register(monitoringService(cloud));
    cloud.register({
      name: 'sns',
      wire: { protocol: 'query', apiVersion: '2010-03-31' },
      operations: {
        Publish: input => {
          published.push(String(input.Subject));
          return publish();
        },
      },
    });
  }, options);
  removers.push(clouds.remove);
  return clouds.start();
}

const monitoring = (running: RestartableCloud, operation: string, input: JsonObject = {}) =>
  running.call('monitoring', operation, input);
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:t';
const ALARM = {
  AlarmName: 'high',
  Namespace: 'N',
  MetricName: 'm',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [TOPIC],
  OKActions: [TOPIC],
};
const COMPOSITE = { AlarmName: 'both', AlarmRule: 'ALARM("high")', AlarmActions: [TOPIC], OKActions: [TOPIC] };

/** Everything that can be read of alarms. */
async function alarms(running: RestartableCloud): Promise<unknown> {
  return {
    alarms: await monitoring(running, 'DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    history: await monitoring(running, 'DescribeAlarmHistory'),
  };
}

const put = (running: RestartableCloud, value: number) =>
  monitoring(running, 'PutMetricData', { Namespace: 'N', MetricData: [{ MetricName: 'm', Value: value }] });

describe('CloudWatch alarms after kill -9', () => {
  it('have their definitions, states and history, and tell nobody again of a state that was told', async () => {
    const before = await start();
    await monitoring(before, 'PutMetricAlarm', ALARM);
    await monitoring(before, 'PutCompositeAlarm', COMPOSITE);
    await monitoring(before, 'PutMetricAlarm', { ...ALARM, AlarmName: 'gone', AlarmDescription: 'd' });
    await put(before, 11);
    await before.clock.advance(60_000);
    await monitoring(before, 'DeleteAlarms', { AlarmNames: ['gone'] });
    const told = [...published];
    expect(told.sort()).toContain('ALARM: "both" in eu-west-1');

    const after = await before.restarted();

    expect(await alarms(after)).toEqual(await alarms(before));
    await after.clock.advance(30_000);
    expect(published.sort()).toEqual(told);
    const again = await after.restarted();
    await put(again, 12);
    await again.clock.advance(40_000);
    expect(published.sort()).toEqual(told);
    published = [];
    await again.clock.advance(300_000);
    expect(published.sort()).toEqual(['OK: "both" in eu-west-1', 'OK: "high" in eu-west-1']);
  });

  it('make up for the evaluation that was due while nothing ran', async () => {
    const before = await start();
    await monitoring(before, 'PutMetricAlarm', ALARM);
    await before.clock.advance(70_000);
    await put(before, 11);
    await before.clock.advance(49_000);
    published = [];

    const after = await before.restarted(20_000); // over the end of the minute

    await after.clock.advance(0);
    expect(published).toEqual(['ALARM: "high" in eu-west-1']);
  });

  it('carry out the action that was being carried out, once', async () => {
    const before = await start();
    await monitoring(before, 'PutMetricAlarm', ALARM);
    await before.clock.advance(60_000);
    publish = () => new Promise(() => {}); // the process ends before the topic has answered
    await monitoring(before, 'SetAlarmState', { AlarmName: 'high', StateValue: 'ALARM', StateReason: 'test' });
    await before.clock.settle();

    publish = () => ({});
    published = [];
    const after = await before.restarted();
    await after.clock.advance(0);
    expect(published).toEqual(['ALARM: "high" in eu-west-1']);
    const { AlarmHistoryItems } = await monitoring(after, 'DescribeAlarmHistory', { HistoryItemType: 'Action' });
    expect((AlarmHistoryItems as JsonObject[])[0]).toMatchObject({
      HistorySummary: `Successfully executed action ${TOPIC}`,
    });
    published = [];
    await (await after.restarted()).clock.advance(0);
    expect(published).toEqual([]);
  });

  it('keep the newest thousand items of their history, also of alarms that are gone', async () => {
    const before = await start({ snapshotAfterBytes: 20_000 });
    await monitoring(before, 'PutMetricAlarm', { ...ALARM, AlarmActions: [], OKActions: [] });
    for (let n = 0; n < 1_100; n++) {
      const StateValue = n % 2 === 0 ? 'ALARM' : 'OK';
      await monitoring(before, 'SetAlarmState', { AlarmName: 'high', StateValue, StateReason: `${n}` });
      if (n % 100 === 0) await before.journal.settled();
    }
    await monitoring(before, 'DeleteAlarms', { AlarmNames: ['high'] });

    const after = await before.restarted();

    const input = { MaxRecords: 2_000 };
    const history = await monitoring(after, 'DescribeAlarmHistory', input);
    expect(history).toEqual(await monitoring(before, 'DescribeAlarmHistory', input));
    expect(history.AlarmHistoryItems).toHaveLength(1_000);
  });
});

describe('CloudWatch dashboards after kill -9', () => {
  it('are there, but for those that were deleted', async () => {
    const before = await start();
    for (const DashboardName of ['a', 'b', 'c'])
      await monitoring(before, 'PutDashboard', { DashboardName, DashboardBody: '{"widgets":[]}' });
    await before.clock.advance(1_000);
    await monitoring(before, 'PutDashboard', { DashboardName: 'a', DashboardBody: '{}' });
    await monitoring(before, 'DeleteDashboards', { DashboardNames: ['b'] });

    const after = await before.restarted();

    expect(await monitoring(after, 'ListDashboards')).toEqual(await monitoring(before, 'ListDashboards'));
    expect(await monitoring(after, 'GetDashboard', { DashboardName: 'a' })).toMatchObject({ DashboardBody: '{}' });
  });
});

const datum = fc.record({
  MetricName: fc.constantFrom('m', 'n'),
  Dimensions: fc.constantFrom([], [{ Name: 'a', Value: '1' }]),
  StorageResolution: fc.constantFrom(1, 60),
  Unit: fc.constantFrom('Count', 'Seconds'),
  ageS: fc.nat(7_200),
  value: fc.oneof(
    fc.record({ Value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) }),
    fc.record({ Values: fc.constant(Array.from({ length: 100 }, (_, n) => Math.sqrt(n))) }),
    fc.record({ Values: fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 100 }) }),
    fc.record({ StatisticValues: fc.constant({ SampleCount: 3, Sum: 6, Minimum: 1, Maximum: 3 }) }),
  ),
  waitMs: fc.nat(200_000),
});

/** All statistics of all metrics over the last three hours. */
async function statistics(running: RestartableCloud): Promise<unknown> {
  const { Metrics } = await monitoring(running, 'ListMetrics');
  const answers: unknown[] = [Metrics];
  const EndTime = Math.ceil(running.clock.now() / 60_000) * 60;
  for (const metric of Metrics as JsonObject[]) {
    const MetricDataQueries = ['Sum', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p99', 'tm90', 'IQM'].map(
      (Stat, n) => ({
        Id: `q${n}`,
        MetricStat: { Metric: metric, Period: 60, Stat },
      }),
    );
    const window = { StartTime: EndTime - 4 * 3_600, EndTime };
    answers.push(await monitoring(running, 'GetMetricData', { ...window, MetricDataQueries }));
    const fine = { StartTime: EndTime - 1_200, EndTime, Period: 1, Statistics: ['Sum'], ExtendedStatistics: ['p90'] };
    answers.push(await monitoring(running, 'GetMetricStatistics', { ...metric, ...fine }));
  }
  return answers;
}

describe('CloudWatch metrics that come while a snapshot is taken', () => {
  it('are counted once, whether the snapshot has them or not', async () => {
    const before = await start({ snapshotAfterBytes: 50_000 });
    const send = (name: string, dimensions: Record<string, string>) =>
      before.cloud.metrics({ namespace: 'N', name, dimensions, value: 1 });
    // names that a snapshot needs several turns for, before it comes to the samples
    for (let n = 0; n < 80; n++) send('m', { [`d${n}`]: 'x'.repeat(10_000) });
    let sent = 0;
    /** Adds in some turns, at a place of its own among what runs in a turn. */
    const busy = async (place: number) => {
      for (let turn = 0; turn < 400; turn++) {
        await new Promise(resolve => setImmediate(resolve));
        if ((turn * 7 + place * 3) % 5 > 1) continue;
        send('counted', {});
        sent++;
        if (turn % 10 === place) send('m', { turn: `${turn} ${place} ${'x'.repeat(5_000)}` });
      }
    };
    await Promise.all([0, 1, 2, 3].map(busy));

    const after = await before.restarted();

    const EndTime = before.clock.now() / 1000 + 60;
    const input = { Namespace: 'N', MetricName: 'counted', StartTime: EndTime - 120, EndTime, Period: 60 };
    expect(await monitoring(after, 'GetMetricStatistics', { ...input, Statistics: ['SampleCount'] })).toMatchObject({
      Datapoints: [{ SampleCount: sent }],
    });
  });
});

describe.each([undefined, 3_000])('CloudWatch metrics (snapshot after %s bytes)', snapshotAfterBytes => {
  it('answer every statistic after kill -9 as before, and go on as if nothing had happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(datum, { maxLength: 25 }), fc.array(datum, { maxLength: 5 }), async (some, more) => {
        const record = async (running: RestartableCloud, data: typeof some) => {
          for (const { ageS, value, waitMs, ...rest } of data) {
            const Timestamp = running.clock.now() / 1000 - ageS;
            await monitoring(running, 'PutMetricData', {
              Namespace: 'N',
              MetricData: [{ ...rest, ...value, Timestamp }],
            });
            await running.clock.advance(waitMs);
          }
        };
        const before = await start(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes });
        await record(before, some);
        const after = await before.restarted();
        expect(await statistics(after)).toEqual(await statistics(before));
        await record(before, more);
        await record(after, more);
        expect(await statistics(after)).toEqual(await statistics(before));
        expect(await statistics(await after.restarted())).toEqual(await statistics(before));
        for (const remove of removers.splice(0)) await remove();
      }),
      { numRuns: 15, seed: 20260101 },
    );
  });

  it('keep what engines and embedded metrics sent, and drop their detail after three hours and all after 15 days', async () => {
    const before = await start(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes });
    const send = (running: RestartableCloud, value: number) =>
      running.cloud.metrics({ namespace: 'AWS/X', name: 'm', dimensions: { a: 'b' }, value, unit: 'Count' });
    for (const hour of [0, 1, 2, 3, 4]) {
      for (let n = 0; n < 5; n++) send(before, hour + n);
      await before.clock.advance(3_600_000);
    }
    const after = await before.restarted();
    expect(await statistics(after)).toEqual(await statistics(before));
    await after.clock.advance(16 * 86_400_000);
    send(after, 1);
    const last = await after.restarted();
    const window = { StartTime: before.clock.now() / 1000 - 86_400, EndTime: before.clock.now() / 1000, Period: 60 };
    const input = { Namespace: 'AWS/X', MetricName: 'm', Dimensions: [{ Name: 'a', Value: 'b' }], ...window };
    expect(await monitoring(last, 'GetMetricStatistics', { ...input, Statistics: ['Sum'] })).toMatchObject({
      Datapoints: [],
    });
  });
});
