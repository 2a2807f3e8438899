import type { TripBookingRequested } from '../../domains/travel/events/generated/data-types.ts';
import type { BookingRequestedFact } from '../../domains/travel/events/travel-fact.ts';

/** A trip with a flight and a hotel. */
export const booking: TripBookingRequested = {
  tripId: 'trip-0001',
  traveller: 'Ada Byron',
  flight: { flightNumber: 'MR101', seats: 2 },
  hotel: { hotelId: 'lisbon-alfama', nights: 3, rooms: 1 },
  price: { amountMinor: 84_900, currency: 'EUR' },
  paymentToken: 'tok_visa',
};

/** The event that asks for it. */
export const bookingRequested: BookingRequestedFact = {
  specversion: '1.0',
  id: '01JF3Z8Q6W9X5V4T3S2R1Q0P9N',
  source: 'millrace.travel.booking',
  type: 'travel.trip.booking-requested.v1',
  subject: booking.tripId,
  time: '2026-03-01T09:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: '01JF3Z8Q6W9X5V4T3S2R1Q0P9N',
  data: booking,
};
