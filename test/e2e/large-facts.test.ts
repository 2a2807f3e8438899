/** Facts that are too large for the bus travel as claim checks, and ids that stand for two contents are found out. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { type CloudEvent, newUlid, seededRandom } from '../../core/index.ts';
import { eventually } from './eventually.ts';

let platform: Platform;
const random = seededRandom(23);
/** With it, a fact is larger than an entry of the bus. */
const PADDING = 'x'.repeat(270_000);

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 23, report: () => {} });
});

afterAll(() => platform.close());

function fact(type: string, subject: string, data: object): CloudEvent {
  const timeMs = Date.now();
  const time = new Date(timeMs).toISOString();
  return { specversion: '1.0', id: newUlid(timeMs, random), source: 'urn:test', type, subject, time, data };
}

async function put(table: string, item: object): Promise<void> {
  const { TableNames } = await platform.aws<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  const TableName = TableNames.find(name => name.endsWith(`-${table}`));
  await platform.aws('dynamodb', 'PutItem', { TableName, Item: item });
}

const putPurchase = (purchase: CloudEvent) =>
  put('session-profiles', { visitorId: { S: purchase.subject }, outbox: { L: [{ S: JSON.stringify(purchase) }] } });

async function objectsIn(bucket: string, prefix: string): Promise<{ key: string; body: string }[]> {
  const { Buckets } = await platform.aws<{ Buckets: { Name: string }[] }>('s3', 'ListBuckets', {});
  const Bucket = Buckets.find(({ Name }) => Name.includes(`-${bucket}-`))?.Name;
  const { Contents = [] } = await platform.aws<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', {
    Bucket,
    Prefix: prefix,
  });
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await platform.aws<{ Body: string }>('s3', 'GetObject', { Bucket, Key });
      return { key: Key, body: Buffer.from(Body, 'base64').toString('utf8') };
    }),
  );
}

const salesOf = async (): Promise<{ lines: number; quantity: number }> =>
  ((await getJson(`${platform.apiUrl}/sales`)).body as { total: { lines: number; quantity: number } }).total;

test('a large fact of a trip reaches the read model, its data through the claim check', async () => {
  const data = { tripId: 'trip-large', reason: 'PaymentDeclined', padding: PADDING };
  const cancelled = fact('travel.trip.cancelled.v1', 'trip-large', data);
  await put('trip-events', {
    tripId: { S: 'trip-large' },
    version: { N: '1' },
    event: { S: JSON.stringify(cancelled) },
  });
  const { body } = await eventually(
    () => getJson(`${platform.apiUrl}/trips/trip-large`),
    ({ status }) => status === 200,
  );
  expect(body).toMatchObject({ status: 'cancelled', cancelled: { eventId: cancelled.id, reason: 'PaymentDeclined' } });
  const claims = await objectsIn('claim-check', 'claim-check/travel.trip.cancelled.v1/');
  expect(claims.map(({ body: claim }) => JSON.parse(claim))).toEqual([cancelled]);
});

test('a large purchase is counted once; another one under its id is quarantined with the reason, and counts nothing', async () => {
  const data = { visitorId: 'v', product: 'tea', quantity: 3, amountMilli: 9000, currency: 'EUR', day: '2026-01-02' };
  const purchase = fact('behaviour.purchase.made.v1', 'visitor-large', { ...data, padding: PADDING });
  await putPurchase(purchase);
  await eventually(salesOf, ({ lines }) => lines === 1);
  // small, so that it takes the claim of the other one neither on its way nor in the bucket
  const impostor = { ...purchase, data: { ...data, quantity: 4 } };
  await putPurchase(impostor);
  const [kept] = await eventually(
    () => objectsIn('quarantine', 'quarantine/'),
    found => found.length > 0,
  );
  expect(JSON.parse(kept?.body ?? '')).toMatchObject({
    hop: 'sales-projector',
    field: 'id',
    reason: `event id ${purchase.id} was consumed before, with other content`,
    received: impostor,
  });
  expect(await salesOf()).toMatchObject({ lines: 1, quantity: 3 });
  const { QueueUrls } = await platform.aws<{ QueueUrls: string[] }>('sqs', 'ListQueues', {});
  for (const QueueUrl of QueueUrls.filter(url => url.includes('sales-projection'))) {
    const { Attributes } = await eventually(
      () =>
        platform.aws<{ Attributes: Record<string, string> }>('sqs', 'GetQueueAttributes', {
          QueueUrl,
          AttributeNames: ['All'],
        }),
      answer => answer.Attributes.ApproximateNumberOfMessagesNotVisible === '0',
    );
    expect([QueueUrl, Attributes.ApproximateNumberOfMessages]).toEqual([QueueUrl, '0']);
  }
});
