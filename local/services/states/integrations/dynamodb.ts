import { isJsonObject } from '../json-object.ts';
import { optimizedErrors } from './error-naming.ts';
import { callService, withHttpMetadata } from './service-call.ts';
import type { TaskIntegration } from './task-integration.ts';

const errors = optimizedErrors({
  prefix: 'DynamoDB',
  longName: 'AmazonDynamoDBv2',
  otherError: 'AmazonDynamoDBException',
});

/** `dynamodb:getItem`, `putItem`, `updateItem`, `deleteItem`. */
export const dynamodbIntegration: TaskIntegration = async call => {
  const operation = `${call.action.charAt(0).toUpperCase()}${call.action.slice(1)}`;
  const input = isJsonObject(call.parameters) ? call.parameters : {};
  return withHttpMetadata(await callService(call.visit, { service: 'dynamodb', operation, input, errors }));
};
