import { defineConsumer } from '../../../core/index.ts';
import { travelEventTypes as types } from '../events/event-types.ts';
import type { TravelFact } from '../events/travel-fact.ts';

/** Starts one saga per requested booking: what its steps read comes from here. */
export const sagaStarter = defineConsumer<TravelFact>('saga-starter', {
  [types.bookingRequested]: [
    'id',
    'correlationid',
    'data.tripId',
    'data.traveller',
    'data.flight.flightNumber',
    'data.flight.seats',
    'data.hotel.hotelId',
    'data.hotel.nights',
    'data.hotel.rooms',
    'data.price.amountMinor',
    'data.price.currency',
    'data.paymentToken',
  ],
});
