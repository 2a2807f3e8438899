import type { JsonObject } from '../../../cloud/service.ts';
import { type DeadLetterTarget, deadLetterTarget, moveToDeadLetterQueue } from '../dead-letter.ts';
import type { Message } from '../message.ts';
import { type Queue, retentionHorizonMs } from '../queue.ts';
import { integerAttribute } from '../queue-attributes.ts';
import { receiptHandleFor } from '../receipt-handle.ts';
import { type AskedAttributes, describeMessage, parseAskedAttributes } from '../received-message.ts';
import { findQueue, putMetric, type SqsEngine } from '../sqs-engine.ts';
import { invalidParameter, sqsError } from '../sqs-error.ts';

const MAX_MESSAGES = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_VISIBILITY_SECONDS = 43_200;
/** How many messages of a queue may be in flight (developer guide, "quotas"). */
const MAX_IN_FLIGHT = 120_000;

/** A message that is to stay visible is hidden while the answer is put together, so that it is not in it twice. */
const UNTIL_ANSWERED_MS = 1000;

interface Receive {
  readonly queue: Queue;
  readonly max: number;
  readonly visibilityMs: number;
  readonly asked: AskedAttributes;
}

/** Answers at once when there are messages; else waits for some, as long as it is told to (long polling). */
export function receiveMessage(engine: SqsEngine, input: JsonObject): unknown {
  const queue = findQueue(engine, input);
  const waitMs = parseWaitMs(queue, input);
  const receive = {
    queue,
    max: parseMaxMessages(input),
    visibilityMs: parseVisibilityMs(queue, input),
    asked: parseAskedAttributes(input),
  };
  if (queue.store.counts.inFlight >= MAX_IN_FLIGHT)
    throw sqsError('OverLimit', `Too many messages in flight: at most ${MAX_IN_FLIGHT}.`, { status: 403 });
  const messages = receiveNow(engine, receive);
  if (messages.length > 0 || waitMs === 0) return answer(engine, receive, messages);
  return waitForMessages(engine, receive, waitMs);
}

function waitForMessages(engine: SqsEngine, receive: Receive, waitMs: number): Promise<unknown> {
  const { queue } = receive;
  return new Promise(resolve => {
    const finish = (messages: readonly Message[]): boolean => {
      cancelTimeout();
      resolve(answer(engine, receive, messages));
      return true;
    };
    const waiting = (): boolean => {
      const messages = queue.deleted ? [] : receiveNow(engine, receive);
      return queue.deleted || messages.length > 0 ? finish(messages) : false;
    };
    const cancelTimeout = engine.cloud.clock.schedule(waitMs, () => {
      queue.waiting.delete(waiting);
      finish([]);
    });
    queue.waiting.add(waiting);
  });
}

/** Takes visible messages; on the way it drops expired ones and moves exhausted ones to the dead-letter queue. */
function receiveNow(engine: SqsEngine, { queue, max, visibilityMs }: Receive): Message[] {
  const nowMs = engine.cloud.clock.now();
  const horizonMs = retentionHorizonMs(queue, nowMs);
  const target = deadLetterTarget(engine, queue);
  const taken = queue.store.take(max, message => {
    if (message.sentMs <= horizonMs) {
      queue.store.remove(message);
      return false;
    }
    if (isExhausted(message, target)) {
      moveToDeadLetterQueue(engine, queue, { message, target: target.queue });
      return false;
    }
    message.receiveCount++;
    message.firstReceivedMs ??= nowMs;
    message.receiptHandle = receiptHandleFor(queue, message);
    queue.store.hide(message, visibilityMs || UNTIL_ANSWERED_MS);
    return true;
  });
  if (visibilityMs === 0) for (const message of taken) queue.store.hide(message, 0);
  return taken;
}

function isExhausted(message: Message, target: DeadLetterTarget | undefined): target is DeadLetterTarget {
  return target !== undefined && message.receiveCount >= target.maxReceiveCount;
}

function answer(engine: SqsEngine, { queue, asked }: Receive, messages: readonly Message[]): JsonObject {
  if (messages.length === 0) {
    putMetric(engine, queue, { name: 'NumberOfEmptyReceives', value: 1 });
    return {};
  }
  putMetric(engine, queue, { name: 'NumberOfMessagesReceived', value: messages.length });
  return { Messages: messages.map(message => describeMessage(message, asked)) };
}

function parseMaxMessages(input: JsonObject): number {
  const max = input.MaxNumberOfMessages ?? 1;
  if (typeof max === 'number' && Number.isInteger(max) && max >= 1 && max <= MAX_MESSAGES) return max;
  throw invalidParameter(
    `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${MAX_MESSAGES}, if ` +
      'provided.',
  );
}

function parseWaitMs(queue: Queue, input: JsonObject): number {
  const seconds = input.WaitTimeSeconds ?? integerAttribute(queue.attributes, 'ReceiveMessageWaitTimeSeconds');
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_WAIT_SECONDS)
    return seconds * 1000;
  throw invalidParameter(
    `Value ${seconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= ${MAX_WAIT_SECONDS}, if ` +
      'provided.',
  );
}

function parseVisibilityMs(queue: Queue, input: JsonObject): number {
  const seconds = input.VisibilityTimeout ?? integerAttribute(queue.attributes, 'VisibilityTimeout');
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_VISIBILITY_SECONDS)
    return seconds * 1000;
  throw invalidParameter(
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= ` +
      `${MAX_VISIBILITY_SECONDS}, if provided.`,
  );
}
