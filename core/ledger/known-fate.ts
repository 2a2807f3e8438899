/** What a processor itself knows of a record of the stream, by what it keeps. */
import type { Delivery, IdempotencyRow } from '../processing/idempotency-row.ts';

/**
 * `taken`: its event is remembered, or so old that it may have been forgotten. `parked`: it is in a lane. `refused`: another
 * content stands under its id, or it was refused for good; once it was dealt with, it is in the quarantine. `missed`: later ones of
 * its key were dealt with, and nobody knows it. `waiting`: nothing is known of it.
 */
export type KnownFate = 'taken' | 'parked' | 'refused' | 'missed' | 'waiting';

/** A record, what its processor calls its key, and what it knows of it. */
export interface KnownRecord {
  readonly sequence: string;
  readonly key: string;
  readonly fate: KnownFate;
}

export interface RowsOfEvent {
  /** The row of the event. */
  readonly row: IdempotencyRow | undefined;
  /** The row of this further acceptance of it. */
  readonly sighting: IdempotencyRow | undefined;
}

/** What rows say of a delivery. Those who remember events by rows deal with them in no order that a row would show. */
export function fateByRows(delivery: Delivery, { row, sighting }: RowsOfEvent): KnownFate {
  if (!row) return 'waiting';
  if (row.fingerprint !== delivery.fingerprint) {
    const isCopy = sighting !== undefined && sighting.sequence !== delivery.sequence; // the first one is in the quarantine
    return isCopy ? 'taken' : 'refused';
  }
  if (!isSameAcceptance(delivery, row)) return sighting ? 'taken' : 'waiting';
  switch (row.status) {
    case 'completed':
      return 'taken';
    case 'refused':
      return 'refused';
    case 'claimed':
    case 'parked':
      return 'waiting'; // under way, or on its way to the lane
  }
}

function isSameAcceptance(delivery: Delivery, row: Delivery): boolean {
  return row.sequence === delivery.sequence || (row.acceptance !== undefined && row.acceptance === delivery.acceptance);
}
