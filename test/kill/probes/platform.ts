/** The app itself, through its HTTP API: events and bookings that are sent again until they are answered. */

import { getJson } from '../../../cli/http-client.ts';
import { newUlid, seededRandom } from '../../../core/index.ts';
import { inventoryStock } from '../../../domains/travel/demo/inventory-stock.ts';
import { flightItem } from '../../../domains/travel/saga/inventory.ts';
import { type AwsClient, RefusedError } from '../aws-client.ts';
import type { Probe, Verdict } from '../probe.ts';

const VISITORS = 20;
const EVENTS_PER_REQUEST = 5;
const DAY = '2026-01-02';
const NOON_MS = Date.parse(`${DAY}T12:00:00Z`);
const FLIGHT = { flightNumber: 'MR101', seats: 2 };

const numberOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1));
const visitorOf = (name: string) => `kill-visitor-${numberOf(name) % VISITORS}`;

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status === 429 || response.status === 503) throw new RefusedError('ServiceUnavailable', text);
  if (response.status !== 202) throw new Error(`Cannot post to ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Purchases: each is in its visitor's profile and in the day's sales, once. */
export const purchases: Probe = {
  name: 'app POST /events, to profile and sales, sent again',
  lanes: 3,
  sendsAgain: true,
  async write(aws, name) {
    const random = seededRandom(numberOf(name) + 1);
    const events = Array.from({ length: EVENTS_PER_REQUEST }, () => ({
      specversion: '1.0',
      id: newUlid(NOON_MS, random),
      source: 'urn:kill',
      type: 'behaviour.purchase.completed.v1',
      subject: visitorOf(name),
      time: new Date(NOON_MS).toISOString(),
      datacontenttype: 'application/json',
      data: { product: 'tea', quantity: 1, unitPrice: 1, currency: 'EUR', invoice: name, country: 'Portugal' },
    }));
    await post(`${aws.apiUrl}/events`, events, { 'millrace-backfill': 'true' });
  },
  async verify(aws, tried) {
    const expected = new Map<string, number>();
    for (const name of tried.acknowledged) {
      expected.set(visitorOf(name), (expected.get(visitorOf(name)) ?? 0) + EVENTS_PER_REQUEST);
    }
    return atRest(async () => {
      const differences = await differencesOf(expected, visitor => linesOf(aws, visitor));
      const total = tried.acknowledged.size * EVENTS_PER_REQUEST;
      return [...differences, ...(await differencesOf(new Map([['sales', total]]), () => salesLines(aws)))];
    });
  },
};

async function linesOf(aws: AwsClient, visitor: string): Promise<number> {
  const { body } = await getJson(`${aws.apiUrl}/visitors/${visitor}`);
  return (body as { purchases?: { lines: number } }).purchases?.lines ?? 0; // the API's own shape
}

async function salesLines(aws: AwsClient): Promise<number> {
  const { body } = await getJson(`${aws.apiUrl}/sales?from=${DAY}&to=${DAY}`);
  return (body as { total?: { lines: number } }).total?.lines ?? 0; // the API's own shape
}

/** Bookings: each trip is confirmed, and holds its seats once. */
export const bookings: Probe = {
  name: 'app POST /trips, through the saga, sent again',
  lanes: 1,
  sendsAgain: true,
  async write(aws, name) {
    await post(`${aws.apiUrl}/trips`, {
      tripId: tripOf(name),
      traveller: 'Ada Byron',
      flight: FLIGHT,
      price: { amountMinor: 90_000, currency: 'EUR' },
      paymentToken: 'tok_visa',
    });
  },
  verify: (aws, tried) =>
    atRest(async () => {
      const expected = new Map([...tried.acknowledged].map(name => [tripOf(name), 1]));
      const differences = await differencesOf(expected, async trip => ((await isConfirmed(aws, trip)) ? 1 : 0));
      const seats = new Map([['seats', tried.acknowledged.size * FLIGHT.seats]]);
      return [...differences, ...(await differencesOf(seats, () => seatsTaken(aws)))];
    }),
};

const tripOf = (name: string) => `trip-${name}`;

async function isConfirmed(aws: AwsClient, tripId: string): Promise<boolean> {
  const { body } = await getJson(`${aws.apiUrl}/trips/${tripId}`);
  return (body as { status?: string }).status === 'confirmed'; // the API's own shape
}

async function seatsTaken(aws: AwsClient): Promise<number> {
  const { TableNames } = await aws.json<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  const itemId = flightItem(FLIGHT.flightNumber);
  const { Item } = await aws.json<{ Item?: { available: { N: string } } }>('dynamodb', 'GetItem', {
    TableName: TableNames.find(name => name.endsWith('-inventory')),
    Key: { itemId: { S: itemId }, entry: { S: 'stock' } },
  });
  const before = inventoryStock().find(row => row.itemId === itemId)?.available ?? 0;
  return before - Number(Item?.available.N ?? 0);
}

interface Difference {
  readonly name: string;
  readonly expected: number;
  readonly found: number;
}

async function differencesOf(
  expected: ReadonlyMap<string, number>,
  read: (name: string) => Promise<number>,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [name, count] of expected) {
    const found = await read(name);
    if (found !== count) differences.push({ name, expected: count, found });
  }
  return differences;
}

/** Longer than the visibility timeout of the queues: a message that was with a function comes back only then, as on AWS. */
const LONGEST_REST_MS = 420_000;

/** Looks until nothing is missing or the time is up: what was taken needs a while to arrive. */
async function atRest(look: () => Promise<readonly Difference[]>): Promise<Verdict> {
  const startedAtMs = Date.now();
  let differences = await look();
  while (differences.some(({ expected, found }) => found < expected) && Date.now() - startedAtMs < LONGEST_REST_MS) {
    await new Promise(resolve => setTimeout(resolve, 500));
    differences = await look();
  }
  const describe = ({ name, expected, found }: Difference) => `${name}: ${found} of ${expected}`;
  return {
    lost: differences.filter(({ expected, found }) => found < expected).map(describe),
    doubled: differences.filter(({ expected, found }) => found > expected).map(describe),
  };
}
