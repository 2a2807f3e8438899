import { derivedId } from '../../../core/index.ts';
import { travelEventTypes as types } from '../events/event-types.ts';
import type { TripBookingRequested } from '../events/generated/data-types.ts';
import type { BookingRequestedFact } from '../events/travel-fact.ts';

/** What an execution of `trip-booking` begins with. Execution names are trip ids: a trip is booked once. */
export interface SagaInput extends TripBookingRequested {
  /** Id of the booking event: causes what follows. */
  readonly id: string;
  readonly correlationId: string;
  /** Ids of the facts that the execution may record; given from outside so that trying again repeats them. */
  readonly factIds: {
    readonly confirmed: string;
    readonly cancelled: string;
    readonly compensationFailed: string;
  };
}

/** The input for the booking that `event` asks for. */
export function sagaInput(event: BookingRequestedFact): SagaInput {
  return {
    ...event.data,
    id: event.id,
    correlationId: event.correlationid ?? event.id,
    factIds: {
      confirmed: derivedId(event.id, types.confirmed),
      cancelled: derivedId(event.id, types.cancelled),
      compensationFailed: derivedId(event.id, types.compensationFailed),
    },
  };
}
