/** Message attributes: what they may be, their MD5 as SDKs verify it, and which of them a receive asked for. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../cloud/service.ts';
import type { MessageAttribute, MessageAttributes } from './message.ts';
import { invalidParameter } from './sqs-error.ts';

const MAX_ATTRIBUTES = 10;
const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/s;
const NAME = /^[A-Za-z0-9_.-]{1,256}$/;

/** @throws AwsError InvalidParameterValueException in AWS's words */
export function parseMessageAttributes(value: unknown): MessageAttributes {
  const entries = Object.entries((value ?? {}) as JsonObject);
  if (entries.length > MAX_ATTRIBUTES)
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  return Object.fromEntries(entries.map(([name, attribute]) => [name, parseAttribute(name, attribute)]));
}

/** Names, types and values: they count towards the size of the message. */
export function attributesBytes(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes +=
      StringValue === undefined ? Buffer.byteLength(BinaryValue ?? '', 'base64') : Buffer.byteLength(StringValue);
  }
  return bytes;
}

/** As the SQS developer guide describes it, "Calculating the MD5 message digest for message attributes". */
export function attributesMd5(attributes: MessageAttributes): string {
  const digest = createHash('md5');
  const append = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute; // one of its own keys
    append(Buffer.from(name));
    append(Buffer.from(DataType));
    digest.update(Buffer.from([StringValue === undefined ? BINARY_TRANSPORT : STRING_TRANSPORT]));
    append(StringValue === undefined ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue));
  }
  return digest.digest('hex');
}

/** Names, `All`, `.*`, or prefixes such as `trace.*`. */
export function selectAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  if (names.length === 0) return {};
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.some(asked => isAsked(name, asked))));
}

function isAsked(name: string, asked: string): boolean {
  if (asked === 'All' || asked === '.*' || asked === '*') return true;
  return asked.endsWith('.*') ? name.startsWith(asked.slice(0, -2)) : name === asked;
}

function parseAttribute(name: string, value: unknown): MessageAttribute {
  refuseName(name);
  const { DataType, StringValue, BinaryValue } = (value ?? {}) as Record<string, unknown>;
  if (typeof DataType !== 'string' || DataType === '')
    throw invalidParameter(`The message attribute '${name}' must contain a non-empty message attribute type.`);
  const kind = DATA_TYPE.exec(DataType)?.[1];
  if (kind === undefined)
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is ` +
        'Binary, Number, and String.',
    );
  const text = kind === 'Binary' ? BinaryValue : StringValue;
  if (typeof text !== 'string' || text === '')
    throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`);
  if (kind === 'Number' && !Number.isFinite(Number(text)))
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  return kind === 'Binary' ? { DataType, BinaryValue: text } : { DataType, StringValue: text };
}

function refuseName(name: string): void {
  const reserved = /^(aws\.|amazon\.)/i.test(name);
  if (NAME.test(name) && !reserved && !name.startsWith('.') && !name.endsWith('.') && !name.includes('..')) return;
  throw invalidParameter(
    `Message (user) attribute name '${name}' is invalid. It can contain alphanumeric characters, hyphens, underscores ` +
      'and single periods, and must not begin with AWS. or Amazon.',
  );
}
