import type { CloudEvent, TypedEvent } from '../../../core/index.ts';
import { travelEventTypes as types } from './event-types.ts';
import type {
  TripBookingRequested,
  TripCancelled,
  TripCompensationFailed,
  TripConfirmed,
} from './generated/data-types.ts';

export type BookingRequestedFact = TypedEvent<typeof types.bookingRequested, TripBookingRequested>;

/** What happens to trips. */
export type TravelFact =
  | BookingRequestedFact
  | TypedEvent<typeof types.confirmed, TripConfirmed>
  | TypedEvent<typeof types.cancelled, TripCancelled>
  | TypedEvent<typeof types.compensationFailed, TripCompensationFailed>;

const factTypes: ReadonlySet<string> = new Set<TravelFact['type']>([
  types.bookingRequested,
  types.confirmed,
  types.cancelled,
  types.compensationFailed,
]);

/** Whether an event, whose data has been judged by its contract, is about a trip. */
export function isTravelFact(event: CloudEvent): event is TravelFact {
  return factTypes.has(event.type);
}
