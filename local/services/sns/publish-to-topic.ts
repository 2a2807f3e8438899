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
  if (sequenceNumber !== undefined) {
    engine.changes.sequence(topic.arn);
    remember(engine, topic, { id: publication.deduplicationId, messageId, sequenceNumber, atMs: nowMs });
  }
  const notification: Notification = { topic, publication, messageId, sequenceNumber, publishedMs: nowMs };
  for (const subscription of subscriptionsOf(engine, topic)) {
    if (subscription.pending) continue;
    if (passesFilter(subscription, publication)) deliver(engine, subscription, notification);
    else putMetric(engine, topic, { name: 'NumberOfNotificationsFilteredOut', value: 1 });
  }
  putMetric(engine, topic, { name: 'NumberOfMessagesPublished', value: 1 });
  return { messageId, sequenceNumber };
}

function remember(
  engine: SnsEngine,
  topic: Topic,
  { id, ...message }: { id: string | undefined; messageId: string; sequenceNumber: string; atMs: number },
): void {
  if (id === undefined) return;
  topic.published.delete(id); // what is remembered anew is the youngest
  topic.published.set(id, message);
  engine.changes.published(topic.arn, id);
}

function publishedBefore(topic: Topic, { deduplicationId }: Publication, nowMs: number) {
  for (const [id, { atMs }] of topic.published) {
    if (atMs > nowMs - DEDUPLICATION_MS) break;
    topic.published.delete(id);
  }
  const before = deduplicationId === undefined ? undefined : topic.published.get(deduplicationId);
  return before && before.atMs > nowMs - DEDUPLICATION_MS ? before : undefined;
}
