import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: JsonObject;
}

/** A cloud with only SQS in it, on a virtual clock. */
export function sqsFixture() {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(sqsService(cloud));
  function call<Output = JsonObject>(operation: string, input: JsonObject, principal: Principal = OPERATOR) {
    return cloud.call<Output>({ service: 'sqs', operation, input, principal });
  }
  async function createQueue(QueueName: string, Attributes: JsonObject = {}): Promise<string> {
    return (await call<{ QueueUrl: string }>('CreateQueue', { QueueName, Attributes })).QueueUrl;
  }
  /** Makes a queue whose messages go to `<name>-dlq` after `maxReceiveCount` receives. */
  async function createQueueWithDlq(name: string, maxReceiveCount: number, suffix = '') {
    const fifo = suffix === '' ? {} : { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    const dlqUrl = await createQueue(`${name}-dlq${suffix}`, fifo);
    const deadLetterTargetArn = cloud.arn('sqs', `${name}-dlq${suffix}`);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
    return { url: await createQueue(`${name}${suffix}`, { ...fifo, RedrivePolicy }), dlqUrl };
  }
  function send(QueueUrl: string, MessageBody: string, more: JsonObject = {}) {
    return call<{ MessageId: string; SequenceNumber?: string; MD5OfMessageAttributes?: string }>('SendMessage', {
      QueueUrl,
      MessageBody,
      ...more,
    });
  }
  async function receive(QueueUrl: string, more: JsonObject = {}): Promise<readonly Received[]> {
    const input = { QueueUrl, MaxNumberOfMessages: 10, ...more };
    return (await call<{ Messages?: readonly Received[] }>('ReceiveMessage', input)).Messages ?? [];
  }
  async function bodies(QueueUrl: string, more: JsonObject = {}): Promise<readonly string[]> {
    return (await receive(QueueUrl, more)).map(({ Body }) => Body);
  }
  function remove(QueueUrl: string, { ReceiptHandle }: Received) {
    return call('DeleteMessage', { QueueUrl, ReceiptHandle });
  }
  async function counts(QueueUrl: string) {
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['All'],
    });
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
    };
  }
  return { clock, cloud, call, createQueue, createQueueWithDlq, send, receive, bodies, remove, counts };
}
