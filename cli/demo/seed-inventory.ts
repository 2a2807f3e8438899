import { inventoryStock } from '../../domains/travel/demo/inventory-stock.ts';
import { AwsError } from '../../local/index.ts';
import type { AwsCall } from '../flow.ts';

const TRIES = 5;

/** Puts the demo's stock on the shelf; what is there already, from an earlier start on the same data, stays as it is. */
export async function seedInventory(aws: AwsCall, tableName: string): Promise<void> {
  for (const { itemId, entry, available } of inventoryStock()) {
    await putOnce(aws, {
      TableName: tableName,
      Item: { itemId: { S: itemId }, entry: { S: entry }, available: { N: String(available) } },
      ConditionExpression: 'attribute_not_exists(itemId)',
    });
  }
}

/** @throws AwsError when the table still refuses after some tries */
async function putOnce(aws: AwsCall, input: Record<string, unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await aws('dynamodb', 'PutItem', input);
      return;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'ConditionalCheckFailedException') return;
      if (attempt === TRIES) throw error;
    }
  }
}
