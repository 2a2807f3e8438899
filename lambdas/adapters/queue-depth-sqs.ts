import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { operatingError } from './aws-errors.ts';

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** Messages that a queue holds, those that a consumer works on included. @throws ThrottledError */
export async function queueDepth(client: SQSClient, queueName: string): Promise<number> {
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queueName }));
    const request = { QueueUrl, AttributeNames: [...COUNTS] };
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand(request));
    return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  } catch (error) {
    throw operatingError(error);
  }
}
