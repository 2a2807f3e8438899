import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodbClient } from '../../../lambdas/runtime/clients.ts';
import { textVariable } from '../../../lambdas/runtime/environment.ts';
import { externalHandler } from '../../../lambdas/runtime/external-handler.ts';
import { partnerAccepts, telling } from './deeds.ts';

/** The partner's books: a table stands for the outside, which counts each call and does not know repetitions. */
export const handler = externalHandler(telling, async ({ data }, { idempotencyKey, settings }) => {
  partnerAccepts(data.product, settings.counter);
  const command = new UpdateItemCommand({
    TableName: textVariable('PARTNER_TABLE'),
    Key: { id: { S: idempotencyKey } },
    UpdateExpression: 'ADD calls :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  await dynamodbClient().send(command);
  return { told: idempotencyKey };
});
