import type { JsonObject } from '../../../cloud/service.ts';

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, ReceivedAttribute>>;
}

interface ReceivedAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface QueueOrigin {
  readonly arn: string;
  readonly region: string;
  /** The mapping gathers messages over a batching window. */
  readonly windowed: boolean;
}

/**
 * The message as it stands in the function's event. Recorded on AWS: with a batching window the digest of the attributes
 * is there even if there are none, as `null`.
 */
export function queueRecord(message: ReceivedMessage, queue: QueueOrigin): JsonObject {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [name, eventAttribute(attribute)]),
    ),
    ...attributesDigest(message, queue),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: queue.region,
  };
}

function attributesDigest({ MD5OfMessageAttributes: digest }: ReceivedMessage, { windowed }: QueueOrigin): JsonObject {
  if (digest) return { md5OfMessageAttributes: digest };
  return windowed ? { md5OfMessageAttributes: null } : {};
}

function eventAttribute(attribute: ReceivedAttribute): JsonObject {
  return {
    ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
    ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: attribute.DataType,
  };
}
