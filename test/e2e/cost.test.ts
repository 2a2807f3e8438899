/**
 * What events and bookings cost, asserted: a change that makes a path dearer fails here. The functions' durations are the
 * measured ones of `cli/cost/lambda-durations.json`, so that the figures are the same on every machine.
 */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureBookings, measureEvents, measureIdle } from '../../bench/cost/measure-usage.ts';
import { type MeteredPlatform, openMeteredPlatform } from '../../bench/cost/metered-platform.ts';
import { readOptions } from '../../bench/cost/options.ts';
import { onProvisionedCapacity } from '../../bench/cost/scenarios.ts';
import type { Tariff } from '../../cli/cost/bill.ts';
import { readDurations } from '../../cli/cost/lambda-duration.ts';
import { type Measured, pathCost, spreadFixed } from '../../cli/cost/path-cost.ts';
import { readPrices } from '../../cli/cost/price-list.ts';
import { monthlyCosts } from '../../cli/cost/standing-costs.ts';

/** Per million events at 1,000 events/s of 1 KB, all hops and the month's fixed costs counted: a tenth above what it is. */
const CEILING_PROVISIONED_USD = 0.55;
/** The same on demand: what the template says when nothing is configured. */
const CEILING_ON_DEMAND_USD = 1.2;
/** Per thousand bookings. */
const CEILING_SAGA_USD = 0.38;

/** Dollars per million events on demand, hop by hop, and why a hop costs anything at all. */
const HOP_CEILINGS: readonly (readonly [hop: string, usd: number, why: string])[] = [
  ['table session-profiles', 0.7, 'a write unit and half a read unit for an event, alone of its visitor in its second'],
  ['Kinesis', 0.22, 'a record is a little more than 1 KB, which is billed as 2 KB, and read once'],
  ['HTTP API', 0.07, 'a twentieth of a request, its answer, its line of the access log'],
  [
    'collector',
    0.07,
    'a twentieth of an invocation, and one line with the metrics and the ledger entries of 20 events',
  ],
  ['EventBridge', 0.06, 'a fact for each visit, archived'],
  ['session-profile', 0.04, 'the CPU time of one DynamoDB call for each event'],
  ['outbox-publisher-behaviour', 0.008, 'an invocation for five facts'],
  ['SQS', 0.005, 'purchases and abandoned carts: three in a hundred visits, and seven'],
  ['table idempotency', 0.005, 'a transaction for each purchase'],
];

const { load, utilization } = readOptions(['--seconds', '4']);

let platform: MeteredPlatform;
let tariff: Tariff;
let events: Measured;
let bookings: Measured;
let fixedUsd: number;

beforeAll(async () => {
  platform = await openMeteredPlatform(path.resolve(import.meta.dirname, '../../cdk.out'));
  const idle = await measureIdle(platform);
  events = await measureEvents(platform, load, idle);
  bookings = await measureBookings(platform, { seed: 1, rate: 5, count: 25 }, idle);
  tariff = { prices: readPrices('us-east-1'), durations: readDurations(), deployment: platform.deployment };
  fixedUsd = spreadFixed(monthlyCosts(tariff, { customMetrics: platform.customMetrics().length, idle }), load.rate);
}, 600_000);

afterAll(() => platform.close());

test('a million events cost at most $0.55 on provisioned capacity, every hop counted', () => {
  const path = pathCost(onProvisionedCapacity(tariff, events, utilization), events);
  expect(path.usdPerMillion + fixedUsd).toBeLessThanOrEqual(CEILING_PROVISIONED_USD);
});

test('a million events cost at most $1.20 as the template is, on demand', () => {
  expect(pathCost(tariff, events).usdPerMillion + fixedUsd).toBeLessThanOrEqual(CEILING_ON_DEMAND_USD);
});

test('no hop of the behaviour path is left out of the bill', () => {
  const hops = pathCost(tariff, events).hops.filter(({ usdPerMillion }) => usdPerMillion > 0);
  expect(hops.map(({ hop }) => hop)).toEqual(
    expect.arrayContaining([
      'HTTP API',
      'collector',
      'Kinesis',
      'session-profile',
      'table session-profiles',
      'outbox-publisher-behaviour',
      'EventBridge',
      'SQS',
      'sales-projector',
      'table daily-sales',
      'table idempotency',
    ]),
  );
});

test.each(HOP_CEILINGS)('a million events cost in hop %s at most $%d: %s', (hop, ceilingUsd) => {
  const cost = pathCost(tariff, events).hops.find(each => each.hop === hop);
  expect(cost?.usdPerMillion).toBeGreaterThan(0);
  expect(cost?.usdPerMillion).toBeLessThanOrEqual(ceilingUsd);
});

test('hops without a ceiling of their own cost next to nothing', () => {
  const named = new Set(HOP_CEILINGS.map(([hop]) => hop));
  const others = pathCost(tariff, events).hops.filter(({ hop }) => !named.has(hop));
  expect(others.reduce((sum, { usdPerMillion }) => sum + usdPerMillion, 0)).toBeLessThanOrEqual(0.005);
});

test('an event costs at most one write unit, half a read unit and a twentieth of a request', () => {
  const perEvent = (unit: string, { service, resource = '' }: { service: string; resource?: string }) =>
    events.usage
      .filter(total => total.unit === unit && total.service === service && total.resource.endsWith(resource))
      .reduce((sum, { quantity }) => sum + quantity, 0) / events.count;
  expect(perEvent('write-units', { service: 'dynamodb', resource: '-session-profiles' })).toBeLessThanOrEqual(1);
  expect(perEvent('read-units', { service: 'dynamodb', resource: '-session-profiles' })).toBeLessThanOrEqual(0.51);
  expect(perEvent('requests', { service: 'execute-api' })).toBeLessThanOrEqual(0.05);
  expect(perEvent('records', { service: 'kinesis' })).toBe(1);
});

test('a thousand trip bookings cost at most $0.38, most of it for state transitions', () => {
  const saga = pathCost(tariff, bookings);
  expect(saga.usdPerMillion / 1000).toBeLessThanOrEqual(CEILING_SAGA_USD);
  expect(saga.hops[0]?.hop).toBe('Step Functions');
  expect(saga.hops.map(({ hop }) => hop)).toEqual(
    expect.arrayContaining(['HTTP API', 'booking-command', 'saga-starter', 'trip-projector', 'payment', 'inventory']),
  );
});
