/**
 * Reservations of stock: seats of flights and rooms of hotels.
 *
 * 1. A reservation and the stock that it takes change together or not at all.
 * 2. A trip has at most one reservation of an item; every step may run again and gives the same answer.
 * 3. A release that finds no reservation leaves a tombstone, so that a reservation that is on its way arrives too late.
 */
import { accepted, ConflictError, type Result, refused } from '../../../core/index.ts';
import { type Refusal, refusal } from './refusal.ts';

/** One item with stock: a flight, a hotel. */
export type ItemId = `flight#${string}` | `hotel#${string}`;

export interface Reservation {
  readonly itemId: ItemId;
  readonly tripId: string;
  readonly units: number;
  /** `released` also stands for "never to be reserved": the tombstone. */
  readonly status: 'reserved' | 'confirmed' | 'released';
}

/** What a trip wants of one item. */
export interface Wanted {
  readonly itemId: ItemId;
  readonly tripId: string;
  readonly units: number;
}

/** Where stock and reservations live. Every change is conditional. */
export interface Inventory {
  reservation(itemId: ItemId, tripId: string): Promise<Reservation | undefined>;
  /**
   * Takes stock and writes the reservation.
   * @returns `exists` when the trip already has a row for the item; `sold-out` when the stock does not suffice
   */
  take(wanted: Wanted): Promise<'taken' | 'exists' | 'sold-out'>;
  /** Gives the stock of a reservation back and marks it released. @throws ConflictError when it has changed */
  giveBack(reservation: Reservation): Promise<void>;
  /** Writes a released row where there is none. @throws ConflictError when there is one */
  forbid(itemId: ItemId, tripId: string): Promise<void>;
  /** Marks reservations confirmed, all or none. @returns whether all were there, reserved or confirmed */
  confirm(tripId: string, itemIds: readonly ItemId[]): Promise<boolean>;
}

const TRIES = 5;

/** Reserves units of an item for a trip; again gives the same answer. */
export async function reserve(inventory: Inventory, wanted: Wanted): Promise<Result<Reservation, Refusal>> {
  const taken = await inventory.take(wanted);
  if (taken === 'taken') return accepted({ ...wanted, status: 'reserved' });
  const existing = await inventory.reservation(wanted.itemId, wanted.tripId);
  if (existing?.status === 'released') {
    return refused(refusal('ReservationReleased', `trip '${wanted.tripId}' has given '${wanted.itemId}' back`));
  }
  if (existing) return accepted(existing);
  return refused(refusal('InsufficientInventory', `fewer than ${wanted.units} left of '${wanted.itemId}'`));
}

/** Gives back what a trip reserved of an item, if anything, and keeps it from being reserved later. */
export async function release(inventory: Inventory, itemId: ItemId, tripId: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const existing = await inventory.reservation(itemId, tripId);
      if (!existing) await inventory.forbid(itemId, tripId);
      else if (existing.status !== 'released') await inventory.giveBack(existing);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === TRIES) throw error;
    }
  }
}

/** Makes a trip's reservations definite, all or none. */
export async function confirmReservations(
  inventory: Inventory,
  tripId: string,
  itemIds: readonly ItemId[],
): Promise<Result<'confirmed', Refusal>> {
  if (await inventory.confirm(tripId, itemIds)) return accepted('confirmed');
  return refused(refusal('ReservationMissing', `trip '${tripId}' does not hold all of ${itemIds.join(', ')}`));
}

export function flightItem(flightNumber: string): ItemId {
  return `flight#${flightNumber}`;
}

export function hotelItem(hotelId: string): ItemId {
  return `hotel#${hotelId}`;
}
