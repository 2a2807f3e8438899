import { describe, expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { embeddedMetrics } from '../../../local/services/logs/embedded-metrics.ts';
import { parseFilterPattern } from '../../../local/services/logs/filter-pattern.ts';
import { logsService } from '../../../local/services/logs/logs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

function newCloud() {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(logsService(cloud));
  const metrics: MetricDatum[] = [];
  cloud.metrics = datum => metrics.push(datum);
  const call = <Output = JsonObject>(operation: string, input: JsonObject) =>
    cloud.call<Output>({ service: 'logs', operation, input, principal: OPERATOR });
  return { cloud, clock, call, metrics };
}

interface Events {
  readonly events: { message: string; timestamp: number; logStreamName?: string }[];
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
  readonly nextToken?: string;
}

const group = { logGroupName: '/g' };
const stream = { ...group, logStreamName: 's' };

test('CloudWatch Logs pages forwards and backwards through a stream, each event once', async () => {
  const { call, clock } = newCloud();
  await call('CreateLogGroup', group);
  await call('CreateLogStream', stream);
  const logEvents = Array.from({ length: 25 }, (_, i) => ({ timestamp: clock.now() + i, message: `m${i}` }));
  await call('PutLogEvents', { ...stream, logEvents });
  const messages: string[] = [];
  let token: string | undefined;
  for (;;) {
    const input = { ...stream, limit: 10, startFromHead: true, ...(token === undefined ? {} : { nextToken: token }) };
    const page = await call<Events>('GetLogEvents', input);
    messages.push(...page.events.map(event => event.message));
    if (page.nextForwardToken === token) break;
    token = page.nextForwardToken;
  }
  expect(messages).toEqual(logEvents.map(event => event.message));
  const last = await call<Events>('GetLogEvents', { ...stream, limit: 2 });
  expect(last.events.map(event => event.message)).toEqual(['m23', 'm24']);
  const before = await call<Events>('GetLogEvents', { ...stream, limit: 2, nextToken: last.nextBackwardToken });
  expect(before.events.map(event => event.message)).toEqual(['m21', 'm22']);
});

test('CloudWatch Logs filters over the streams of a group, by time and pattern, in the order in which lines came', async () => {
  const { cloud, clock, call } = newCloud();
  for (let i = 0; i < 6; i++) {
    cloud.logs({ ...{ logGroup: '/g', logStream: `s${i % 2}` }, message: `line ${i} ${i > 3 ? 'ERROR' : 'INFO'}` });
    await clock.advance(1000);
  }
  const errors = await call<Events>('FilterLogEvents', { ...group, filterPattern: 'ERROR' });
  expect(errors.events.map(event => [event.logStreamName, event.message])).toEqual([
    ['s0', 'line 4 ERROR'],
    ['s1', 'line 5 ERROR'],
  ]);
  const first = await call<Events>('FilterLogEvents', { ...group, limit: 4 });
  const rest = await call<Events>('FilterLogEvents', { ...group, nextToken: first.nextToken });
  expect([...first.events, ...rest.events]).toHaveLength(6);
  const late = await call<Events>('FilterLogEvents', { ...group, startTime: clock.now() - 2000 });
  expect(late.events).toHaveLength(2);
});

test('a stream keeps its newest lines only, in order', async () => {
  const { cloud, call } = newCloud();
  for (let i = 0; i < 10_500; i++) cloud.logs({ logGroup: '/g', logStream: 's', message: `m${i}` });
  const { events } = await call<Events>('GetLogEvents', { ...stream, startFromHead: true });
  expect(events).toHaveLength(10_000);
  expect([events[0]?.message, events.at(-1)?.message]).toEqual(['m500', 'm10499']);
});

test('retention hides what it has outlived', async () => {
  const { cloud, clock, call } = newCloud();
  cloud.logs({ logGroup: '/g', logStream: 's', message: 'old' });
  await call('PutRetentionPolicy', { ...group, retentionInDays: 1 });
  await clock.advance(25 * 3_600_000);
  cloud.logs({ logGroup: '/g', logStream: 's', message: 'new' });
  const { events } = await call<Events>('GetLogEvents', stream);
  expect(events.map(event => event.message)).toEqual(['new']);
  await expect(call('PutRetentionPolicy', { ...group, retentionInDays: 2 })).rejects.toThrow('The retention of 2 days');
});

test.each([
  ['CreateLogStream', stream, 'The specified log group does not exist.'],
  ['DeleteLogGroup', group, 'The specified log group does not exist.'],
  ['CreateLogGroup', { logGroupName: 'a b' }, "Value 'a b' at 'logGroupName' failed to satisfy constraint"],
])('%s refuses %j', async (operation, input, message) => {
  await expect(newCloud().call(operation, input)).rejects.toThrow(message);
});

const EMF = {
  _aws: {
    Timestamp: 1_767_225_600_000,
    CloudWatchMetrics: [
      {
        Namespace: 'App',
        Dimensions: [['service'], ['service', 'stage'], []],
        Metrics: [
          { Name: 'latency', Unit: 'Milliseconds', StorageResolution: 1 },
          { Name: 'count' },
          { Name: 'absent' },
        ],
      },
    ],
  },
  service: 'api',
  stage: 'dev',
  latency: [1, 2.5],
  count: 3,
};

describe('embeddedMetrics', () => {
  test('reads lists of values, several dimension sets and the resolution', () => {
    const data = embeddedMetrics(JSON.stringify(EMF));
    expect(data.map(({ name, value, dimensions }) => [name, value, dimensions])).toEqual([
      ...[1, 2.5].flatMap(value => [
        ['latency', value, { service: 'api' }],
        ['latency', value, { service: 'api', stage: 'dev' }],
        ['latency', value, {}],
      ]),
      ['count', 3, { service: 'api' }],
      ['count', 3, { service: 'api', stage: 'dev' }],
      ['count', 3, {}],
    ]);
    expect(data[0]).toMatchObject({
      namespace: 'App',
      unit: 'Milliseconds',
      storageResolution: 1,
      atMs: EMF._aws.Timestamp,
    });
  });

  test.each([
    ['as an object', { timestamp: 'x', level: 'INFO', message: EMF }],
    ['as text', { timestamp: 'x', level: 'INFO', message: JSON.stringify(EMF) }],
  ])('reads a line that Lambda’s JSON format has wrapped, %s', (_name, line) => {
    expect(embeddedMetrics(JSON.stringify(line))).toEqual(embeddedMetrics(JSON.stringify(EMF)));
  });

  test('reads a line behind the prefix of Lambda’s text format', () => {
    const line = `2026-01-01T00:00:00.000Z\trequest-1\tINFO\t${JSON.stringify(EMF)}\n`;
    expect(embeddedMetrics(line)).toEqual(embeddedMetrics(JSON.stringify(EMF)));
  });

  test.each([
    'plain text',
    'text with "_aws" in it',
    '{"_aws": 1}',
    '{"_aws": {"CloudWatchMetrics": [{"Namespace": "N"}]}}',
    '{"_aws": {"CloudWatchMetrics": [{"Namespace": "N", "Dimensions": ["d"], "Metrics": [{"Name": "m"}]}]}, "m": 1}',
    '{"_aws": {"CloudWatchMetrics": [{"Namespace": "N", "Dimensions": [["d"]], "Metrics": [{"Name": "m"}]}]}, "d": 1, "m": 1}',
    '{"_aws": {"CloudWatchMetrics": [{"Namespace": "N", "Dimensions": [[]], "Metrics": [{"Name": "m"}]}]}, "m": "1"}',
    '{"_aws": broken',
  ])('finds nothing in %s', line => {
    expect(embeddedMetrics(line)).toEqual([]);
  });
});

test('lines that a function writes, and lines that are put, become metrics', async () => {
  const { cloud, call, metrics } = newCloud();
  cloud.logs({ logGroup: '/g', logStream: 's', message: JSON.stringify(EMF) });
  expect(metrics).toHaveLength(9);
  await call('PutLogEvents', { ...stream, logEvents: [{ timestamp: 1, message: JSON.stringify(EMF) }] });
  expect(metrics).toHaveLength(18);
});

test.each([
  ['ERROR', 'an ERROR here', true],
  ['ERROR timeout', 'timeout: ERROR', true],
  ['ERROR timeout', 'ERROR', false],
  ['"two words"', 'one two words', true],
  ['ERROR -retry', 'ERROR retry', false],
  ['?a ?b', 'xbx', true],
  ['?a ?b', 'xyz', false],
  ['%[0-9]{3}%', 'code 404', true],
  ['{ $.level = "ERROR" }', '{"level":"ERROR"}', true],
  ['{ $.level = "ERR*" && $.code >= 500 }', '{"level":"ERROR","code":503}', true],
  ['{ ($.a.b[1] = 2) || ($.c IS NULL) }', '{"a":{"b":[1,2]}}', true],
  ['{ $.a != 1 }', '{"a":2}', true],
  ['{ $.a NOT EXISTS }', '{"b":2}', true],
  ['{ $.a IS TRUE }', '{"a":true}', true],
  ['{ $.level = "ERROR" }', 'level ERROR', false],
])('the filter pattern %s on %s: %s', (pattern, message, expected) => {
  expect(parseFilterPattern(pattern)(message)).toBe(expected);
});

test('an unreadable filter pattern is refused', () => {
  expect(() => parseFilterPattern('{ $.a ~ 1 }')).toThrow('Invalid filter pattern');
});
