import {
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type CloudEvent, ConflictError, type EventStore } from '../../core/index.ts';
import { errorName, operatingError } from './aws-errors.ts';
import { cancellationOf } from './transaction-cancellation.ts';

/** Events of aggregates in a table: one item per event, `event` holding the CloudEvent in JSON (it is the outbox). */
export function dynamodbEventStore(client: DynamoDBClient, tableName: string, keyAttribute: string): EventStore {
  async function load(streamId: string): Promise<readonly CloudEvent[]> {
    const input = {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { '#key': keyAttribute },
      ExpressionAttributeValues: { ':key': { S: streamId } },
    };
    const events: CloudEvent[] = [];
    try {
      for await (const page of paginateQuery({ client }, input)) {
        for (const item of page.Items ?? []) events.push(JSON.parse(unmarshall(item).event) as CloudEvent);
      }
    } catch (error) {
      throw operatingError(error);
    }
    return events;
  }
  async function append(streamId: string, expectedVersion: number, events: readonly CloudEvent[]): Promise<void> {
    const puts = events.map((event, index) => ({
      Put: {
        TableName: tableName,
        Item: marshall({
          [keyAttribute]: streamId,
          version: expectedVersion + index + 1,
          type: event.type,
          event: JSON.stringify(event),
        }),
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': keyAttribute },
      },
    }));
    const [only, ...more] = puts;
    if (!only) return;
    try {
      if (more.length === 0) await client.send(new PutItemCommand(only.Put));
      else await client.send(new TransactWriteItemsCommand({ TransactItems: puts }));
    } catch (error) {
      if (errorName(error) !== 'ConditionalCheckFailedException' && !cancellationOf(error)) throw operatingError(error);
      throw new ConflictError(`Cannot append to '${streamId}': expected version ${expectedVersion}`, { cause: error });
    }
  }
  return { load, append };
}
