/** `ChangeMessageVisibility` and `ChangeMessageVisibilityBatch`. */
import type { JsonObject } from '../../../cloud/service.ts';
import { forEachEntry, parseBatch } from '../batch.ts';
import type { Message } from '../message.ts';
import type { Queue } from '../queue.ts';
import { messageIdOf } from '../receipt-handle.ts';
import { announceVisible, findQueue, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter, missingParameter } from '../sqs-error.ts';

const MAX_SECONDS = 43_200;

export function changeMessageVisibility(engine: SqsEngine, input: JsonObject): void {
  const queue = findQueue(engine, input);
  changeVisibility(engine, queue, input);
  announceVisible(engine, queue);
}

export function changeMessageVisibilityBatch(engine: SqsEngine, input: JsonObject) {
  const queue = findQueue(engine, input);
  const entries = parseBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry');
  const results = forEachEntry(entries, entry => {
    changeVisibility(engine, queue, entry);
    return {};
  });
  announceVisible(engine, queue);
  return results;
}

function changeVisibility(engine: SqsEngine, queue: Queue, input: JsonObject): void {
  const handle = input.ReceiptHandle;
  const message = queue.store.find(messageIdOf(queue, handle));
  const seconds = parseSeconds(input.VisibilityTimeout);
  if (!message || message.receiptHandle !== handle || !mayChange(queue, message)) {
    throw invalidParameter(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for ` +
        'visibility timeout change.',
    );
  }
  const heldMs = engine.cloud.clock.now() - (message.firstReceivedMs ?? 0);
  if (message.state === 'inFlight' && heldMs + seconds * 1000 > MAX_SECONDS * 1000) refuseTotal(seconds);
  queue.store.hide(message, seconds * 1000);
}

/** A standard queue also takes the latest handle of a message that is visible again (observed). */
function mayChange(queue: Queue, message: Message): boolean {
  return !queue.fifo || message.state === 'inFlight';
}

function parseSeconds(value: unknown): number {
  if (value === undefined || value === null) throw missingParameter('VisibilityTimeout');
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SECONDS) return value;
  throw invalidParameter(
    `Value ${value} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 ` +
      `and ${MAX_SECONDS}.`,
  );
}

function refuseTotal(seconds: number): never {
  throw invalidParameter(
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is ` +
      `beyond the limit [${MAX_SECONDS} seconds].`,
  );
}
