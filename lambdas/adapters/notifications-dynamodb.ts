import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Clock } from '../../core/index.ts';
import type { Notifications } from '../../domains/travel/saga/notification.ts';
import { errorName, operatingError } from './aws-errors.ts';

const TTL_MS = 30 * 24 * 60 * 60 * 1000;

/** Notifications in a table: writing the row is the sending. */
export function dynamodbNotifications(client: DynamoDBClient, tableName: string, clock: Clock): Notifications {
  return {
    async send(notification) {
      const sentAtMs = clock.now();
      const sentAt = new Date(sentAtMs).toISOString();
      const expiresAt = Math.floor((sentAtMs + TTL_MS) / 1000);
      const input = {
        TableName: tableName,
        Item: marshall({ ...notification, sentAt, expiresAt }),
        ConditionExpression: 'attribute_not_exists(notificationId)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      } as const;
      try {
        await client.send(new PutItemCommand(input));
        return true;
      } catch (error) {
        if (errorName(error) !== 'ConditionalCheckFailedException') throw operatingError(error);
        // the row may be this very one: its answer was lost, and the client tried again
        return error instanceof ConditionalCheckFailedException && error.Item?.sentAt?.S === sentAt;
      }
    },
  };
}
