import {
  accepted,
  type EventProblem,
  eventProblem,
  portableJsonProblem,
  type Result,
  refused,
} from '../../../core/index.ts';
import { bookingRequestedContract } from '../events/fact-contracts.ts';
import type { TripBookingRequested } from '../events/generated/data-types.ts';

/**
 * Parses what a traveller sent. A booking for nothing is told so in words of its own; everything else is judged by the
 * event's schema. Paths are those of the body.
 * @param tripId the trip's identity when the body names none
 */
export function parseBooking(body: unknown, tripId: string): Result<TripBookingRequested, EventProblem> {
  const unportable = portableJsonProblem(body);
  if (unportable) return refused(unportable);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refused(eventProblem('', body, 'must be a JSON object (a booking)'));
  }
  const booking: Readonly<Record<string, unknown>> = { tripId, ...body };
  const { flight, hotel } = booking;
  if (flight === undefined && hotel === undefined) {
    return refused(eventProblem('', body, 'a booking for nothing: must have a flight, a hotel, or both'));
  }
  const problem = bookingRequestedContract.problemOf(booking);
  if (problem) return refused({ ...problem, field: problem.field.replace(/^data\.?/, '') });
  return accepted(booking as unknown as TripBookingRequested); // the schema has just judged it
}
