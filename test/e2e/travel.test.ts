import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedInventory } from '../../cli/demo/seed-inventory.ts';
import { getJson, postJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { demoFlights, demoHotels, soldOutHotel } from '../../domains/travel/demo/inventory-stock.ts';
import { flightItem } from '../../domains/travel/saga/inventory.ts';
import { DECLINED_TOKEN } from '../../domains/travel/saga/payment.ts';
import { eventually } from './eventually.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 9, report: () => {} });
  await seedInventory(platform.aws, platform.inventoryTable);
});

afterAll(() => platform.close());

const flight = { flightNumber: String(demoFlights[0]), seats: 2 };

function booking(tripId: string, changes: object = {}) {
  const hotel = { hotelId: demoHotels[0], nights: 3, rooms: 1 };
  const price = { amountMinor: 90_000, currency: 'EUR' };
  return { tripId, traveller: 'Ada Byron', flight, hotel, price, paymentToken: 'tok_visa', ...changes };
}

function book(body: object) {
  return postJson(`${platform.apiUrl}/trips`, JSON.stringify(body));
}

async function endOf(tripId: string) {
  const reply = await eventually(
    () => getJson(`${platform.apiUrl}/trips/${tripId}`),
    answer => answer.status === 200 && /confirmed|cancelled/.test(JSON.stringify(answer.body)),
  );
  return reply.body as Record<string, unknown>;
}

async function seatsLeft(): Promise<number> {
  const { Item } = await platform.aws<{ Item: { available: { N: string } } }>('dynamodb', 'GetItem', {
    TableName: platform.inventoryTable,
    Key: { itemId: { S: flightItem(flight.flightNumber) }, entry: { S: 'stock' } },
  });
  return Number(Item.available.N);
}

test('a booking runs through the saga and is answered as confirmed', async () => {
  expect((await book(booking('trip-e2e-1'))).status).toBe(202);
  expect(await endOf('trip-e2e-1')).toMatchObject({ status: 'confirmed' });
});

test('the same booking twice is one trip; the same key with another payload is refused', async () => {
  expect((await book(booking('trip-e2e-2'))).status).toBe(202);
  expect((await book(booking('trip-e2e-2'))).status).toBe(202);
  expect((await book(booking('trip-e2e-2', { traveller: 'Someone Else' }))).status).toBe(409);
  await endOf('trip-e2e-2');
});

test('a declined payment undoes the reservations', async () => {
  const before = await seatsLeft();
  expect((await book(booking('trip-e2e-3', { paymentToken: DECLINED_TOKEN }))).status).toBe(202);
  expect(await endOf('trip-e2e-3')).toMatchObject({ status: 'cancelled' });
  expect(await seatsLeft()).toBe(before);
});

test('a sold-out hotel undoes the flight', async () => {
  const before = await seatsLeft();
  const hotel = { hotelId: soldOutHotel, nights: 1, rooms: 1 };
  expect((await book(booking('trip-e2e-4', { hotel }))).status).toBe(202);
  expect(await endOf('trip-e2e-4')).toMatchObject({ status: 'cancelled' });
  expect(await seatsLeft()).toBe(before);
});

test('a booking for nothing is refused, each field with its reason', async () => {
  const { flight: _flight, hotel: _hotel, ...nothing } = booking('trip-e2e-5');
  const reply = await book(nothing);
  expect(reply.status).toBe(422);
  expect(JSON.stringify(reply.body)).toMatch(/flight|hotel/);
  const zero = await book(booking('trip-e2e-6', { price: { amountMinor: 0, currency: 'EUR' } }));
  expect(zero.status).toBe(422);
  expect(JSON.stringify(zero.body)).toContain('amountMinor');
  expect((await getJson(`${platform.apiUrl}/trips/trip-e2e-5`)).status).toBe(404);
});
