import type { Message } from './message.ts';
import type { Queue } from './queue.ts';
import { missingParameter, sqsError } from './sqs-error.ts';

/** The handle of one receive of one message; opaque to clients. */
export function receiptHandleFor(queue: Queue, message: Message): string {
  return Buffer.from(`rh1 ${queue.name} ${message.messageId} ${message.receiveCount}`).toString('base64');
}

/** @returns the message's id. @throws AwsError ReceiptHandleIsInvalid unless it is a handle of this queue */
export function messageIdOf(queue: Queue, handle: unknown): string {
  if (typeof handle !== 'string' || handle === '') throw missingParameter('ReceiptHandle');
  const [version, queueName, messageId] = Buffer.from(handle, 'base64').toString('utf8').split(' ');
  if (version !== 'rh1' || queueName !== queue.name || messageId === undefined)
    throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`, {
      status: 404,
    });
  return messageId;
}
