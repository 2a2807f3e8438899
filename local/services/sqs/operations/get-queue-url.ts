import type { JsonObject } from '../../../cloud/service.ts';
import { findQueueByName, queueUrl, type SqsEngine } from '../sqs-engine.ts';
import { missingParameter } from '../sqs-error.ts';

export function getQueueUrl(engine: SqsEngine, input: JsonObject) {
  const name = input.QueueName;
  if (typeof name !== 'string' || name === '') throw missingParameter('QueueName');
  return { QueueUrl: queueUrl(engine.cloud, findQueueByName(engine, name).name) };
}
