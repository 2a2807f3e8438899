import { defineConsumer } from '../../../core/index.ts';
import { travelEventTypes as types } from '../events/event-types.ts';
import type { TravelFact } from '../events/travel-fact.ts';

/** Keeps how each trip stands. */
export const tripProjector = defineConsumer<TravelFact>('trip-projector', {
  [types.bookingRequested]: [
    'id',
    'time',
    'data.tripId',
    'data.traveller',
    'data.flight',
    'data.hotel',
    'data.price',
    'data.paymentToken', // to leave it out
  ],
  [types.confirmed]: ['id', 'time', 'data.tripId', 'data.paymentId'],
  [types.cancelled]: ['id', 'time', 'data.tripId', 'data.reason'],
  [types.compensationFailed]: ['id', 'time', 'data.tripId', 'data.reason'],
});
