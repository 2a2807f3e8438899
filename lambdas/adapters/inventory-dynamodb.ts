import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { ConflictError, ThrottledError } from '../../core/index.ts';
import type { Inventory, ItemId, Reservation, Wanted } from '../../domains/travel/saga/inventory.ts';
import { errorName, operatingError } from './aws-errors.ts';
import { type CancellationReason, cancellationOf } from './transaction-cancellation.ts';

/**
 * Stock and reservations in one table: rows of an item are `stock` (`available`) and `reservation#<tripId>`. Stock and
 * reservation change in one transaction.
 */
export function dynamodbInventory(client: DynamoDBClient, tableName: string): Inventory {
  const row = (itemId: ItemId, entry: string) => ({ TableName: tableName, Key: marshall({ itemId, entry }) });

  /** @returns the reasons when the transaction was cancelled for reasons that will not pass by themselves */
  async function transact(items: TransactWriteItem[]): Promise<readonly CancellationReason[] | undefined> {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
      return undefined;
    } catch (error) {
      const reasons = cancellationOf(error);
      if (!reasons) throw operatingError(error);
      if (reasons.some(reason => reason.code === 'ConditionalCheckFailed')) return reasons;
      throw new ThrottledError('Cannot change inventory now: the transaction met another one', { cause: error });
    }
  }

  async function reservation(itemId: ItemId, tripId: string): Promise<Reservation | undefined> {
    const command = new GetItemCommand({ ...row(itemId, reservationEntry(tripId)), ConsistentRead: true });
    const answer = await client.send(command).catch(error => {
      throw operatingError(error);
    });
    if (!answer.Item) return undefined;
    const { units, status } = unmarshall(answer.Item);
    return { itemId, tripId, units, status };
  }

  async function take(wanted: Wanted): Promise<'taken' | 'exists' | 'sold-out'> {
    const { itemId, tripId, units } = wanted;
    const item = { itemId, entry: reservationEntry(tripId), tripId, units, status: 'reserved' };
    const reasons = await transact([
      { Put: { TableName: tableName, Item: marshall(item), ConditionExpression: 'attribute_not_exists(itemId)' } },
      {
        Update: {
          ...row(itemId, 'stock'),
          UpdateExpression: 'SET available = available - :units',
          ConditionExpression: 'available >= :units',
          ExpressionAttributeValues: marshall({ ':units': units }),
        },
      },
    ]);
    if (!reasons) return 'taken';
    return reasons[0]?.code === 'ConditionalCheckFailed' ? 'exists' : 'sold-out';
  }

  async function giveBack({ itemId, tripId, units, status }: Reservation): Promise<void> {
    const reasons = await transact([
      {
        Update: {
          ...row(itemId, reservationEntry(tripId)),
          UpdateExpression: 'SET #status = :released',
          ConditionExpression: '#status = :seen',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({ ':released': 'released', ':seen': status }),
        },
      },
      {
        Update: {
          ...row(itemId, 'stock'),
          UpdateExpression: 'ADD available :units',
          ExpressionAttributeValues: marshall({ ':units': units }),
        },
      },
    ]);
    if (reasons) throw new ConflictError(`Cannot give back '${itemId}' of '${tripId}': it is no longer ${status}`);
  }

  async function forbid(itemId: ItemId, tripId: string): Promise<void> {
    const item = { itemId, entry: reservationEntry(tripId), tripId, units: 0, status: 'released' };
    const input = { TableName: tableName, Item: marshall(item), ConditionExpression: 'attribute_not_exists(itemId)' };
    try {
      await client.send(new PutItemCommand(input));
    } catch (error) {
      if (errorName(error) !== 'ConditionalCheckFailedException') throw operatingError(error);
      throw new ConflictError(`Cannot forbid '${itemId}' to '${tripId}': it has a reservation`, { cause: error });
    }
  }

  async function confirm(tripId: string, itemIds: readonly ItemId[]): Promise<boolean> {
    const reasons = await transact(
      itemIds.map(itemId => ({
        Update: {
          ...row(itemId, reservationEntry(tripId)),
          UpdateExpression: 'SET #status = :confirmed',
          ConditionExpression: '#status IN (:reserved, :confirmed)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({ ':reserved': 'reserved', ':confirmed': 'confirmed' }),
        },
      })),
    );
    return reasons === undefined;
  }

  return { reservation, take, giveBack, forbid, confirm };
}

function reservationEntry(tripId: string): string {
  return `reservation#${tripId}`;
}
