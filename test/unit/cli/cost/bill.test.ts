import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { billUsage, callsByHop, type Tariff } from '../../../../cli/cost/bill.ts';
import type { Deployment } from '../../../../cli/cost/deployment.ts';
import { billedMs, readDurations } from '../../../../cli/cost/lambda-duration.ts';
import { pathCost, spreadFixed, sum } from '../../../../cli/cost/path-cost.ts';
import { PRICE_NAMES, pricedRegions, readPrices } from '../../../../cli/cost/price-list.ts';
import { hourlyCosts, monthlyCosts } from '../../../../cli/cost/standing-costs.ts';
import {
  shardsFor,
  withMemory,
  withoutTraces,
  withStream,
  withTablesProvisioned,
  withWorkflows,
} from '../../../../cli/cost/what-if.ts';
import type { UsageTotal, UsageUnit } from '../../../../local/index.ts';

const GB = 2 ** 30;

const deployment: Deployment = {
  prefix: 'millrace-dev-',
  functions: new Map([['millrace-dev-fold', { memoryMb: 512, architecture: 'arm64', traced: true }]]),
  tables: new Map([
    ['millrace-dev-states', { restorable: true }],
    ['millrace-dev-rest', { restorable: false }],
  ]),
  streams: new Map([['millrace-dev-events', {}]]),
  actors: new Map([['fold-role', 'millrace-dev-fold']]),
  mappings: [
    { functionName: 'millrace-dev-fold', source: 'kinesis' },
    { functionName: 'millrace-dev-fold', source: 'sqs' },
  ],
  workflows: new Map([['millrace-dev-saga', 'STANDARD']]),
  alarmedMetrics: 10,
  dashboards: 1,
  schedules: [730 * 60],
  meteredRoutes: 2,
  logGroups: new Map([['/aws/lambda/millrace-dev-fold', 30]]),
  archiveDays: 30,
};

const tariff: Tariff = { prices: readPrices('us-east-1'), deployment, durations: readDurations() };

const total = (service: string, resource: string, unit: UsageUnit, quantity: number, caller = 'fold-role') =>
  ({ service, resource, unit, quantity, caller }) satisfies UsageTotal;

const usdOf = (usage: readonly UsageTotal[], under: Tariff = tariff) =>
  sum(billUsage(under, { usage, seconds: 1 }).map(({ usd }) => usd));

describe('billUsage', () => {
  it.each([
    ['a GB into an on-demand stream', total('kinesis', 'millrace-dev-events', 'ingested-bytes', GB), 0.08],
    ['a GB out of it', total('kinesis', 'millrace-dev-events', 'retrieved-bytes', GB), 0.04],
    ['payload units of an on-demand stream', total('kinesis', 'millrace-dev-events', 'payload-units', 1e6), 0],
    ['a million write units', total('dynamodb', 'millrace-dev-states', 'write-units', 1e6), 0.625],
    ['a million of an index', total('dynamodb', 'millrace-dev-states/index/i', 'write-units', 1e6), 0.625],
    ['a million read units', total('dynamodb', 'millrace-dev-states', 'read-units', 1e6), 0.125],
    ['a GB in a restorable table', total('dynamodb', 'millrace-dev-states', 'stored-bytes', GB), 0.45],
    ['a GB in another', total('dynamodb', 'millrace-dev-rest', 'stored-bytes', GB), 0.25],
    ['a million requests', total('execute-api', 'api', 'requests', 1e6), 1],
    ['a million bus events', total('events', 'millrace-dev', 'events', 1e6), 1],
    ['a GB of archived events for a month', total('events', 'millrace-dev', 'event-bytes', GB), 0.123],
    ['a million queue requests', total('sqs', 'q', 'requests', 1e6), 0.4],
    ['a million of a FIFO queue', total('sqs', 'q.fifo', 'requests', 1e6), 0.5],
    ['a GB of logs kept for a month', total('logs', '/aws/lambda/millrace-dev-fold', 'ingested-bytes', GB), 0.53],
    ['calls as such', total('dynamodb', 'millrace-dev-states PutItem', 'calls', 1e6), 0],
    ['what the operator does', total('dynamodb', 'millrace-dev-states', 'write-units', 1e6, 'operator'), 0],
  ])('prices %s', (_, usage, usd) => {
    expect(usdOf([usage])).toBeCloseTo(usd, 9);
  });

  it('prices functions by request, GB-second and sampled trace', () => {
    const usage = [total('lambda', 'millrace-dev-fold', 'invocations', 101)];
    const lines = billUsage(tariff, { usage, seconds: 1 });
    const quantities = Object.fromEntries(lines.map(({ price, quantity }) => [price, quantity]));
    expect(quantities['lambda.request']).toBe(101);
    expect(quantities['xray.trace']).toBeCloseTo(1 + 0.05 * 100, 9);
    expect(quantities['lambda.gb-second-arm64']).toBeGreaterThan(0);
    expect(billUsage(withoutTraces(tariff), { usage, seconds: 1 }).map(({ price }) => price)).not.toContain(
      'xray.trace',
    );
  });

  it('prices state transitions of Standard workflows, and executions of Express ones', () => {
    const usage = [
      total('states', '', 'transitions', 1000, 'states'),
      total('states', 'millrace-dev-saga', 'executions', 100),
    ];
    const priceNames = (under: Tariff) => billUsage(under, { usage, seconds: 100 }).map(({ price }) => price);
    expect(priceNames(tariff)).toContain('states.transition');
    expect(priceNames(withWorkflows(tariff, 'EXPRESS'))).toContain('states.express-request');
    expect(priceNames(withWorkflows(tariff, 'EXPRESS'))).not.toContain('states.transition');
  });

  it('adds up: a bill of two usages is the two bills', () => {
    const units = fc.constantFrom<UsageUnit>('write-units', 'read-units', 'stored-bytes');
    const usages = fc.array(
      fc
        .record({ unit: units, quantity: fc.integer({ min: 1, max: 1e9 }) })
        .map(({ unit, quantity }) => total('dynamodb', 'millrace-dev-states', unit, quantity)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(usages, usages, (one, other) => {
        expect(usdOf([...one, ...other])).toBeCloseTo(usdOf(one) + usdOf(other), 6);
      }),
    );
  });
});

describe('what-if', () => {
  const second = [
    total('kinesis', 'millrace-dev-events', 'records', 1000),
    total('kinesis', 'millrace-dev-events', 'retrieved-bytes', 1_150_000),
    total('kinesis', 'millrace-dev-events', 'ingested-bytes', 2_048_000),
    total('kinesis', 'millrace-dev-events', 'payload-units', 1000),
    total('dynamodb', 'millrace-dev-states', 'write-units', 960),
    total('dynamodb', 'millrace-dev-states', 'read-units', 960),
    total('dynamodb', 'millrace-dev-rest', 'write-units', 4),
  ];
  const measured = { usage: second, count: 1000, seconds: 1 };

  it('takes as many shards as records and bytes need, and pays for them by the hour', () => {
    expect(shardsFor(measured, 0.8)).toBe(2);
    expect(shardsFor(measured, 0.5)).toBe(3);
    const sharded = withStream(tariff, 2);
    expect(hourlyCosts(sharded)).toContainEqual(expect.objectContaining({ price: 'kinesis.shard-hour', quantity: 2 }));
    const kinesis = pathCost(sharded, measured).hops.find(({ hop }) => hop === 'Kinesis');
    expect(kinesis?.usdPerMillion).toBeCloseTo(0.014 + (2 * 0.015 * 1000) / 3600, 6);
  });

  it('provisions the busy tables only, for what was measured, and bills nothing of them by use', () => {
    const provisioned = withTablesProvisioned(tariff, measured, { utilization: 0.8 });
    expect(provisioned.deployment.tables.get('millrace-dev-states')).toMatchObject({
      provisioned: { writeUnits: 1200, readUnits: 1200 },
    });
    expect(provisioned.deployment.tables.get('millrace-dev-rest')).not.toHaveProperty('provisioned');
    const table = pathCost(provisioned, measured).hops.find(({ hop }) => hop === 'table states');
    expect(table?.usdPerMillion).toBeCloseTo((1200 * (0.00065 + 0.00013) * 1000) / 3600, 6);
  });

  it('never gets dearer by better use of what is provisioned', () => {
    const share = fc.double({ min: 0.1, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (a, b) => {
        const at = (utilization: number) =>
          pathCost(withTablesProvisioned(tariff, measured, { utilization }), measured).usdPerMillion;
        expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)) + 1e-12);
      }),
    );
  });

  it('gives a function that only works the same bill with twice the memory, half the time', () => {
    const usage = [
      total('lambda', 'millrace-dev-fold', 'invocations', 1000),
      total('lambda', 'millrace-dev-fold', 'payload-bytes', 1e9, 'millrace-dev-fold'),
    ];
    expect(usdOf(usage, withMemory(tariff, 2)) / usdOf(usage)).toBeCloseTo(1, 2);
  });
});

test('callsByHop counts the calls of everybody but the operator', () => {
  const calls = callsByHop(tariff, [
    total('dynamodb', 'millrace-dev-states PutItem', 'calls', 3),
    total('dynamodb', 'millrace-dev-states GetItem', 'calls', 2),
    total('dynamodb', 'millrace-dev-states PutItem', 'calls', 100, 'operator'),
  ]);
  expect([...calls]).toEqual([['table states', 5]]);
});

test('billedMs stretches work by the share of a vCPU, and waits as long with any memory', () => {
  const durations = {
    ...readDurations(),
    vcpuMemoryMb: 1769,
    waitMs: { dynamodb: 6 },
    callsAtOnce: 16,
    functions: { f: { cpuMs: 10, cpuMsPerKb: 1 } },
  };
  const at = (memoryMb: number, calls: number) =>
    billedMs(durations, 'f', { memoryMb, payloadBytes: 10_240, calls: new Map([['dynamodb', calls]]) });
  expect(at(1769, 0)).toBeCloseTo(20, 9);
  expect(at(3538, 0)).toBeCloseTo(20, 9);
  expect(at(884.5, 1)).toBeCloseTo(40 + 6, 9);
  expect(at(1769, 17)).toBeCloseTo(20 + 12, 9);
});

test('monthlyCosts has a line for metrics, alarms, dashboards, schedules and the polls of idle queues', () => {
  const costs = monthlyCosts(tariff, { customMetrics: 20 });
  const byItem = Object.fromEntries(costs.map(({ item, usdPerMonth }) => [item, usdPerMonth]));
  expect(byItem["the handlers' metrics"]).toBeCloseTo(6, 9);
  expect(byItem['metrics of the API, by route']).toBeCloseTo(2 * 6 * 0.3, 9);
  expect(byItem.alarms).toBeCloseTo(1, 9);
  expect(byItem.dashboards).toBeCloseTo(3, 9);
  expect(byItem.schedules).toBeCloseTo(0.0438, 9);
  expect(byItem['empty receives of queues']).toBeCloseTo(((5 * 3600 * 730) / 20 / 1e6) * 0.4, 9);
  expect(spreadFixed(costs, 1000)).toBeCloseTo((sum(Object.values(byItem)) / (1000 * 3600 * 730)) * 1e6, 9);
});

describe('readPrices', () => {
  it('gives a figure with source and date for everything that is billed', () => {
    const { prices, checked } = readPrices('us-east-1');
    expect(Object.keys(prices).sort()).toEqual([...PRICE_NAMES].sort());
    expect(checked).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const price of Object.values(prices))
      expect(price).toMatchObject({ source: expect.stringMatching(/^https:/) });
  });

  it('refuses a region that it has no file for, and lists those that it has', () => {
    expect(() => readPrices('mars-north-1')).toThrow(
      `Cannot price region 'mars-north-1': there is no price file for it, only for ${pricedRegions().join(', ')}`,
    );
    expect(() => readPrices('../package')).toThrow('Cannot price region');
  });
});
