/** The event types of the travel domain, by name. */
export const travelEventTypes = {
  bookingRequested: 'travel.trip.booking-requested.v1',
  confirmed: 'travel.trip.confirmed.v1',
  cancelled: 'travel.trip.cancelled.v1',
  compensationFailed: 'travel.trip.compensation-failed.v1',
} as const;
