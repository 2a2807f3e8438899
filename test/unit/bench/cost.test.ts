import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fitCpu, undisturbed } from '../../../bench/cost/calibrate.ts';
import { difference, scaled } from '../../../bench/cost/measure-usage.ts';
import { readOptions } from '../../../bench/cost/options.ts';
import { planShop } from '../../../bench/cost/shop-traffic.ts';
import { paceSignals } from '../../../cli/capacity/paced-signals.ts';
import { parseIngestedEvent } from '../../../domains/ingest-contracts.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import type { UsageTotal } from '../../../local/index.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const SHOP = { seed: 1, visitors: 200, eventsPerVisit: 20, cartShare: 0.1, purchaseShare: 0.03, eventBytes: 1024 };

describe('readOptions', () => {
  it('is 1,000 events/s of 1 KB by default, 20 to a request, as the template says', () => {
    const options = readOptions([]);
    expect(options.load).toMatchObject({ rate: 1000, eventBytes: 1024, eventsPerRequest: 20, visitors: 10_000 });
    expect(options).not.toHaveProperty('stream');
    expect(options).not.toHaveProperty('tables');
  });

  it.each([
    [['--rate', 'fast'], "Cannot use --rate: a number from 10 to 20000, received 'fast'"],
    [['--stream', 'many'], "Cannot use --stream: on-demand, or a number of shards from 1 to 10000, received 'many'"],
    [['--tables', 'cheap'], "Cannot use --tables: on-demand or provisioned, received 'cheap'"],
    [['--workflow', 'fast'], "Cannot use --workflow: standard or express, received 'fast'"],
    [['--purchase-share', '2'], "Cannot use --purchase-share: a number from 0 to 1, received '2'"],
    [['--colour'], "Cannot read the options of 'npm run cost'"],
  ])('refuses %j, naming rule and value', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('planShop', () => {
  it('makes events that the collector takes, of the size that was asked for, the same for the same seed', () => {
    const { events, opening } = planShop(SHOP, 500);
    for (const event of [...opening, ...events]) {
      const sent = event.at(NOON);
      expect(parseIngestedEvent(sent)).toMatchObject({ ok: true });
      expect(JSON.stringify(sent)).toHaveLength(1024);
    }
    const subjects = (plan: ReturnType<typeof planShop>) => plan.events.map(({ subject }) => subject);
    expect(subjects(planShop(SHOP, 500))).toEqual(subjects({ events, opening }));
  });

  it('opens each visit once that had begun before, and has visitors begin as often as visits end', () => {
    const { events, opening } = planShop(SHOP, 20_000);
    const opened = opening.map(({ subject }) => subject);
    expect(new Set(opened).size).toBe(opened.length);
    const begun = new Set(events.map(({ subject }) => subject)).size - opened.length;
    expect(begun / events.length).toBeCloseTo(1 / SHOP.eventsPerVisit, 2);
  });
});

describe('fitCpu', () => {
  it('finds the line that samples lie on, and no slope where payloads are alike', () => {
    const on = (kb: number) => ({ payloadBytes: kb * 1024, cpuMs: 3 + 0.5 * kb });
    const { cpuMs, cpuMsPerKb } = fitCpu([on(1), on(10), on(50)]);
    expect([cpuMs, cpuMsPerKb].map(value => Number(value.toFixed(6)))).toEqual([3, 0.5]);
    expect(fitCpu([on(10), on(10), on(10)])).toEqual({ cpuMs: 8, cpuMsPerKb: 0 });
  });

  it('is never negative', () => {
    const sample = fc.record({
      payloadBytes: fc.integer({ min: 1, max: 1e6 }),
      cpuMs: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), samples => {
        const { cpuMs, cpuMsPerKb } = fitCpu(samples);
        expect(cpuMs).toBeGreaterThanOrEqual(0);
        expect(cpuMsPerKb).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('leaves out the samples that something else on the machine disturbed', () => {
    const quiet = Array.from({ length: 6 }, (_, kb) => ({ payloadBytes: (kb + 1) * 1024, cpuMs: kb + 1 }));
    const disturbed = quiet.map(sample => ({ ...sample, cpuMs: sample.cpuMs * 10 }));
    expect(fitCpu(undisturbed([...disturbed, ...quiet])).cpuMsPerKb).toBeCloseTo(1, 6);
  });
});

test('difference and scaled keep every kind of usage by itself', () => {
  const of = (resource: string, quantity: number): UsageTotal => ({
    service: 'sqs',
    resource,
    unit: 'requests',
    caller: 'c',
    quantity,
  });
  expect(difference([of('a', 5), of('b', 2)], [of('a', 3)])).toEqual([of('a', 2), of('b', 2)]);
  expect(scaled([of('a', 5)], 2)).toEqual([of('a', 10)]);
});

test('paceSignals lets a stream be heard of as often as Lambda reads it, and a queue at once', async () => {
  const clock = new VirtualClock(NOON + 100);
  const cloud = new Cloud({ region: 'us-east-1', accountId: '000000000000', clock, ids: seededIds(1) });
  paceSignals(cloud);
  const stream = cloud.arn('kinesis', 'stream/s');
  const queue = cloud.arn('sqs', 'q');
  const heard: string[] = [];
  for (const arn of [stream, queue]) cloud.signals.subscribe(arn, () => heard.push(`${arn} ${clock.now() - NOON}`));
  for (let time = 0; time < 3; time++) {
    cloud.signals.notify(stream);
    cloud.signals.notify(queue);
    await clock.advance(300);
  }
  await clock.advance(2000);
  expect(heard.filter(entry => entry.startsWith(stream))).toEqual([`${stream} 1000`]);
  expect(heard.filter(entry => entry.startsWith(queue))).toHaveLength(3);
});
