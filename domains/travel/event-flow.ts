import type { EventFlow } from '../../core/index.ts';
import { BOOKING_SOURCE } from './aggregates/trip.ts';
import { sagaStarter } from './consumers/saga-starter.ts';
import { tripProjector } from './consumers/trip-projector.ts';
import { travelEventTypes as types } from './events/event-types.ts';

/** The `source` of what the saga records, as `statemachines/trip-booking.asl.json` has it. */
export const SAGA_SOURCE = 'millrace.travel.trip-booking';

/** Who puts facts about trips on the bus, and who reads them. */
export const travelFlow: EventFlow = {
  producers: [
    { source: BOOKING_SOURCE, publishes: [types.bookingRequested] },
    { source: SAGA_SOURCE, publishes: [types.confirmed, types.cancelled, types.compensationFailed] },
  ],
  consumers: [sagaStarter, tripProjector],
  processors: [],
};
