import type { JsonObject } from '../../cloud/service.ts';
import type { Message } from './message.ts';
import { attributesMd5, selectAttributes } from './message-attributes.ts';

/** Which attributes a receive wants to see. */
export interface AskedAttributes {
  readonly system: ReadonlySet<string>;
  readonly message: readonly string[];
}

export function parseAskedAttributes(input: JsonObject): AskedAttributes {
  return {
    system: new Set([...namesIn(input.AttributeNames), ...namesIn(input.MessageSystemAttributeNames)]),
    message: namesIn(input.MessageAttributeNames),
  };
}

/** A message as `ReceiveMessage` shows it. The attributes' digest covers only those that are shown. */
export function describeMessage(message: Message, asked: AskedAttributes): JsonObject {
  const attributes = selectAttributes(message.attributes, asked.message);
  const system = Object.entries(systemAttributes(message)).filter(
    ([name, value]) => value !== undefined && (asked.system.has('All') || asked.system.has(name)),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.bodyMd5,
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length === 0
      ? {}
      : { MD5OfMessageAttributes: attributesMd5(attributes), MessageAttributes: attributes }),
  };
}

function systemAttributes(message: Message): Readonly<Record<string, string | undefined>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs ?? message.sentMs),
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
