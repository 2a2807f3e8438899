import type { AwsCall } from '../flow.ts';

/** One SQS queue as the console shows it. */
export interface QueueDepth {
  readonly name: string;
  readonly isDeadLetterQueue: boolean;
  /** Messages that wait. */
  readonly visible: number;
  /** Messages that a consumer holds. */
  readonly inFlight: number;
}

/** Messages that were not processed, facts that were not delivered, invocations that failed: by the names in `lib/`. */
const DEAD_LETTERS = /-(dlq|undelivered|failures)(\.fifo)?$/;
const ATTRIBUTES = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];

export async function readQueues(aws: AwsCall): Promise<QueueDepth[]> {
  const { QueueUrls = [] } = await aws<{ QueueUrls?: string[] }>('sqs', 'ListQueues', {});
  const queues = await Promise.all(QueueUrls.map(url => readQueue(aws, url)));
  return queues.sort((a, b) => a.name.localeCompare(b.name));
}

async function readQueue(aws: AwsCall, url: string): Promise<QueueDepth> {
  const { Attributes = {} } = await aws<{ Attributes?: Record<string, string> }>('sqs', 'GetQueueAttributes', {
    QueueUrl: url,
    AttributeNames: ATTRIBUTES,
  });
  const name = url.slice(url.lastIndexOf('/') + 1);
  return {
    name,
    isDeadLetterQueue: DEAD_LETTERS.test(name),
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
