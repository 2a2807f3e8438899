import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { DeliveryUnderWay } from './delivery-under-way.ts';
import type { SnsChanges } from './sns-changes.ts';
import { invalidParameter, notFound } from './sns-error.ts';
import type { Subscription, Topic } from './topic.ts';

/** What the operations share. */
export interface SnsEngine {
  readonly cloud: Cloud;
  /** By ARN. */
  readonly topics: Map<string, Topic>;
  /** By ARN. */
  readonly subscriptions: Map<string, Subscription>;
  /** Those that have not ended, by their key. */
  readonly deliveries: Map<string, DeliveryUnderWay>;
  /** Told of every change of a record. */
  changes: SnsChanges;
}

const ARN_ELEMENTS = 6;

/** @throws AwsError InvalidParameter when the member is no ARN */
export function requiredArn(input: JsonObject, member: string): string {
  const arn = input[member];
  const count = typeof arn === 'string' ? arn.split(':').length : 1;
  if (typeof arn !== 'string' || count < ARN_ELEMENTS)
    throw invalidParameter(`${member} Reason: An ARN must have at least ${ARN_ELEMENTS} elements, not ${count}`);
  return arn;
}

/** @throws AwsError NotFound */
export function findTopic(engine: SnsEngine, input: JsonObject, member = 'TopicArn'): Topic {
  const topic = engine.topics.get(requiredArn(input, member));
  if (!topic) throw notFound('Topic');
  return topic;
}

/** @throws AwsError NotFound */
export function findSubscription(engine: SnsEngine, input: JsonObject): Subscription {
  const subscription = engine.subscriptions.get(requiredArn(input, 'SubscriptionArn'));
  if (!subscription) throw notFound('Subscription');
  return subscription;
}

export function subscriptionsOf(engine: SnsEngine, topic: Topic): Subscription[] {
  return [...engine.subscriptions.values()].filter(({ topicArn }) => topicArn === topic.arn);
}

/** One datum in `AWS/SNS`, by topic. */
export function putMetric(engine: SnsEngine, topic: Topic, metric: { name: string; value: number }): void {
  engine.cloud.metrics({ namespace: 'AWS/SNS', dimensions: { TopicName: topic.name }, unit: 'Count', ...metric });
}
