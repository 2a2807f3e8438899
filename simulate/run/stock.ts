import { inventoryStock } from '../../domains/travel/demo/inventory-stock.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

/** What is on the shelves when a run begins, by item. */
export const STOCK: ReadonlyMap<string, number> = new Map(
  inventoryStock().map(({ itemId, available }) => [itemId, Math.min(available, 100)]),
);

export async function stockShelves(cloud: SimulatedCloud, TableName: string): Promise<void> {
  for (const [itemId, available] of STOCK) {
    const Item = { itemId: { S: itemId }, entry: { S: 'stock' }, available: { N: String(available) } };
    await cloud.call('dynamodb', 'PutItem', { TableName, Item });
  }
}
