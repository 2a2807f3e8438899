/** The only ways by which a message comes into a queue: sent, or moved from another queue. */
import type { Message, MessageContent } from './message.ts';
import type { MessageDraft } from './message-draft.ts';
import type { Queue } from './queue.ts';
import type { SqsEngine } from './sqs-engine.ts';

/** For how long a FIFO queue recognises a message that is sent again. */
const DEDUPLICATION_MS = 300_000;

/** A message's history, for one that was in a queue before. */
export type MessageHistory = Partial<
  Pick<Message, 'messageId' | 'sentMs' | 'receiveCount' | 'firstReceivedMs' | 'deadLetterSourceArn'>
>;

/** Puts a draft into the queue, unless a FIFO queue knows it already: then the answer is that of the first sending. */
export function sendDraft(
  engine: SqsEngine,
  queue: Queue,
  draft: MessageDraft,
): { messageId: string; sequenceNumber: string | undefined } {
  if (!queue.fifo) return enqueue(engine, queue, draft.content, { delayMs: draft.delayMs });
  const nowMs = engine.cloud.clock.now();
  forgetOldSendings(queue, nowMs);
  const key = deduplicationKey(queue, draft.content);
  const before = queue.sent.get(key);
  if (before && before.sentMs > nowMs - DEDUPLICATION_MS) return before;
  const { messageId, sequenceNumber = '' } = enqueue(engine, queue, draft.content, { delayMs: draft.delayMs });
  queue.sent.delete(key); // what is remembered anew is the youngest
  queue.sent.set(key, { messageId, sequenceNumber, sentMs: nowMs });
  engine.changes.sent(queue.name, key);
  return { messageId, sequenceNumber };
}

/** Puts a message into the queue, whatever the queue has seen before. Does not announce it. */
export function enqueue(
  engine: SqsEngine,
  queue: Queue,
  content: MessageContent,
  arrival: { delayMs: number; history?: MessageHistory },
): Message {
  const nowMs = engine.cloud.clock.now();
  const history = arrival.history ?? {};
  const message: Message = {
    ...content,
    messageId: history.messageId ?? engine.cloud.ids.uuid(),
    sentMs: history.sentMs ?? nowMs,
    enqueuedMs: nowMs,
    sequenceNumber: queue.fifo ? nextSequenceNumber(queue) : undefined,
    deadLetterSourceArn: history.deadLetterSourceArn,
    state: 'visible',
    receiveCount: history.receiveCount ?? 0,
    firstReceivedMs: history.firstReceivedMs,
    receiptHandle: undefined,
    hidden: undefined,
  };
  if (queue.fifo) engine.changes.sequence(queue.name);
  queue.store.add(message, arrival.delayMs);
  return message;
}

/** 20 digits, growing. */
function nextSequenceNumber(queue: Queue): string {
  queue.sequence++;
  return `188${String(queue.sequence).padStart(17, '0')}`;
}

function deduplicationKey(queue: Queue, { groupId, deduplicationId }: MessageContent): string {
  const perGroup = queue.attributes.get('DeduplicationScope') === 'messageGroup';
  return perGroup ? `${groupId} ${deduplicationId}` : `${deduplicationId}`;
}

function forgetOldSendings(queue: Queue, nowMs: number): void {
  for (const [key, { sentMs }] of queue.sent) {
    if (sentMs > nowMs - DEDUPLICATION_MS) return;
    queue.sent.delete(key);
  }
}
