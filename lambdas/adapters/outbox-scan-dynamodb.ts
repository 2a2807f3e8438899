import { createHash } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { operatingError } from './aws-errors.ts';

/** What an item carries to the bus, and a name for it: the same for the same facts. */
export interface ScannedItem {
  readonly name: string;
  /** `outbox`, `event` and `outboxAt`, as far as the item has them. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A page of a table. */
export interface OutboxPage {
  readonly items: readonly ScannedItem[];
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

/** Items looked at for one page: what a page publishes has to fit into one invocation. */
const PAGE_ITEMS = 200;

/** Reads tables by pages; a cursor is where a page begins. @throws Error when the cursor is none of ours */
export function outboxScan(client: DynamoDBClient, tableName: string): (cursor?: string) => Promise<OutboxPage> {
  return async cursor => {
    const start = cursor === undefined ? undefined : keyOf(cursor);
    const command = new ScanCommand({
      TableName: tableName,
      Limit: PAGE_ITEMS,
      FilterExpression: 'attribute_exists(#outbox) OR attribute_exists(#event)',
      ProjectionExpression: '#outbox, #event, #outboxAt',
      ExpressionAttributeNames: { '#outbox': 'outbox', '#event': 'event', '#outboxAt': 'outboxAt' },
      ...(start && { ExclusiveStartKey: start }),
    });
    const answer = await client.send(command).catch(error => {
      throw operatingError(error);
    });
    const last = answer.LastEvaluatedKey;
    const items = (answer.Items ?? []).map(attributes => ({ name: nameOf(attributes), attributes }));
    return last ? { items, next: cursorOf(last) } : { items };
  };
}

function nameOf({ outbox, event }: ScannedItem['attributes']): string {
  return createHash('sha256')
    .update(JSON.stringify([outbox, event]))
    .digest('hex');
}

function cursorOf(key: Record<string, AttributeValue>): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function keyOf(cursor: string): Record<string, AttributeValue> {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof key === 'object' && key !== null && !Array.isArray(key)) return key as Record<string, AttributeValue>;
  } catch {
    // said below
  }
  throw new Error(`Cannot go on scanning: the cursor must be one that an earlier page gave, received '${cursor}'`);
}
