import { deliver } from './delivery.ts';
import { type Notification, passesFilter } from './notification.ts';
import type { Publication } from './publication.ts';
import { putMetric, type SnsEngine, subscriptionsOf } from './sns-engine.ts';
import type { Topic } from './topic.ts';

/** For how long a FIFO topic recognises a message that is published again. */
const DEDUPLICATION_MS = 300_000;

/** Hands the message to every confirmed subscription that its filter lets it through to; does not wait for delivery. */
export function publishToTopic(
  engine: SnsEngine,
  topic: Topic,
  publication: Publication,
): { messageId: string; sequenceNumber: string | undefined } {
  const nowMs = engine.cloud.clock.now();
  const before = topic.fifo ? publishedBefore(topic, publication, nowMs) : undefined;
  if (before) return before;
  const messageId = engine.cloud.ids.uuid();
  const sequenceNumber = topic.fifo ? `1${String(++topic.sequence).padStart(19, '0')}` : undefined;
  if (sequenceNumber !== undefined && publication.deduplicationId !== undefined)
    topic.published.set(publication.deduplicationId, { messageId, sequenceNumber, atMs: nowMs });
  const notification: Notification = { topic, publication, messageId, sequenceNumber, publishedMs: nowMs };
  for (const subscription of subscriptionsOf(engine, topic)) {
    if (subscription.pending) continue;
    if (passesFilter(subscription, publication)) deliver(engine, subscription, notification);
    else putMetric(engine, topic, { name: 'NumberOfNotificationsFilteredOut', value: 1 });
  }
  putMetric(engine, topic, { name: 'NumberOfMessagesPublished', value: 1 });
  return { messageId, sequenceNumber };
}

function publishedBefore(topic: Topic, { deduplicationId }: Publication, nowMs: number) {
  for (const [id, { atMs }] of topic.published) {
    if (atMs > nowMs - DEDUPLICATION_MS) break;
    topic.published.delete(id);
  }
  return deduplicationId === undefined ? undefined : topic.published.get(deduplicationId);
}
