import { accepted, type CloudEvent, canonicalJson, type Result, refused } from '../../../core/index.ts';
import { travelEventTypes as types } from '../events/event-types.ts';
import type { TripBookingRequested } from '../events/generated/data-types.ts';
import { type BookingRequestedFact, isTravelFact, type TravelFact } from '../events/travel-fact.ts';

/** A trip, as its own events tell it. */
export type Trip =
  | { readonly status: 'unknown' }
  | { readonly status: 'requested' | 'confirmed' | 'cancelled'; readonly booking: TripBookingRequested };

/** A traveller asks for a trip. */
export interface RequestBooking {
  readonly booking: TripBookingRequested;
  /** Id of the event that would come of it. */
  readonly eventId: string;
  readonly requestedAt: string;
  readonly correlationId?: string;
  readonly traceparent?: string;
}

/** Asking again for the same changes nothing; asking for something else under the same id is refused. */
export type BookingDecision =
  | { readonly kind: 'requested'; readonly event: BookingRequestedFact }
  | { readonly kind: 'already-requested' };

/** The `source` of bookings. */
export const BOOKING_SOURCE = 'millrace.travel.booking';

export const initialTrip: Trip = { status: 'unknown' };

/** The trip after its events, oldest first. */
export function tripOf(events: readonly CloudEvent[]): Trip {
  return events.filter(isTravelFact).reduce(evolveTrip, initialTrip);
}

/** The trip after one more event. */
export function evolveTrip(trip: Trip, event: TravelFact): Trip {
  if (event.type === types.bookingRequested) return { status: 'requested', booking: event.data };
  if (trip.status === 'unknown') return trip;
  switch (event.type) {
    case types.confirmed:
      return { ...trip, status: 'confirmed' };
    case types.cancelled:
      return { ...trip, status: 'cancelled' };
    case types.compensationFailed:
      return trip;
  }
}

/** Decides about a booking. @returns the refusal's reason when the trip exists with another content */
export function decideBooking(trip: Trip, command: RequestBooking): Result<BookingDecision, string> {
  const { booking } = command;
  if (trip.status === 'unknown') return accepted({ kind: 'requested', event: bookingRequested(command) });
  if (canonicalJson(trip.booking) === canonicalJson(booking)) return accepted({ kind: 'already-requested' });
  return refused(`trip '${booking.tripId}' was already requested with other content`);
}

function bookingRequested(command: RequestBooking): BookingRequestedFact {
  return {
    specversion: '1.0',
    id: command.eventId,
    source: BOOKING_SOURCE,
    type: types.bookingRequested,
    subject: command.booking.tripId,
    time: command.requestedAt,
    datacontenttype: 'application/json',
    correlationid: command.correlationId ?? command.eventId,
    ...(command.traceparent === undefined ? {} : { traceparent: command.traceparent }),
    data: command.booking,
  };
}
