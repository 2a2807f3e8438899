/** `DeleteMessage` and `DeleteMessageBatch`. */
import type { JsonObject } from '../../../cloud/service.ts';
import { forEachEntry, parseBatch } from '../batch.ts';
import type { Queue } from '../queue.ts';
import { messageIdOf } from '../receipt-handle.ts';
import { announceVisible, findQueue, putMetric, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter } from '../sqs-error.ts';

export function deleteMessage(engine: SqsEngine, input: JsonObject): void {
  const queue = findQueue(engine, input);
  const deleted = deleteByHandle(queue, input.ReceiptHandle);
  afterDeletion(engine, queue, deleted ? 1 : 0);
}

export function deleteMessageBatch(engine: SqsEngine, input: JsonObject) {
  const queue = findQueue(engine, input);
  const entries = parseBatch(input.Entries, 'DeleteMessageBatchRequestEntry');
  let deleted = 0;
  const results = forEachEntry(entries, ({ ReceiptHandle }) => {
    if (deleteByHandle(queue, ReceiptHandle)) deleted++;
    return {};
  });
  afterDeletion(engine, queue, deleted);
  return results;
}

/** In a FIFO queue the next message of the group may have become visible. */
function afterDeletion(engine: SqsEngine, queue: Queue, deleted: number): void {
  if (deleted === 0) return;
  putMetric(engine, queue, { name: 'NumberOfMessagesDeleted', value: deleted });
  if (queue.fifo) announceVisible(engine, queue);
}

/**
 * Deleting twice is no error. A handle that is not the latest does nothing in a standard queue; a FIFO queue refuses it,
 * and one whose visibility timeout has passed.
 */
function deleteByHandle(queue: Queue, handle: unknown): boolean {
  const message = queue.store.find(messageIdOf(queue, handle));
  if (!message) return false;
  const current = message.receiptHandle === handle;
  if (queue.fifo && !(current && message.state === 'inFlight'))
    throw invalidParameter(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
  if (!current) return false;
  queue.store.remove(message);
  return true;
}
