/**
 * The read model of trips. Every fact fills members of its own, so that facts may arrive in any order and any number of
 * times; the status is told from what is there.
 */
import { travelEventTypes as types } from '../events/event-types.ts';
import type { TripBookingRequested } from '../events/generated/data-types.ts';
import type { TravelFact } from '../events/travel-fact.ts';

/** One fact as the view remembers it. */
export interface SeenFact {
  readonly eventId: string;
  readonly time: string;
}

/** A trip as it is stored. */
export interface TripView {
  readonly tripId: string;
  readonly requested?: SeenFact & { readonly booking: Omit<TripBookingRequested, 'tripId' | 'paymentToken'> };
  readonly confirmed?: SeenFact & { readonly paymentId: string };
  readonly cancelled?: SeenFact & { readonly reason: string };
  readonly compensationFailed?: SeenFact & { readonly reason: string };
}

export type TripStatus = 'requested' | 'confirmed' | 'cancelled' | 'failed';

/**
 * The members that a fact fills: one member, named after the fact. What
 * travellers may not see stays out of the read model: the payment token, and the cause of a failure (a stack trace of ours).
 */
export function tripChange(fact: TravelFact): Omit<TripView, 'tripId'> {
  const seen: SeenFact = { eventId: fact.id, time: fact.time };
  switch (fact.type) {
    case types.bookingRequested: {
      const { tripId: _tripId, paymentToken: _token, ...booking } = fact.data;
      return { requested: { ...seen, booking } };
    }
    case types.confirmed:
      return { confirmed: { ...seen, paymentId: fact.data.paymentId } };
    case types.cancelled:
      return { cancelled: { ...seen, reason: fact.data.reason } };
    case types.compensationFailed:
      return { compensationFailed: { ...seen, reason: fact.data.reason } };
  }
}

/** Where a trip stands. */
export function tripStatus(view: TripView): TripStatus {
  if (view.compensationFailed) return 'failed';
  if (view.cancelled) return 'cancelled';
  return view.confirmed ? 'confirmed' : 'requested';
}
