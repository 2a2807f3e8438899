/** What the public tests of SNS have at hand besides the rest of the account. */
import type { Principal } from '../../../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../../../local/cloud/service.ts';
import { router } from '../../../../local/wire/router.ts';
import type { MappingStage, Queue } from '../lambda/mapping-stage.ts';
import { queryAnswer, queryRequest } from './query-wire.ts';

/** Longer than a delivery without retries takes. */
const DELIVERY_MS = 5_000;
const MAX_MESSAGES = 10;
/** What the recorder asked to see of messages that it put in an order of its own. */
const HISTORY = { AttributeNames: ['All'], MessageAttributeNames: ['All'] };

export interface Subscribed {
  readonly topicArn: string;
  readonly queue: Queue;
  readonly subscriptionArn: string;
}

export class SnsStage {
  readonly rest: MappingStage;
  readonly #route: (request: HttpRequest) => Promise<HttpResponse>;

  /** The recorder's calls were those of a user. */
  constructor(rest: MappingStage) {
    this.rest = rest;
    const { accountId } = rest.cloud;
    const user: Principal = { kind: 'role', roleArn: `arn:aws:iam::${accountId}:user/recorder-4x7f3`, session: 'test' };
    this.#route = router(rest.cloud, { principalOf: () => user });
  }

  async sns(operation: string, input: JsonObject): Promise<JsonObject> {
    return queryAnswer(await this.#route(queryRequest(operation, input)));
  }

  /** The same with its members in the URL. */
  async snsByUrl(operation: string, input: JsonObject): Promise<JsonObject> {
    const request = queryRequest(operation, input);
    const query = new URLSearchParams(request.body.toString());
    return queryAnswer(await this.#route({ ...request, query, body: Buffer.alloc(0) }));
  }

  /** @returns the ARN */
  async topic(settings: JsonObject = {}, suffix = ''): Promise<string> {
    const { TopicArn } = await this.sns('CreateTopic', { Name: `${this.rest.name('topic')}${suffix}`, ...settings });
    return String(TopicArn);
  }

  /** A FIFO topic. @returns the ARN */
  fifoTopic(attributes: JsonObject = {}): Promise<string> {
    return this.topic({ Attributes: { FifoTopic: 'true', ...attributes } }, '.fifo');
  }

  fifoQueue(attributes: JsonObject = {}): Promise<Queue> {
    return this.rest.queue({ FifoQueue: 'true', ...attributes }, '.fifo');
  }

  /** Subscribes a queue to a topic. */
  async subscribe(topicArn: string, queue: Queue, attributes?: JsonObject): Promise<Subscribed> {
    const members = attributes ? { Attributes: attributes } : {};
    const { SubscriptionArn } = await this.sns('Subscribe', {
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      ReturnSubscriptionArn: true,
      ...members,
    });
    return { topicArn, queue, subscriptionArn: String(SubscriptionArn) };
  }

  /** A topic with a queue that is subscribed to it. */
  async subscribed(attributes?: JsonObject): Promise<Subscribed> {
    return this.subscribe(await this.topic(), await this.rest.queue(), attributes);
  }

  set(subscriptionArn: string, AttributeName: string, AttributeValue: string): Promise<JsonObject> {
    return this.sns('SetSubscriptionAttributes', { SubscriptionArn: subscriptionArn, AttributeName, AttributeValue });
  }

  subscriptionAttributes(SubscriptionArn: string): Promise<JsonObject> {
    return this.sns('GetSubscriptionAttributes', { SubscriptionArn });
  }

  topicAttributes(TopicArn: string): Promise<JsonObject> {
    return this.sns('GetTopicAttributes', { TopicArn });
  }

  publish(TopicArn: string, Message: string, members: JsonObject = {}): Promise<JsonObject> {
    return this.sns('Publish', { TopicArn, Message, ...members });
  }

  /** Lets deliveries end, and receives what is there. */
  async receive({ url }: Queue, members: JsonObject = {}): Promise<JsonObject> {
    await this.rest.pass(DELIVERY_MS);
    return this.rest.answer('sqs', 'ReceiveMessage', { QueueUrl: url, ...members });
  }

  /** As `receive`, and deletes it. */
  async take(queue: Queue, members: JsonObject = {}): Promise<JsonObject> {
    const received = await this.receive(queue, members);
    for (const { ReceiptHandle } of (received.Messages ?? []) as readonly JsonObject[])
      await this.rest.answer('sqs', 'DeleteMessage', { QueueUrl: queue.url, ReceiptHandle });
    return received;
  }

  /** Receives everything, in the order in which `by` sorts it. */
  async takeAll(queue: Queue, by: (message: JsonObject) => string = () => ''): Promise<readonly JsonObject[]> {
    const all: JsonObject[] = [];
    for (;;) {
      const { Messages } = await this.take(queue, { ...HISTORY, MaxNumberOfMessages: MAX_MESSAGES });
      if (!Array.isArray(Messages)) break;
      all.push(...Messages);
    }
    return all.sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
  }
}
