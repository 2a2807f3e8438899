import { ConflictError } from '../../core/index.ts';
import type { Inventory, ItemId, Reservation } from '../../domains/travel/saga/inventory.ts';
import type { Payment, Payments } from '../../domains/travel/saga/payment.ts';

/** Inventory in memory. */
export function memoryInventory(
  stock: Readonly<Record<ItemId, number>>,
): Inventory & { readonly stock: Record<string, number> } {
  const left: Record<string, number> = { ...stock };
  const rows = new Map<string, Reservation>();
  const key = (itemId: string, tripId: string) => `${itemId} ${tripId}`;
  return {
    stock: left,
    reservation: async (itemId, tripId) => rows.get(key(itemId, tripId)),
    async take({ itemId, tripId, units }) {
      if (rows.has(key(itemId, tripId))) return 'exists';
      const available = left[itemId] ?? 0;
      if (available < units) return 'sold-out';
      left[itemId] = available - units;
      rows.set(key(itemId, tripId), { itemId, tripId, units, status: 'reserved' });
      return 'taken';
    },
    async giveBack(reservation) {
      const { itemId, tripId, units, status } = reservation;
      if (rows.get(key(itemId, tripId))?.status !== status) throw new ConflictError('changed');
      left[itemId] = (left[itemId] ?? 0) + units;
      rows.set(key(itemId, tripId), { ...reservation, status: 'released' });
    },
    async forbid(itemId, tripId) {
      if (rows.has(key(itemId, tripId))) throw new ConflictError('exists');
      rows.set(key(itemId, tripId), { itemId, tripId, units: 0, status: 'released' });
    },
    async confirm(tripId, itemIds) {
      const found = itemIds.map(itemId => rows.get(key(itemId, tripId)));
      if (found.some(row => row === undefined || row.status === 'released')) return false;
      for (const row of found) if (row) rows.set(key(row.itemId, tripId), { ...row, status: 'confirmed' });
      return true;
    },
  };
}

/** Payments in memory. */
export function memoryPayments(): Payments {
  const rows = new Map<string, Payment>();
  return {
    find: async tripId => rows.get(tripId),
    async create(payment) {
      if (rows.has(payment.tripId)) throw new ConflictError('exists');
      rows.set(payment.tripId, payment);
    },
    async change(payment, status) {
      if (rows.get(payment.tripId)?.status !== payment.status) throw new ConflictError('changed');
      rows.set(payment.tripId, { ...payment, status });
    },
  };
}
