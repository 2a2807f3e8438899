/**
 * The books of the sagas balance: what a confirmed trip booked is reserved and paid, a cancelled trip holds nothing, and
 * the shelves have lost exactly what is reserved. A trip that cannot be booked is never confirmed; one that could may be
 * cancelled, when a step has failed for too long.
 */

import type { Item } from '../evidence/read-evidence.ts';
import type { Booking } from '../plan/simulation-plan.ts';
import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

const DECLINED = 'tok_declined';

export function checkSagas(judged: Judged): Violation[] {
  const accepted = new Map(
    judged.answers.bookings.flatMap(({ booking, status }) => (status === 202 ? [[booking.tripId, booking]] : [])),
  );
  const refused = judged.answers.bookings.flatMap(({ booking, status }): Violation[] => {
    if (status === 202) return [];
    return [{ check: 'sagas', about: booking.tripId, what: 'answer to the booking', expected: 202, actual: status }];
  });
  return [
    ...refused,
    ...[...accepted.values()].flatMap(booking => checkTrip(judged, booking)),
    ...checkStock(judged),
    ...checkExecutions(judged, [...accepted.keys()]),
  ];
}

function checkTrip({ evidence, stock }: Judged, booking: Booking): Violation[] {
  const { tripId: about } = booking;
  const view = evidence.trips.find(trip => trip.tripId === about);
  const outcome = view?.confirmed ? 'confirmed' : view?.cancelled ? 'cancelled' : 'open';
  const possible = isPossible(booking, stock) ? ['confirmed', 'cancelled'] : ['cancelled'];
  if (!possible.includes(outcome)) {
    return [{ check: 'sagas', about, what: 'outcome', expected: possible, actual: outcome }];
  }
  const isConfirmed = outcome === 'confirmed';
  const events = evidence.tripEvents.filter(event => event.tripId === about).map(({ type }) => type);
  const payment = evidence.payments.find(({ tripId }) => tripId === about);
  const told = evidence.notifications.filter(({ tripId }) => tripId === about).map(({ outcome: said }) => said);
  const paid = payment?.status === 'captured' ? payment.amountMinor : 0;
  const held = heldBy(evidence.inventory, about);
  return [
    ...differing({
      check: 'sagas',
      about,
      what: 'events',
      expected: ['travel.trip.booking-requested.v1', `travel.trip.${outcome}.v1`],
      actual: events,
    }),
    ...differing({
      check: 'sagas',
      about,
      what: 'view holds both facts',
      expected: true,
      actual: view?.requested !== undefined && !(view.confirmed && view.cancelled),
    }),
    ...differing({ check: 'sagas', about, what: 'held', expected: isConfirmed ? wantedBy(booking) : [], actual: held }),
    ...differing({
      check: 'sagas',
      about,
      what: 'paid',
      expected: isConfirmed ? booking.price.amountMinor : 0,
      actual: paid,
    }),
    ...differing({
      check: 'sagas',
      about,
      what: 'money set aside',
      expected: false,
      actual: payment?.status === 'authorised',
    }),
    ...differing({ check: 'sagas', about, what: 'notifications', expected: [outcome], actual: told }),
  ];
}

function isPossible(booking: Booking, stock: ReadonlyMap<string, number>): boolean {
  if (booking.paymentToken === DECLINED) return false;
  return wantedBy(booking).every(([itemId, units]) => (stock.get(String(itemId)) ?? 0) >= Number(units));
}

type Holding = readonly [itemId: string, units: number, status: 'confirmed' | 'reserved'];

function wantedBy({ flight, hotel }: Booking): Holding[] {
  return [
    ...(flight ? [[`flight#${flight.flightNumber}`, flight.seats, 'confirmed'] as const] : []),
    ...(hotel ? [[`hotel#${hotel.hotelId}`, hotel.rooms, 'confirmed'] as const] : []),
  ];
}

function heldBy(inventory: readonly Item[], tripId: string): unknown[] {
  return inventory
    .filter(row => row.tripId === tripId && row.status !== 'released')
    .map(({ itemId, units, status }) => [itemId, units, status])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

function checkStock({ evidence, stock }: Judged): Violation[] {
  return [...stock].flatMap(([about, before]) => {
    const rows = evidence.inventory.filter(({ itemId }) => itemId === about);
    const held = rows.filter(({ entry, status }) => entry !== 'stock' && status !== 'released');
    const expected = held.reduce((left, { units }) => left - Number(units), before);
    const actual = rows.find(({ entry }) => entry === 'stock')?.available;
    return differing({ check: 'sagas', about, what: 'left on the shelf', expected, actual });
  });
}

function checkExecutions({ evidence }: Judged, trips: readonly string[]): Violation[] {
  const byName = new Map(evidence.executions.map(({ name, status }) => [name, status]));
  const names = [...new Set([...trips, ...byName.keys()])];
  return names.flatMap(about => {
    const expected = trips.includes(about) ? 'SUCCEEDED' : undefined;
    return differing({ check: 'sagas', about, what: 'execution', expected, actual: byName.get(about) });
  });
}
