import {
  type Clock,
  ConflictError,
  type EventProblem,
  type EventStore,
  type Ids,
  type Result,
  refused,
} from '../../core/index.ts';
import { parseBooking } from '../../domains/travel/aggregates/parse-booking.ts';
import { decideBooking, tripOf } from '../../domains/travel/aggregates/trip.ts';
import { tripIdOfKey } from './trip-id.ts';

export interface BookingRequest {
  readonly body: unknown;
  /** The caller's Idempotency-Key; names the trip when the body does not. */
  readonly idempotencyKey?: string;
  readonly traceparent?: string;
}

export interface BookingDependencies {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** `invalid`: the booking itself; `conflict`: its id stands for another one. */
export type BookingProblem = EventProblem & { readonly kind: 'invalid' | 'conflict' };

export interface Booked {
  readonly tripId: string;
  readonly isNew: boolean;
}

const TRIES = 4;

/** Records a booking; doing it again with the same content gives the same answer and no second event. */
export async function bookTrip(
  request: BookingRequest,
  dependencies: BookingDependencies,
): Promise<Result<Booked, BookingProblem>> {
  const { events, clock, ids } = dependencies;
  const eventId = ids.ulid();
  const namedId = request.idempotencyKey === undefined ? `trip-${eventId}` : tripIdOfKey(request.idempotencyKey);
  const booking = parseBooking(request.body, namedId);
  if (!booking.ok) return refused({ kind: 'invalid', ...booking.problem });
  const { tripId } = booking.value;
  const command = {
    booking: booking.value,
    eventId,
    requestedAt: new Date(clock.now()).toISOString(),
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  };
  for (let attempt = 1; ; attempt++) {
    const history = await events.load(tripId);
    const decided = decideBooking(tripOf(history), command);
    if (!decided.ok) return refused({ kind: 'conflict', field: 'tripId', value: tripId, reason: decided.problem });
    if (decided.value.kind === 'already-requested') {
      // Ours, if an earlier try was written and only its answer was lost.
      return { ok: true, value: { tripId, isNew: history.some(event => event.id === eventId) } };
    }
    try {
      await events.append(tripId, history.length, [decided.value.event]);
      return { ok: true, value: { tripId, isNew: true } };
    } catch (error) {
      if (error instanceof ConflictError && attempt < TRIES) continue;
      if (await isWritten(events, tripId, eventId)) return { ok: true, value: { tripId, isNew: true } };
      throw error;
    }
  }
}

/**
 * Whether an event is there although its append failed: the answer may have been lost. Asked once, so that a booking which was
 * recorded is counted as accepted by the request that recorded it, and not as a duplicate by the next.
 */
async function isWritten(events: EventStore, tripId: string, eventId: string): Promise<boolean> {
  try {
    return (await events.load(tripId)).some(event => event.id === eventId);
  } catch {
    return false; // the append's own error says more
  }
}
