import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { Samples } from '../../../local/services/monitoring/metrics/samples.ts';
import { parseStatistic } from '../../../local/services/monitoring/metrics/statistic.ts';
import { monitoringService } from '../../../local/services/monitoring/monitoring-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const START = START_MS / 1000;

function newCloud() {
  const clock = new VirtualClock(START_MS);
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(monitoringService(cloud));
  const call = <Output = JsonObject>(operation: string, input: JsonObject) =>
    cloud.call<Output>({ service: 'monitoring', operation, input, principal: OPERATOR });
  return { cloud, clock, call };
}

interface Statistics {
  readonly Datapoints: (Record<string, number> & { ExtendedStatistics?: Record<string, number> })[];
}
interface MetricData {
  readonly MetricDataResults: { Id: string; Timestamps: number[]; Values: number[] }[];
}

const range = { StartTime: START, EndTime: START + 300, Period: 60 };

test('CloudWatch answers statistics of values, values with counts, and summaries, minute by minute', async () => {
  const { call } = newCloud();
  const datum = (data: JsonObject) => ({ MetricName: 'm', Dimensions: [{ Name: 'a', Value: '1' }], ...data });
  await call('PutMetricData', {
    Namespace: 'N',
    MetricData: [
      datum({ Value: 4, Unit: 'Count' }),
      datum({ Values: [1, 10], Counts: [3, 1], Unit: 'Count' }),
      datum({ Timestamp: START + 61, StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 1, Maximum: 5 } }),
    ],
  });
  const answer = await call<Statistics>('GetMetricStatistics', {
    ...range,
    Namespace: 'N',
    MetricName: 'm',
    Dimensions: [{ Name: 'a', Value: '1' }],
    Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
    ExtendedStatistics: ['p50', 'p100'],
  });
  expect(answer.Datapoints).toEqual([
    {
      Timestamp: START,
      Unit: 'Count',
      Sum: 17,
      Average: 3.4,
      Minimum: 1,
      Maximum: 10,
      SampleCount: 5,
      ExtendedStatistics: { p50: 1, p100: 10 },
    },
    {
      Timestamp: START + 60,
      Unit: 'Count',
      Sum: 6,
      Average: 3,
      Minimum: 1,
      Maximum: 5,
      SampleCount: 2,
      ExtendedStatistics: {},
    },
  ]);
});

test('CloudWatch keeps metrics apart by dimensions, whatever the order in which they are named', async () => {
  const { cloud, call } = newCloud();
  cloud.metrics({ namespace: 'N', name: 'm', dimensions: { a: '1', b: '2' }, value: 5 });
  cloud.metrics({ namespace: 'N', name: 'm', dimensions: { b: '2', a: '1' }, value: 6 });
  cloud.metrics({ namespace: 'N', name: 'm', dimensions: {}, value: 7 });
  cloud.metrics({ namespace: 'N', name: 'm', dimensions: {}, value: Number.NaN });
  const dimensions = [
    { Name: 'b', Value: '2' },
    { Name: 'a', Value: '1' },
  ];
  const sum = async (Dimensions: JsonObject[]) =>
    (
      await call<Statistics>('GetMetricStatistics', {
        ...range,
        Namespace: 'N',
        MetricName: 'm',
        Dimensions,
        Statistics: ['Sum'],
      })
    ).Datapoints[0]?.Sum;
  expect(await sum(dimensions)).toBe(11);
  expect(await sum([])).toBe(7);
  expect(await call('ListMetrics', { Namespace: 'N', Dimensions: [{ Name: 'a' }] })).toEqual({
    Metrics: [
      {
        Namespace: 'N',
        MetricName: 'm',
        Dimensions: [
          { Name: 'a', Value: '1' },
          { Name: 'b', Value: '2' },
        ],
      },
    ],
  });
});

test('GetMetricData calculates, and drops points that are no numbers', async () => {
  const { cloud, clock, call } = newCloud();
  const put = (name: string, value: number) => cloud.metrics({ namespace: 'N', name, dimensions: {}, value });
  put('errors', 1);
  put('calls', 4);
  await clock.advance(60_000);
  put('errors', 2);
  await clock.advance(60_000);
  put('errors', 3);
  put('calls', 0);
  const stat = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'N', MetricName }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  });
  const expressions = {
    rate: '100 * e / c',
    filled: 'FILL(c, 0)',
    both: 'SUM([e, FILL(c, 0)])',
    total: 'SUM(METRICS())',
    high: 'IF(e >= 2 AND e < 3, 1, 0)',
    power: '-2 ^ 2 + e',
    change: 'DIFF(e)',
    running: 'RUNNING_SUM(e)',
    nested: 'rate * 2',
  };
  const answer = await call<MetricData>('GetMetricData', {
    StartTime: START,
    EndTime: START + 180,
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [
      stat('e', 'errors'),
      stat('c', 'calls'),
      ...Object.entries(expressions).map(([Id, Expression]) => ({ Id, Expression })),
    ],
  });
  expect(Object.fromEntries(answer.MetricDataResults.map(({ Id, Values }) => [Id, Values]))).toEqual({
    rate: [25],
    filled: [4, 0, 0],
    both: [5, 2, 3],
    total: [5, 2, 3],
    high: [0, 1, 0],
    power: [-3, -2, -1],
    change: [1, 1],
    running: [1, 3, 6],
    nested: [50],
  });
  expect(answer.MetricDataResults[0]?.Timestamps).toEqual([START]);
});

test.each([
  [
    'PutMetricData',
    { Namespace: 'N', MetricData: [{ MetricName: 'm' }] },
    'The parameter MetricData.member.1.Value is required.',
  ],
  [
    'PutMetricData',
    { Namespace: 'N', MetricData: [{ MetricName: 'm', Values: [1, 2], Counts: [1] }] },
    'must have the same size',
  ],
  [
    'GetMetricStatistics',
    { ...range, Namespace: 'N', MetricName: 'm', Period: 7, Statistics: ['Sum'] },
    'Period must be',
  ],
  [
    'GetMetricStatistics',
    { ...range, EndTime: START + 60 * 1441, Namespace: 'N', MetricName: 'm', Statistics: ['Sum'] },
    'You have requested up to 1441 datapoints, which exceeds the limit of 1440',
  ],
  [
    'GetMetricData',
    { StartTime: START, EndTime: START + 60, MetricDataQueries: [{ Id: 'e', Expression: 'a +' }] },
    "Error in expression 'MetricDataQueries.e': unexpected the end in 'a +'",
  ],
  [
    'GetMetricData',
    { StartTime: START, EndTime: START + 60, MetricDataQueries: [{ Id: 'e', Expression: 'e + 1' }] },
    "Error in expression 'e': 'e' is not a query that can be used here",
  ],
])('%s refuses %j', async (operation, input, message) => {
  await expect(newCloud().call(operation, input)).rejects.toThrow(message);
});

test('percentiles are exact for up to 256 different values, and right to a percent beyond', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 2000 }),
      fc.integer({ min: 1, max: 100 }),
      (values, percent) => {
        const samples = new Samples();
        for (const value of values) samples.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
        const answer = parseStatistic(`p${percent}`)?.(samples) ?? Number.NaN;
        const tolerance = new Set(values).size <= 256 ? 0 : 0.01;
        expect(Math.abs(answer - exact)).toBeLessThanOrEqual(exact * tolerance);
      },
    ),
    { numRuns: 100 },
  );
});
