import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Permission } from '../../cloud/service.ts';

/** Batches need the permission of the single operation. */
const ACTION_OF: Readonly<Record<string, string>> = {
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  DeleteMessageBatch: 'DeleteMessage',
  SendMessageBatch: 'SendMessage',
};

/** Actions and resources as in the service authorization reference, "Amazon SQS". */
export function sqsPermissions(cloud: Cloud, operation: string, input: JsonObject): readonly Permission[] {
  const action = `sqs:${ACTION_OF[operation] ?? operation}`;
  return [{ action, resources: [resourceOf(cloud, input)] }];
}

function resourceOf(cloud: Cloud, input: JsonObject): string {
  const { QueueUrl, QueueName, SourceArn, TaskHandle } = input;
  if (typeof QueueUrl === 'string') return cloud.arn('sqs', QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1));
  if (typeof QueueName === 'string') return cloud.arn('sqs', QueueName);
  if (typeof SourceArn === 'string') return SourceArn;
  if (typeof TaskHandle === 'string') return sourceOf(TaskHandle);
  return '*';
}

function sourceOf(taskHandle: string): string {
  const match = /"sourceArn":"([^"]+)"/.exec(Buffer.from(taskHandle, 'base64').toString('utf8'));
  return match?.[1] ?? '*';
}
