import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject, Operation } from '../../../local/cloud/service.ts';
import { snsService } from '../../../local/services/sns/sns-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export interface QueueMessage {
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: JsonObject;
}

/** A cloud with SNS, SQS and a Lambda that does what the test says, on a virtual clock. */
export function snsFixture(invoke: Operation = () => ({ StatusCode: 202 })) {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(sqsService(cloud));
  cloud.register(snsService(cloud));
  cloud.register({
    name: 'lambda',
    wire: { protocol: 'http', handle: () => Promise.reject(new Error('not served here')) },
    operations: { Invoke: invoke },
  });
  function call<Output = JsonObject>(operation: string, input: JsonObject) {
    return cloud.call<Output>({ service: 'sns', operation, input, principal: OPERATOR });
  }
  async function createTopic(Name: string, Attributes: JsonObject = {}): Promise<string> {
    return (await call<{ TopicArn: string }>('CreateTopic', { Name, Attributes })).TopicArn;
  }
  async function createQueue(QueueName: string, Attributes: JsonObject = {}): Promise<string> {
    const input = { QueueName, Attributes };
    await cloud.call({ service: 'sqs', operation: 'CreateQueue', input, principal: OPERATOR });
    return cloud.arn('sqs', QueueName);
  }
  async function subscribe(TopicArn: string, Protocol: string, Endpoint: string, Attributes: JsonObject = {}) {
    const input = { TopicArn, Protocol, Endpoint, Attributes };
    return (await call<{ SubscriptionArn: string }>('Subscribe', input)).SubscriptionArn;
  }
  async function publish(TopicArn: string, Message: string, more: JsonObject = {}) {
    const published = await call<{ MessageId: string; SequenceNumber?: string }>('Publish', {
      TopicArn,
      Message,
      ...more,
    });
    await clock.settle();
    return published;
  }
  async function received(queueName: string): Promise<readonly QueueMessage[]> {
    const input = {
      QueueUrl: `/${queueName}`,
      MaxNumberOfMessages: 10,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const call = { service: 'sqs', operation: 'ReceiveMessage', input, principal: OPERATOR };
    return (await cloud.call<{ Messages?: QueueMessage[] }>(call)).Messages ?? [];
  }
  return { clock, cloud, call, createTopic, createQueue, subscribe, publish, received };
}
