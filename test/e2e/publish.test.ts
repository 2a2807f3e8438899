/** Nobody read a table's change stream for longer than it lasts: the facts are published from the table itself. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseInvocation, UsageError } from '../../cli/command.ts';
import { type CaughtUp, publish } from '../../cli/commands/publish.ts';
import { seedInventory } from '../../cli/demo/seed-inventory.ts';
import { getJson, postJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { newUlid, seededRandom } from '../../core/index.ts';
import { demoFlights } from '../../domains/travel/demo/inventory-stock.ts';
import { eventually } from './eventually.ts';

let platform: Platform;
const random = seededRandom(17);
const startedMs = Date.now();

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 17, report: () => {} });
  await seedInventory(platform.aws, platform.inventoryTable);
});

afterAll(() => platform.close());

/** The publishers' mappings go: what they have not read by now they never will. */
async function silencePublishers(): Promise<void> {
  const { EventSourceMappings } = await platform.aws<{
    EventSourceMappings: { UUID: string; FunctionArn: string }[];
  }>('lambda', 'ListEventSourceMappings', {});
  const ofPublishers = EventSourceMappings.filter(({ FunctionArn }) => FunctionArn.includes('outbox-publisher'));
  expect(ofPublishers).toHaveLength(2);
  for (const { UUID } of ofPublishers) await platform.aws('lambda', 'DeleteEventSourceMapping', { UUID });
}

async function run(...args: string[]): Promise<{ code: number; outcomes: Record<string, CaughtUp> }> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const code = await publish.run(parseInvocation(publish, [...args, '--url', platform.apiUrl, '--json']));
    return { code, outcomes: JSON.parse(String(print.mock.calls[0]?.[0])) };
  } finally {
    print.mockRestore();
  }
}

const salesOf = async (): Promise<{ lines: number }> =>
  ((await getJson(`${platform.apiUrl}/sales`)).body as { total: { lines: number } }).total;

test('millrace publish brings the facts of a silent day to their consumers, and a second time changes nothing', async () => {
  await silencePublishers();
  const trip = {
    tripId: 'trip-silent',
    traveller: 'Ada Byron',
    flight: { flightNumber: String(demoFlights[0]), seats: 1 },
    price: { amountMinor: 10_000, currency: 'EUR' },
    paymentToken: 'tok_visa',
  };
  expect((await postJson(`${platform.apiUrl}/trips`, JSON.stringify(trip))).status).toBe(202);
  const events = Array.from({ length: 30 }, (_, i) => ({
    specversion: '1.0',
    id: newUlid(startedMs, random),
    source: 'urn:test',
    type: 'behaviour.purchase.completed.v1',
    subject: `visitor-${i}`,
    time: new Date(startedMs).toISOString(),
    data: { product: 'tea', quantity: 1, unitPrice: 2, currency: 'EUR', invoice: `I-${i}`, country: 'Portugal' },
  }));
  expect((await postJson(`${platform.apiUrl}/events`, JSON.stringify(events))).status).toBe(202);
  await eventually(
    () => platform.flowSince(startedMs),
    ({ counts }) => counts.applied === events.length,
  );
  expect(await salesOf()).toMatchObject({ lines: 0 });

  const later = new Date(Date.now() + 3_600_000).toISOString();
  expect(await run('--since', later)).toMatchObject({ code: 0, outcomes: { behaviour: { found: 0, done: true } } });

  const since = new Date(startedMs).toISOString();
  const first = await run('--since', since);
  expect(first.code).toBe(0);
  expect(first.outcomes).toMatchObject({
    behaviour: { done: true, found: 60, published: 60, failed: 0 }, // a session and a purchase each
    travel: { done: true, published: expect.any(Number), failed: 0 },
  });
  const status = () => getJson(`${platform.apiUrl}/trips/${trip.tripId}`);
  await eventually(salesOf, ({ lines }) => lines === events.length);
  // the saga's own facts wait in the table as well: only another run brings them to the read model
  await eventually(
    async () => {
      await run('--since', since, '--domain', 'travel');
      return status();
    },
    ({ body }) => JSON.stringify(body).includes('confirmed'),
  );
  expect((await run('--since', since)).code).toBe(0);
  const { counts } = await eventually(
    () => platform.flowSince(startedMs),
    flow => flow.counts.salesDuplicates >= events.length,
  );
  expect([counts.salesConsumed, counts.salesDuplicates]).toEqual([events.length, events.length]);
  expect(await salesOf()).toMatchObject({ lines: events.length });
});

test('millrace publish says what it cannot do: no time, no such time, no such domain, an argument', async () => {
  await expect(run()).rejects.toThrow(UsageError);
  await expect(run('--since', 'yesterday')).rejects.toThrow(/^Cannot use --since: an RFC 3339 time/);
  await expect(run('--since', '2026-03-01T09:00:00Z', '--domain', 'rides')).rejects.toThrow(/one of behaviour, travel/);
  await expect(run('now', '--since', '2026-03-01T09:00:00Z')).rejects.toThrow(/no argument is needed/);
});
