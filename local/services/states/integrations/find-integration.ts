import { callSdk, isSdkService } from './aws-sdk.ts';
import { dynamodbIntegration } from './dynamodb.ts';
import { eventsIntegration } from './events.ts';
import { lambdaIntegration } from './lambda-invoke.ts';
import { snsIntegration } from './sns.ts';
import { sqsIntegration } from './sqs.ts';
import { startExecutionIntegration } from './start-execution.ts';
import type { TaskIntegration } from './task-integration.ts';

const SDK = 'aws-sdk:';

/** `service:action` → how to call it. */
const OPTIMIZED: Readonly<Record<string, TaskIntegration>> = {
  'lambda:invoke': lambdaIntegration,
  'dynamodb:getItem': dynamodbIntegration,
  'dynamodb:putItem': dynamodbIntegration,
  'dynamodb:updateItem': dynamodbIntegration,
  'dynamodb:deleteItem': dynamodbIntegration,
  'events:putEvents': eventsIntegration,
  'sqs:sendMessage': sqsIntegration,
  'sns:publish': snsIntegration,
  'states:startExecution': startExecutionIntegration,
};

/** @returns undefined for a service or action that the embedded cloud does not integrate */
export function findIntegration(service: string, action: string): TaskIntegration | undefined {
  if (!service.startsWith(SDK)) return OPTIMIZED[`${service}:${action}`];
  const name = service.slice(SDK.length);
  return isSdkService(name) ? call => callSdk(name, call) : undefined;
}
