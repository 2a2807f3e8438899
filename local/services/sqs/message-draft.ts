/** Reads a message out of `SendMessage` or an entry of `SendMessageBatch`, and refuses what SQS refuses. */
import { createHash, hash } from 'node:crypto';
import type { JsonObject } from '../../cloud/service.ts';
import type { MessageAttributes, MessageContent } from './message.ts';
import { attributesBytes, attributesMd5, parseMessageAttributes } from './message-attributes.ts';
import type { Queue } from './queue.ts';
import { integerAttribute } from './queue-attributes.ts';
import { invalidParameter, missingParameter, sqsError } from './sqs-error.ts';

/** A message that passed validation and is not in a queue yet. */
export interface MessageDraft {
  readonly content: MessageContent;
  readonly delayMs: number;
  readonly sizeBytes: number;
}

/** Letters, digits and punctuation. */
const IDENTIFIER = /^[!-~]{1,128}$/;
/** What XML 1.0 cannot carry. */
const FORBIDDEN = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const MAX_DELAY_SECONDS = 900;

export function parseDraft(queue: Queue, input: JsonObject, senderId: string): MessageDraft {
  const body = parseBody(input.MessageBody);
  const attributes = parseMessageAttributes(input.MessageAttributes);
  const traceHeader = parseTraceHeader(input.MessageSystemAttributes);
  const groupId = parseGroupId(queue, input);
  const deduplicationId = parseDeduplicationId(queue, input, body);
  const content = { body, bodyMd5: hash('md5', body), attributes, traceHeader, senderId, groupId, deduplicationId };
  return { content, delayMs: parseDelayMs(queue, input), sizeBytes: messageBytes(body, attributes) };
}

/** What the size limits count: the body and its attributes. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  return Buffer.byteLength(body) + attributesBytes(attributes);
}

export function exceedsQueueLimit(queue: Queue, sizeBytes: number): boolean {
  return sizeBytes > integerAttribute(queue.attributes, 'MaximumMessageSize');
}

/** The digests that an SDK compares with its own. */
export function draftDigests({ content }: MessageDraft): JsonObject {
  const { attributes, bodyMd5, traceHeader } = content;
  const system: MessageAttributes | undefined =
    traceHeader === undefined ? undefined : { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } };
  return {
    MD5OfMessageBody: bodyMd5,
    ...(Object.keys(attributes).length === 0 ? {} : { MD5OfMessageAttributes: attributesMd5(attributes) }),
    ...(system === undefined ? {} : { MD5OfMessageSystemAttributes: attributesMd5(system) }),
  };
}

function parseBody(body: unknown): string {
  if (typeof body !== 'string' || body === '') throw missingParameter('MessageBody');
  if (!body.isWellFormed() || FORBIDDEN.test(body)) {
    throw sqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | ' +
        '#x10000 to #x10FFFF',
    );
  }
  return body;
}

function parseTraceHeader(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const names = Object.keys(value);
  if (names.some(name => name !== 'AWSTraceHeader'))
    throw invalidParameter(`Message system attribute name '${names.join(', ')}' is invalid.`);
  const { AWSTraceHeader: header } = parseMessageAttributes(value);
  return header?.StringValue;
}

function parseGroupId(queue: Queue, input: JsonObject): string | undefined {
  const groupId = input.MessageGroupId;
  if (groupId === undefined || groupId === null) {
    if (queue.fifo) throw missingParameter('MessageGroupId');
    return undefined;
  }
  return parseIdentifier('MessageGroupId', groupId);
}

function parseDeduplicationId(queue: Queue, input: JsonObject, body: string): string | undefined {
  const id = input.MessageDeduplicationId;
  if (id !== undefined && id !== null) {
    const parsed = parseIdentifier('MessageDeduplicationId', id);
    if (!queue.fifo) throw notForThisQueue('MessageDeduplicationId', parsed);
    return parsed;
  }
  if (!queue.fifo) return undefined;
  if (queue.attributes.get('ContentBasedDeduplication') !== 'true')
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  return createHash('sha256').update(body).digest('hex');
}

function parseIdentifier(name: string, value: unknown): string {
  if (typeof value === 'string' && IDENTIFIER.test(value)) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation ` +
      'characters. 1 to 128 in length.',
  );
}

/** FIFO queues know only a delay of the whole queue; 0 says nothing there. */
function parseDelayMs(queue: Queue, input: JsonObject): number {
  const seconds = input.DelaySeconds ?? undefined;
  const queueSeconds = integerAttribute(queue.attributes, 'DelaySeconds');
  if (seconds === undefined || (queue.fifo && seconds === 0)) return queueSeconds * 1000;
  if (queue.fifo) throw notForThisQueue('DelaySeconds', seconds);
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > MAX_DELAY_SECONDS) {
    throw invalidParameter(
      `Value ${seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ` +
        `${MAX_DELAY_SECONDS}.`,
    );
  }
  return seconds * 1000;
}

function notForThisQueue(name: string, value: unknown): Error {
  return invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: The request include parameter that is not valid for this ` +
      'queue type.',
  );
}
