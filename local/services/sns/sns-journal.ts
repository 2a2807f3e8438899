/**
 * What of SNS outlives the process: topics, subscriptions, what FIFO topics remember of messages, and deliveries from
 * before the first try until the message is with its subscriber or given up: an accepted message reaches its subscribers.
 */
import { attemptDelivery } from './delivery.ts';
import { type DeliveryUnderWay, deliveryKey } from './delivery-under-way.ts';
import type { Notification } from './notification.ts';
import type { SnsEngine } from './sns-engine.ts';
import type { Subscription, Topic } from './topic.ts';

interface StoredTopic extends Pick<Topic, 'name' | 'fifo' | 'subscriptionsDeleted'> {
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

interface StoredSubscription extends Omit<Subscription, 'arn' | 'attributes'> {
  readonly attributes: Readonly<Record<string, string>>;
}

interface StoredDelivery extends Pick<DeliveryUnderWay, 'retries' | 'dueMs'> {
  readonly subscriptionArn: string;
  readonly notification: Omit<Notification, 'topic'>;
}

type PublishedMessage = { readonly messageId: string; readonly sequenceNumber: string; readonly atMs: number };

/** Connects the engine to the journal: what an earlier process left is in it afterwards. */
export function keepSns(engine: SnsEngine): void {
  const { journal } = engine.cloud;
  if (!journal.durable) return;
  const topic = keepTopics(engine);
  const sequence = keepSequences(engine);
  const published = keepPublished(engine);
  const subscription = keepSubscriptions(engine);
  const delivery = keepDeliveries(engine);
  engine.changes = {
    topic,
    sequence,
    published: (topicArn, id) => published(`${topicArn} ${id}`),
    subscription,
    delivery,
  };
  const left = [...engine.deliveries.values()];
  journal.onResume(() => {
    const { clock } = engine.cloud;
    for (const underWay of left)
      clock.schedule(underWay.dueMs - clock.now(), () => void attemptDelivery(engine, underWay));
  });
}

function keepTopics(engine: SnsEngine) {
  return engine.cloud.journal.keep<StoredTopic>({
    name: 'sns/topics',
    keys: () => engine.topics.keys(),
    read: arn => {
      const topic = engine.topics.get(arn);
      if (!topic) return undefined;
      const { name, fifo, subscriptionsDeleted, attributes, tags } = topic;
      const texts = { attributes: Object.fromEntries(attributes), tags: Object.fromEntries(tags) };
      return { name, fifo, subscriptionsDeleted, ...texts };
    },
    restore: (arn, { attributes, tags, ...stored }) => {
      const texts = { attributes: new Map(Object.entries(attributes)), tags: new Map(Object.entries(tags)) };
      engine.topics.set(arn, { arn, ...stored, ...texts, sequence: 0, published: new Map() });
    },
  });
}

function keepSequences(engine: SnsEngine) {
  return engine.cloud.journal.keep<number>({
    name: 'sns/sequences',
    keys: () => [...engine.topics.values()].filter(({ sequence }) => sequence > 0).map(({ arn }) => arn),
    read: arn => engine.topics.get(arn)?.sequence,
    restore: (arn, sequence) => {
      const topic = engine.topics.get(arn);
      if (topic) topic.sequence = sequence;
    },
  });
}

function keepPublished(engine: SnsEngine) {
  const split = (key: string) => {
    const space = key.indexOf(' ');
    return { topic: engine.topics.get(key.slice(0, space)), id: key.slice(space + 1) };
  };
  return engine.cloud.journal.keep<PublishedMessage>({
    name: 'sns/published',
    *keys() {
      for (const { arn, published } of engine.topics.values()) for (const id of published.keys()) yield `${arn} ${id}`;
    },
    read: key => {
      const { topic, id } = split(key);
      return topic?.published.get(id);
    },
    restore: (key, message) => {
      const { topic, id } = split(key);
      topic?.published.set(id, message);
    },
  });
}

function keepSubscriptions(engine: SnsEngine) {
  return engine.cloud.journal.keep<StoredSubscription>({
    name: 'sns/subscriptions',
    keys: () => engine.subscriptions.keys(),
    read: arn => {
      const subscription = engine.subscriptions.get(arn);
      if (!subscription) return undefined;
      const { arn: _, attributes, ...stored } = subscription;
      return { ...stored, attributes: Object.fromEntries(attributes) };
    },
    restore: (arn, { attributes, ...stored }) => {
      engine.subscriptions.set(arn, { arn, ...stored, attributes: new Map(Object.entries(attributes)) });
    },
  });
}

/** A delivery whose topic or subscription has gone meanwhile has nowhere to go. */
function keepDeliveries(engine: SnsEngine) {
  return engine.cloud.journal.keep<StoredDelivery>({
    name: 'sns/deliveries',
    keys: () => engine.deliveries.keys(),
    read: key => {
      const underWay = engine.deliveries.get(key);
      if (!underWay) return undefined;
      const { topic: _, ...notification } = underWay.notification;
      const { retries, dueMs, subscription } = underWay;
      return { subscriptionArn: subscription.arn, notification, retries, dueMs };
    },
    restore: (_, { subscriptionArn, notification, retries, dueMs }) => {
      const subscription = engine.subscriptions.get(subscriptionArn);
      const topic = subscription && engine.topics.get(subscription.topicArn);
      if (!topic) return;
      const underWay = { subscription, notification: { ...notification, topic }, retries, dueMs };
      engine.deliveries.set(deliveryKey(underWay), underWay);
    },
  });
}
