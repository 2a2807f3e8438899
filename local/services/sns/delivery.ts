/**
 * Delivery to one subscription, with SNS's retries and the subscription's dead-letter queue. An error of the endpoint's
 * own making (denied, gone) is final; throttling and server errors are retried (developer guide, "message delivery
 * retries", the policy for AWS endpoints). Nothing leaves the machine: e-mail, SMS and HTTP subscriptions get nothing.
 */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { type DeliveryUnderWay, deliveryKey } from './delivery-under-way.ts';
import { lambdaEvent, type Notification, notificationEnvelope } from './notification.ts';
import { messageFor } from './publication.ts';
import { putMetric, type SnsEngine } from './sns-engine.ts';
import type { Subscription } from './topic.ts';

const IMMEDIATE_RETRIES = 3;
const PRE_BACKOFF_RETRIES = 2;
const BACKOFF_RETRIES = 10;
const MAX_RETRIES = 100_015;
const THROTTLES = new Set(['TooManyRequestsException', 'ThrottlingException', 'RequestThrottled', 'OverLimit']);

export function deliver(engine: SnsEngine, subscription: Subscription, notification: Notification): void {
  const underWay = { subscription, notification, retries: 0, dueMs: engine.cloud.clock.now() };
  const key = deliveryKey(underWay);
  engine.deliveries.set(key, underWay);
  engine.changes.delivery(key);
  void attemptDelivery(engine, underWay);
}

/** Never rejects. */
export async function attemptDelivery(engine: SnsEngine, underWay: DeliveryUnderWay): Promise<void> {
  const { subscription, notification } = underWay;
  const { topic } = notification;
  try {
    await send(engine, subscription, notification);
    putMetric(engine, topic, { name: 'NumberOfNotificationsDelivered', value: 1 });
  } catch (error) {
    if (isRetryable(error) && underWay.retries < MAX_RETRIES) {
      retryLater(engine, underWay);
      return;
    }
    putMetric(engine, topic, { name: 'NumberOfNotificationsFailed', value: 1 });
    await sendToDeadLetterQueue(engine, subscription, notification).catch(() => {});
  }
  const key = deliveryKey(underWay);
  engine.deliveries.delete(key);
  engine.changes.delivery(key);
}

function retryLater(engine: SnsEngine, underWay: DeliveryUnderWay): void {
  const { clock } = engine.cloud;
  const delayMs = retryDelayMs(underWay.retries);
  underWay.retries++;
  underWay.dueMs = clock.now() + delayMs;
  engine.changes.delivery(deliveryKey(underWay));
  clock.schedule(delayMs, () => void attemptDelivery(engine, underWay));
}

/** How long to wait before retry number `retries` (from 0), ms. */
function retryDelayMs(retries: number): number {
  if (retries < IMMEDIATE_RETRIES) return 0;
  const later = retries - IMMEDIATE_RETRIES;
  if (later < PRE_BACKOFF_RETRIES) return 1000;
  const backoff = later - PRE_BACKOFF_RETRIES;
  return backoff < BACKOFF_RETRIES ? Math.min(20_000, 1000 * 20 ** (backoff / (BACKOFF_RETRIES - 1))) : 20_000;
}

function isRetryable(error: unknown): boolean {
  return !(error instanceof AwsError) || error.status >= 500 || error.status === 429 || THROTTLES.has(error.code);
}

async function send(engine: SnsEngine, subscription: Subscription, notification: Notification): Promise<void> {
  const { cloud } = engine;
  switch (subscription.protocol) {
    case 'sqs': {
      const input = queueMessage(engine, subscription, notification);
      await cloud.call({ service: 'sqs', operation: 'SendMessage', input, principal: asSns(notification) });
      return;
    }
    case 'lambda': {
      const Payload = JSON.stringify(lambdaEvent(cloud, subscription, notification));
      const input = { FunctionName: subscription.endpoint, InvocationType: 'Event', Payload };
      await cloud.call({ service: 'lambda', operation: 'Invoke', input, principal: asSns(notification) });
      return;
    }
    case 'email':
    case 'email-json':
    case 'http':
    case 'https':
    case 'sms':
      return;
  }
}

/** Raw delivery carries the message's attributes as those of the queue's message. */
function queueMessage(engine: SnsEngine, subscription: Subscription, notification: Notification): JsonObject {
  const { publication } = notification;
  const raw = subscription.attributes.get('RawMessageDelivery') === 'true';
  const toFifo = subscription.endpoint.endsWith('.fifo');
  return {
    QueueUrl: queueUrlOf(engine, subscription.endpoint),
    MessageBody: raw ? messageFor(publication, 'sqs') : notificationEnvelope(engine.cloud, subscription, notification),
    ...(raw ? { MessageAttributes: publication.attributes } : {}),
    ...(publication.groupId === undefined || (notification.topic.fifo && !toFifo)
      ? {}
      : { MessageGroupId: publication.groupId }),
    ...(toFifo ? { MessageDeduplicationId: publication.deduplicationId } : {}),
  };
}

async function sendToDeadLetterQueue(
  engine: SnsEngine,
  subscription: Subscription,
  notification: Notification,
): Promise<void> {
  const policy = subscription.attributes.get('RedrivePolicy');
  if (policy === undefined) return;
  const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn: string }; // checked when it was set
  const { publication } = notification;
  const input = {
    QueueUrl: queueUrlOf(engine, deadLetterTargetArn),
    MessageBody: notificationEnvelope(engine.cloud, subscription, notification),
    ...(deadLetterTargetArn.endsWith('.fifo')
      ? { MessageGroupId: publication.groupId, MessageDeduplicationId: publication.deduplicationId }
      : {}),
  };
  await engine.cloud.call({ service: 'sqs', operation: 'SendMessage', input, principal: asSns(notification) });
  putMetric(engine, notification.topic, { name: 'NumberOfNotificationsRedrivenToDlq', value: 1 });
}

function asSns({ topic }: Notification): Principal {
  return { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topic.arn };
}

function queueUrlOf({ cloud }: SnsEngine, queueArn: string): string {
  return `${cloud.endpoint}/${cloud.accountId}/${queueArn.slice(queueArn.lastIndexOf(':') + 1)}`;
}
