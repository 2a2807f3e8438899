/** Everything about subscriptions but making them. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { pageOf } from '../page.ts';
import { findSubscription, findTopic, requiredArn, type SnsEngine, subscriptionsOf } from '../sns-engine.ts';
import { invalidParameter, notFound } from '../sns-error.ts';
import {
  assignSubscriptionAttributes,
  effectiveSubscriptionAttributes,
  parseSubscriptionAttributes,
} from '../subscription-attributes.ts';
import type { Subscription } from '../topic.ts';

/** A subscription's ARN is its topic's and an id. */
const TOPIC_ELEMENTS = 6;

/** A token that is none of the topic's is refused as such, whether there is such a topic or not (observed). */
export function confirmSubscription(engine: SnsEngine, input: JsonObject) {
  if (!/^[0-9a-f]+$/.test(String(input.Token ?? ''))) throw new AwsError('InvalidParameter', 'Invalid token');
  const arn = requiredArn(input, 'TopicArn');
  const all = [...engine.subscriptions.values()];
  const subscription = all.find(({ token, topicArn }) => token === input.Token && topicArn === arn);
  if (!subscription) throw invalidParameter('Token');
  subscription.pending = false;
  engine.changes.subscription(subscription.arn);
  return { SubscriptionArn: subscription.arn };
}

/** Ending a subscription that is not there is no error. */
export function unsubscribe(engine: SnsEngine, input: JsonObject): void {
  if (input.SubscriptionArn === undefined || input.SubscriptionArn === '')
    throw invalidParameter('SubscriptionArn Reason: no value for required parameter');
  const arn = requiredArn(input, 'SubscriptionArn');
  if (arn.split(':').length === TOPIC_ELEMENTS) throw invalidParameter('SubscriptionId');
  const subscription = engine.subscriptions.get(arn);
  if (!subscription) return;
  engine.subscriptions.delete(arn);
  engine.changes.subscription(arn);
  const topic = engine.topics.get(subscription.topicArn);
  if (!topic) return;
  topic.subscriptionsDeleted++;
  engine.changes.topic(topic.arn);
}

export function listSubscriptions(engine: SnsEngine, input: JsonObject) {
  return describePage(engine, [...engine.subscriptions.values()], input);
}

export function listSubscriptionsByTopic(engine: SnsEngine, input: JsonObject) {
  return describePage(engine, subscriptionsOf(engine, findTopic(engine, input)), input);
}

export function getSubscriptionAttributes(engine: SnsEngine, input: JsonObject) {
  const subscription = findSubscription(engine, input);
  return { Attributes: effectiveSubscriptionAttributes(subscription, engine.cloud.accountId) };
}

export function setSubscriptionAttributes(engine: SnsEngine, input: JsonObject): void {
  const subscription = findSubscription(engine, input);
  const topic = engine.topics.get(subscription.topicArn);
  if (!topic) throw notFound('Topic');
  const attributes = { [String(input.AttributeName ?? '')]: input.AttributeValue };
  assignSubscriptionAttributes(subscription, parseSubscriptionAttributes(attributes, topic, subscription.attributes));
  engine.changes.subscription(subscription.arn);
}

function describePage(engine: SnsEngine, subscriptions: readonly Subscription[], input: JsonObject) {
  const { page, nextToken } = pageOf(subscriptions, input);
  const Subscriptions = page.map(subscription => ({
    SubscriptionArn: subscription.pending ? 'PendingConfirmation' : subscription.arn,
    Owner: engine.cloud.accountId,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  }));
  return { Subscriptions, ...nextToken };
}
