/** Refusals of the saga's steps, by the names under which the state machine knows them. Trying again does not help. */
export type RefusalName =
  | 'InsufficientInventory'
  | 'ReservationReleased'
  | 'ReservationMissing'
  | 'PaymentDeclined'
  | 'PaymentVoided'
  | 'PaymentMissing';

/** A step says no. */
export interface Refusal {
  readonly name: RefusalName;
  readonly reason: string;
}

/** A refusal, ready to be returned. */
export function refusal(name: RefusalName, reason: string): Refusal {
  return { name, reason };
}
