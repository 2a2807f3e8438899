import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson, postJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { newUlid, seededRandom } from '../../core/index.ts';
import { browserCall, serverBatch, type TrackerRequest } from '../support/segment-requests.ts';
import { eventually } from './eventually.ts';

let platform: Platform;
const random = seededRandom(7);

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 7, report: () => {} });
});

afterAll(() => platform.close());

const HOUR_MS = 3_600_000;

function eventAt(timeMs: number, subject: string, type: string, data: object): Record<string, unknown> {
  const time = new Date(timeMs).toISOString();
  const id = newUlid(timeMs, random);
  return { specversion: '1.0', id, source: 'urn:test', type, subject, time, datacontenttype: 'application/json', data };
}

const cartItem = { product: 'tea-set', quantity: 2, unitPrice: 12.345, currency: 'EUR' };
const purchase = { ...cartItem, invoice: 'I-1', country: 'Portugal' };

async function send(events: unknown, query = '') {
  const reply = await postJson(`${platform.apiUrl}/events${query}`, JSON.stringify(events));
  return {
    status: reply.status,
    body: reply.body as { results: { status: string; problem?: Record<string, unknown> }[] },
  };
}

async function profileOf(visitor: string) {
  const reply = await getJson(`${platform.apiUrl}/visitors/${visitor}`);
  return { status: reply.status, body: reply.body as Record<string, Record<string, unknown>> };
}

test('events of one visitor are folded into one profile, and an event sent twice takes effect once', async () => {
  const start = Date.now() - HOUR_MS;
  const bought = eventAt(start + 2000, 'visitor-a', 'behaviour.purchase.completed.v1', purchase);
  const visit = [
    eventAt(start, 'visitor-a', 'behaviour.page.viewed.v1', { url: '/' }),
    eventAt(start + 1000, 'visitor-a', 'behaviour.cart.item-added.v1', cartItem),
    bought,
    bought,
  ];
  expect((await send(visit)).status).toBe(202);
  expect((await send([bought])).status).toBe(202);
  const profile = await eventually(
    () => profileOf('visitor-a'),
    answer => answer.status === 200 && answer.body.purchases?.lines === 1,
  );
  expect(profile.body.purchases).toMatchObject({ lines: 1, quantity: 2, amountMilli: 24_690 });
});

test('a purchase becomes a fact on the bus and one row of the daily sales', async () => {
  const timeMs = Date.parse('2026-01-02T10:00:00Z');
  const event = eventAt(timeMs, 'visitor-b', 'behaviour.purchase.completed.v1', purchase);
  const reply = await postJson(`${platform.apiUrl}/events`, JSON.stringify([event]), {
    headers: { 'millrace-backfill': 'true' },
  });
  expect(reply.status).toBe(202);
  const sales = await eventually(
    () => getJson(`${platform.apiUrl}/sales?from=2026-01-02&to=2026-01-02`),
    answer => JSON.stringify(answer.body).includes('2026-01-02'),
  );
  expect(JSON.stringify(sales.body)).toContain('"amountMilli":24690');
});

test('a batch with good and bad events keeps the good ones and says of each bad one which field, value and reason', async () => {
  const now = Date.now();
  const good = eventAt(now, 'visitor-c', 'behaviour.page.viewed.v1', { url: '/' });
  const { subject: _subject, ...anonymous } = eventAt(now, 'x', 'behaviour.page.viewed.v1', { url: '/' });
  const batch = [
    good,
    anonymous,
    eventAt(now, 'visitor-c', 'behaviour.page.seen.v1', { url: '/' }),
    eventAt(now, 'visitor-c', 'behaviour.page.viewed.v1', {}),
    eventAt(now + HOUR_MS, 'visitor-c', 'behaviour.page.viewed.v1', { url: '/' }),
    eventAt(now - 30 * 24 * HOUR_MS, 'visitor-c', 'behaviour.page.viewed.v1', { url: '/' }),
    'not an event',
  ];
  const { status, body } = await send(batch);
  expect(status).toBe(207);
  expect(body.results.map(result => result.status)).toEqual(['accepted', ...Array(6).fill('refused')]);
  const fields = body.results.slice(1, 6).map(result => result.problem?.field);
  expect(fields).toEqual(['subject', 'type', 'data.url', 'time', 'time']);
  for (const result of body.results.slice(1)) expect(String(result.problem?.reason).length).toBeGreaterThan(5);
  await eventually(
    () => profileOf('visitor-c'),
    answer => answer.status === 200,
  );
});

test('malformed JSON, an empty batch and a body over the limit are refused as a whole, with the reason', async () => {
  const post = async (body: string) => {
    const reply = await fetch(`${platform.apiUrl}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: reply.status, text: await reply.text() };
  };
  expect(await post('[{"id": ')).toMatchObject({ status: 400 });
  expect(await post('[]')).toMatchObject({ status: 400 });
  expect(await post(`["${'x'.repeat(1_100_000)}"]`)).toMatchObject({ status: 413 });
});

test('an invalid event is kept in the quarantine with its reason when the producer asks for it', async () => {
  const bad = eventAt(Date.now(), 'visitor-d', 'behaviour.page.viewed.v1', {});
  const { body } = await send([bad], '?onInvalid=quarantine');
  expect(body.results.map(result => result.status)).toEqual(['quarantined']);
});

test('a cart that is left behind is reported once when the visitor comes back', async () => {
  const start = Date.now() - 5 * HOUR_MS;
  await send([
    eventAt(start, 'visitor-e', 'behaviour.cart.item-added.v1', cartItem),
    eventAt(start + 2 * HOUR_MS, 'visitor-e', 'behaviour.page.viewed.v1', { url: '/' }),
  ]);
  const messages = await eventually(
    () => receive('abandoned-carts'),
    found => found.some(body => body.includes('visitor-e')),
  );
  expect(messages.filter(body => body.includes('visitor-e'))).toHaveLength(1);
});

async function track(
  { path, headers, body }: TrackerRequest,
  encode: (text: string) => NonNullable<RequestInit['body']> = text => text,
) {
  const init = { method: 'POST', headers, body: encode(JSON.stringify(body)) };
  const reply = await fetch(`${platform.apiUrl}${path}`, init);
  return {
    status: reply.status,
    origin: reply.headers.get('access-control-allow-origin'),
    body: Object(await reply.json()),
  };
}

test('a shop that tracks with the libraries of Segment is understood, and a batch that is sent again takes effect once', async () => {
  const start = Date.now() - HOUR_MS;
  const products = [
    { product_id: 'p-1', sku: 'tea-set', name: 'Tea set', price: 12.345, quantity: 2 },
    { sku: 'lantern', price: '3.39' },
  ];
  const batch = serverBatch(start, [
    { type: 'identify', traits: { email: 'ada@example.com' } },
    { type: 'track', event: 'Product Added', properties: { ...products[0], currency: 'EUR' } },
    { type: 'track', event: 'Song Played', properties: { artist: 'Dierks Bentley' } },
    { type: 'track', event: 'Order Completed', properties: { order_id: 'S-1', currency: 'EUR', products } },
    { type: 'track', event: 'Product Added', properties: { sku: 'tea-set', price: -1 } },
  ]);
  const answer = await track(batch);
  expect(answer).toMatchObject({ status: 200, body: { success: true, accepted: 4 } });
  expect(answer.body.problems).toMatchObject([{ index: 4, status: 'quarantined', field: 'data.unitPrice' }]);
  const later = { ...batch, body: { ...batch.body, sentAt: new Date(start + 12_345).toISOString() } };
  const zipped = { ...later, headers: { ...later.headers, 'content-encoding': 'gzip' } };
  expect((await track(zipped, text => gzipSync(text))).status).toBe(200);
  const page = browserCall('page', start, { anonymousId: '019mr8mf4r' });
  expect(await track(page)).toEqual({ status: 200, origin: '*', body: { success: true, accepted: 1 } });
  const { body } = await eventually(
    () => profileOf('019mr8mf4r'),
    profile => Number(profile.body.pages) === 1,
  );
  expect(body).toMatchObject({ events: 5, visits: 1, purchases: { lines: 2, quantity: 3, amountMilli: 28_080 } });
  expect(body).not.toHaveProperty('cart');
  const asked = await fetch(`${platform.apiUrl}/v1/t`, { method: 'OPTIONS' });
  expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([204, 'POST, OPTIONS']);
});

async function receive(queue: string): Promise<string[]> {
  const { QueueUrls } = await platform.aws<{ QueueUrls: string[] }>('sqs', 'ListQueues', {});
  const url = QueueUrls.find(candidate => candidate.endsWith(`-${queue}`));
  const { Messages = [] } = await platform.aws<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', {
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
  });
  return Messages.map(message => message.Body);
}
