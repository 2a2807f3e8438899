import { describe, expect, it } from 'vitest';
import { parseBooking } from '../../../../domains/travel/aggregates/parse-booking.ts';
import { decideBooking, initialTrip, tripOf } from '../../../../domains/travel/aggregates/trip.ts';
import { tripBookings } from '../../../../domains/travel/demo/trip-bookings.ts';
import { parseTravelFact } from '../../../../domains/travel/events/fact-contracts.ts';
import { tripChange, tripStatus } from '../../../../domains/travel/projections/trip-view.ts';
import { sagaInput } from '../../../../domains/travel/saga/saga-input.ts';
import { booking, bookingRequested } from '../../../support/travel-events.ts';

const command = { booking, eventId: bookingRequested.id, requestedAt: bookingRequested.time };

describe('decideBooking', () => {
  it('given nothing, when a trip is asked for, then the booking was requested', () => {
    const decided = decideBooking(initialTrip, command);
    expect(decided).toEqual({ ok: true, value: { kind: 'requested', event: bookingRequested } });
    expect(parseTravelFact(bookingRequested)).toMatchObject({ ok: true });
  });

  it('given the booking, when the same is asked for again, then nothing happens, whatever the order of its members', () => {
    const { price, ...rest } = booking;
    const again = decideBooking(tripOf([bookingRequested]), {
      ...command,
      booking: { price, ...rest },
      eventId: 'other',
    });
    expect(again).toEqual({ ok: true, value: { kind: 'already-requested' } });
  });

  it('given the booking, when something else is asked for under its id, then it is refused', () => {
    const other = { ...booking, price: { amountMinor: 1, currency: 'EUR' } };
    expect(decideBooking(tripOf([bookingRequested]), { ...command, booking: other })).toMatchObject({ ok: false });
  });
});

describe('parseBooking', () => {
  const { tripId: _tripId, ...body } = booking;

  it('takes the trip id from outside unless the body names one', () => {
    expect(parseBooking(body, 'trip-from-key')).toMatchObject({ ok: true, value: { tripId: 'trip-from-key' } });
    expect(parseBooking(booking, 'trip-from-key')).toMatchObject({ ok: true, value: { tripId: booking.tripId } });
  });

  it.each([
    ['a booking for nothing', { flight: undefined, hotel: undefined }, '', /for nothing/],
    ['no nights', { hotel: { hotelId: 'h', nights: 0, rooms: 1 } }, 'hotel.nights', />= 1/],
    ['no seats', { flight: { flightNumber: 'MR101', seats: 0 } }, 'flight.seats', />= 1/],
    ['no amount', { price: { amountMinor: 0, currency: 'EUR' } }, 'price.amountMinor', />= 1/],
    ['no token', { paymentToken: undefined }, 'paymentToken', /required/],
    ['a card number for a token', { paymentToken: '4111111111111111' }, 'paymentToken', /pattern/],
    ['no traveller', { traveller: '' }, 'traveller', /fewer than 1/],
  ])('refuses %s', (_, change, field, reason) => {
    const sent = JSON.parse(JSON.stringify({ ...booking, ...change }));
    expect(parseBooking(sent, 'x')).toMatchObject({
      ok: false,
      problem: { field, reason: expect.stringMatching(reason) },
    });
  });

  it.each([null, [], 'trip', 5])('refuses %j', value => {
    expect(parseBooking(value, 'x')).toMatchObject({ ok: false, problem: { reason: /JSON object/ } });
  });
});

describe('trip view', () => {
  const confirmed = {
    ...bookingRequested,
    type: 'travel.trip.confirmed.v1' as const,
    data: { tripId: booking.tripId, paymentId: 'pay-1' },
  };
  const cancelled = {
    ...bookingRequested,
    type: 'travel.trip.cancelled.v1' as const,
    data: { tripId: booking.tripId, reason: 'PaymentDeclined' },
  };

  it('tells the status from the facts that are there, in whatever order they came', () => {
    const view = { tripId: booking.tripId };
    expect(tripStatus({ ...view, ...tripChange(bookingRequested) })).toBe('requested');
    expect(tripStatus({ ...view, ...tripChange(confirmed), ...tripChange(bookingRequested) })).toBe('confirmed');
    expect(tripStatus({ ...view, ...tripChange(bookingRequested), ...tripChange(cancelled) })).toBe('cancelled');
  });

  it('keeps the payment token out of the read model', () => {
    expect(JSON.stringify(tripChange(bookingRequested))).not.toContain('tok_');
  });
});

describe('sagaInput', () => {
  it('is the same for every delivery of a booking', () => {
    expect(sagaInput(bookingRequested)).toEqual(sagaInput(structuredClone(bookingRequested)));
    expect(sagaInput(bookingRequested)).toMatchObject({ ...booking, id: bookingRequested.id });
    expect(new Set(Object.values(sagaInput(bookingRequested).factIds)).size).toBe(3);
  });
});

describe('tripBookings', () => {
  it('gives bookings that can be booked, some of which are to be undone', () => {
    const expected = new Set<string>();
    let seen = 0;
    for (const item of tripBookings({ seed: 1, now: () => Date.UTC(2026, 2, 1) })) {
      expect(parseBooking(item.body, 'x')).toMatchObject({ ok: true, value: { tripId: item.tripId } });
      expected.add(item.expected);
      if (++seen === 500) break;
    }
    expect(expected).toEqual(new Set(['confirmed', 'cancelled']));
  });
});
