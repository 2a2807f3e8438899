import { type EventContract, eventParser, schemaContract } from '../../../core/index.ts';
import { travelEventTypes as types } from './event-types.ts';
import { isTripBookingRequested } from './generated/is-trip-booking-requested.js';
import { isTripCancelled } from './generated/is-trip-cancelled.js';
import { isTripCompensationFailed } from './generated/is-trip-compensation-failed.js';
import { isTripConfirmed } from './generated/is-trip-confirmed.js';

/** Contract of the booking: the command is judged by it as well. */
export const bookingRequestedContract = schemaContract(types.bookingRequested, isTripBookingRequested);

/** Contracts of everything that happens to trips. */
export const travelFactContracts: readonly EventContract[] = [
  bookingRequestedContract,
  schemaContract(types.confirmed, isTripConfirmed),
  schemaContract(types.cancelled, isTripCancelled),
  schemaContract(types.compensationFailed, isTripCompensationFailed),
];

/** Judges facts that come from the bus. */
export const parseTravelFact = eventParser(travelFactContracts);
