import { inventoryStock } from '../../domains/travel/demo/inventory-stock.ts';
import type { AwsCall } from '../flow.ts';

interface BatchWriteAnswer {
  readonly UnprocessedItems?: Readonly<Record<string, unknown[]>>;
}

/** Puts the demo's stock on the shelf. @throws when the table does not take it all */
export async function seedInventory(aws: AwsCall, tableName: string): Promise<void> {
  let requests: unknown[] = inventoryStock().map(row => ({
    PutRequest: {
      Item: { itemId: { S: row.itemId }, entry: { S: row.entry }, available: { N: String(row.available) } },
    },
  }));
  for (let attempt = 1; requests.length > 0; attempt++) {
    if (attempt > 5) throw new Error(`Cannot seed ${tableName}: ${requests.length} items stay unprocessed`);
    const { UnprocessedItems = {} } = await aws<BatchWriteAnswer>('dynamodb', 'BatchWriteItem', {
      RequestItems: { [tableName]: requests },
    });
    requests = [...(UnprocessedItems[tableName] ?? [])];
  }
}
