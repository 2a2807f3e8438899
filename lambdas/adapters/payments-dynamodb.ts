import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { ConflictError } from '../../core/index.ts';
import type { Payment, Payments } from '../../domains/travel/saga/payment.ts';
import { errorName, operatingError } from './aws-errors.ts';

/** Payments in a table, one item per trip, every change conditional on the status that was read. */
export function dynamodbPayments(client: DynamoDBClient, tableName: string): Payments {
  return {
    async find(tripId) {
      const input = { TableName: tableName, Key: marshall({ tripId }), ConsistentRead: true };
      const answer = await client.send(new GetItemCommand(input)).catch(error => {
        throw operatingError(error);
      });
      return answer.Item && (unmarshall(answer.Item) as Payment); // written by this adapter only
    },
    async create(payment) {
      const input = {
        TableName: tableName,
        Item: marshall(payment),
        ConditionExpression: 'attribute_not_exists(tripId)',
      };
      await client.send(new PutItemCommand(input)).catch(error => {
        throw changed(payment, error);
      });
    },
    async change(payment, status) {
      const input = {
        TableName: tableName,
        Key: marshall({ tripId: payment.tripId }),
        UpdateExpression: 'SET #status = :next',
        ConditionExpression: '#status = :seen',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall({ ':next': status, ':seen': payment.status }),
      };
      await client.send(new UpdateItemCommand(input)).catch(error => {
        throw changed(payment, error);
      });
    },
  };
}

function changed(payment: Payment, error: unknown): unknown {
  if (errorName(error) !== 'ConditionalCheckFailedException') return operatingError(error);
  return new ConflictError(`Cannot change the payment of '${payment.tripId}': somebody else did`, { cause: error });
}
