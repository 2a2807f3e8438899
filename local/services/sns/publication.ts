/** Reads a message out of `Publish` or an entry of `PublishBatch`, and refuses what SNS refuses. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../cloud/service.ts';
import { attributesBytes, type MessageAttributes, parseMessageAttributes } from './message-attributes.ts';
import { invalidParameter } from './sns-error.ts';
import type { Protocol, Topic } from './topic.ts';

/** A message that passed validation. */
export interface Publication {
  /** What every protocol gets that has no text of its own. */
  readonly message: string;
  /** `MessageStructure: json`: texts by protocol. */
  readonly texts: JsonObject | undefined;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sizeBytes: number;
}

export const MAX_MESSAGE_BYTES = 262_144;
const MAX_SUBJECT_LENGTH = 100;

export function parsePublication(topic: Topic, input: JsonObject): Publication {
  const message = input.Message;
  if (typeof message !== 'string' || message === '') throw invalidParameter('Empty message');
  const attributes = parseMessageAttributes(input.MessageAttributes);
  return {
    ...(input.MessageStructure === 'json' ? parseStructure(message) : { message, texts: undefined }),
    subject: parseSubject(input.Subject),
    attributes,
    ...parseFifoMembers(topic, input, message),
    sizeBytes: Buffer.byteLength(message) + attributesBytes(attributes),
  };
}

/** What subscriptions of that protocol get. */
export function messageFor({ message, texts }: Publication, protocol: Protocol): string {
  const text = texts?.[protocol];
  return typeof text === 'string' ? text : message;
}

function parseSubject(subject: unknown): string | undefined {
  if (subject === undefined || subject === null) return undefined;
  const valid = typeof subject === 'string' && subject !== '' && subject.length <= MAX_SUBJECT_LENGTH;
  if (!valid || /[\n\r]/.test(subject)) throw invalidParameter('Subject');
  return subject;
}

/** `MessageStructure: json`: a text per protocol, and one for all others. */
function parseStructure(message: string): Pick<Publication, 'message' | 'texts'> {
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const byProtocol = (typeof texts === 'object' && texts !== null ? texts : {}) as JsonObject; // an object, just checked
  const fallback = byProtocol.default;
  if (typeof fallback !== 'string') throw invalidParameter('Message Structure - No default entry in JSON message body');
  return { message: fallback, texts: byProtocol };
}

function parseFifoMembers(topic: Topic, input: JsonObject, message: string) {
  const groupId = optionalText(input.MessageGroupId);
  const given = optionalText(input.MessageDeduplicationId);
  if (!topic.fifo) {
    if (given !== undefined)
      throw invalidParameter(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for ' +
          'this topic type',
      );
    return { groupId, deduplicationId: undefined };
  }
  if (groupId === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  if (given === undefined && topic.attributes.get('ContentBasedDeduplication') !== 'true')
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  return { groupId, deduplicationId: given ?? createHash('sha256').update(message).digest('hex') };
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
