/**
 * The attributes of a queue: which there are, what they may be, what they are when nobody sets them, and AWS's words
 * for the rest (SQS API reference, SetQueueAttributes; wording as recorded from AWS).
 */
import type { JsonObject } from '../../cloud/service.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

/** Only what was set; everything else has its default. */
export type QueueAttributes = Map<string, string>;

interface IntegerRange {
  readonly min: number;
  readonly max: number;
  readonly initial: string | undefined;
}

const INTEGERS: Readonly<Record<string, IntegerRange>> = {
  DelaySeconds: { min: 0, max: 900, initial: '0' },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400, initial: undefined },
  MaximumMessageSize: { min: 1024, max: 1_048_576, initial: '1048576' },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, initial: '345600' },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, initial: '0' },
  VisibilityTimeout: { min: 0, max: 43_200, initial: '30' },
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoQueue: ['true', 'false'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};

const JSON_DOCUMENTS = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy']);
const FIFO_DEFAULTS = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoQueue: 'true',
  FifoThroughputLimit: 'perQueue',
};
const FIFO_ONLY_WHEN_SET = new Set(['DeduplicationScope', 'FifoThroughputLimit']);

/** The settings of a queue as `GetQueueAttributes` shows them, defaults included. */
export function effectiveAttributes(attributes: QueueAttributes): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, { initial }] of Object.entries(INTEGERS)) if (initial !== undefined) all.set(name, initial);
  all.set('SqsManagedSseEnabled', 'true');
  if (attributes.get('FifoQueue') === 'true')
    for (const [name, value] of Object.entries(FIFO_DEFAULTS)) all.set(name, value);
  for (const [name, value] of attributes) all.set(name, value);
  return all;
}

/** A number attribute, or its default. */
export function integerAttribute(attributes: QueueAttributes, name: string): number {
  return Number(attributes.get(name) ?? INTEGERS[name]?.initial ?? 0);
}

/** Reads the `Attributes` of a request. @throws AwsError when a name is unknown or a value not allowed */
export function parseAttributes(value: unknown, queue: { fifo: boolean }): QueueAttributes {
  const parsed: QueueAttributes = new Map();
  for (const [name, raw] of Object.entries((value ?? {}) as JsonObject)) {
    refuseUnknown(name, queue.fifo);
    const text = String(raw);
    if (text !== '') refuseInvalid(name, text);
    parsed.set(name, text);
  }
  return parsed;
}

/**
 * Takes over new values; an empty one goes back to the default. A key of KMS ends the encryption by SQS for good: taking
 * the key away again does not bring it back (observed).
 */
export function assignAttributes(attributes: QueueAttributes, changes: QueueAttributes): void {
  for (const [name, value] of changes) {
    if (value === '') attributes.delete(name);
    else attributes.set(name, value);
  }
  if (changes.get('KmsMasterKeyId')) attributes.set('SqsManagedSseEnabled', 'false');
  if (changes.get('SqsManagedSseEnabled') === 'true') {
    attributes.delete('KmsMasterKeyId');
    attributes.delete('KmsDataKeyReusePeriodSeconds');
  }
}

export function isQueueAttribute(name: string): boolean {
  return name in INTEGERS || name in CHOICES || JSON_DOCUMENTS.has(name) || name === 'KmsMasterKeyId';
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export function redrivePolicyOf(attributes: QueueAttributes): RedrivePolicy | undefined {
  const text = attributes.get('RedrivePolicy');
  return text === undefined ? undefined : parseRedrivePolicy(text);
}

/** @throws AwsError unless it names a target and a count from 1 to 1,000 */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parseDocument('RedrivePolicy', text);
  if (typeof deadLetterTargetArn !== 'string' || maxReceiveCount === undefined) {
    const missing = maxReceiveCount === undefined ? 'maxReceiveCount' : 'deadLetterTargetArn';
    throw invalidParameter(
      `Value ${text} for parameter RedrivePolicy is invalid. ` +
        `Reason: Redrive policy does not contain mandatory attribute: ${missing}.`,
    );
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidParameter(
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: ` +
        `${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** Whether a dead-letter queue takes messages from that source (its `RedriveAllowPolicy`). */
export function allowsRedriveFrom(attributes: QueueAttributes, sourceArn: string): boolean {
  const text = attributes.get('RedriveAllowPolicy');
  if (text === undefined) return true;
  const { redrivePermission, sourceQueueArns } = parseDocument('RedriveAllowPolicy', text);
  if (redrivePermission === 'denyAll') return false;
  if (redrivePermission !== 'byQueue') return true;
  return Array.isArray(sourceQueueArns) && sourceQueueArns.includes(sourceArn);
}

function refuseUnknown(name: string, fifo: boolean): void {
  if (!fifo && FIFO_ONLY_WHEN_SET.has(name))
    throw sqsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
  const fifoOnly = name === 'FifoQueue' || name === 'ContentBasedDeduplication';
  if (!isQueueAttribute(name) || (fifoOnly && !fifo))
    throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

function refuseInvalid(name: string, text: string): void {
  const range = INTEGERS[name];
  const inRange = !range || (/^\d+$/.test(text) && Number(text) >= range.min && Number(text) <= range.max);
  const choice = CHOICES[name];
  if (!inRange || (choice && !choice.includes(text)))
    throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  if (name === 'RedrivePolicy') parseRedrivePolicy(text);
  else if (JSON_DOCUMENTS.has(name)) parseDocument(name, text);
}

function parseDocument(name: string, text: string): JsonObject {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as JsonObject; // just checked
  } catch {
    // refused below, like any other text that is not a document
  }
  throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}
