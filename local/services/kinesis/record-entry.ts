import { AwsError } from '../../cloud/aws-error.ts';
import { HASH_KEY, violation } from './constraints.ts';
import { type HashKey, hashKeyFromDecimal, hashPartitionKey } from './hash-key.ts';
import type { Stream } from './stream.ts';

const MAX_PARTITION_KEY_LENGTH = 256;

/** A record that passed validation, on its way to a shard. */
export interface RecordEntry {
  readonly partitionKey: string;
  readonly data: string;
  readonly dataBytes: number;
  /** Data and partition key: what the limits count. */
  readonly sizeBytes: number;
  readonly hashKey: HashKey;
}

/** `path` is where the record stands in the request, for messages: `` or `records.3.member.`. */
export function parseRecordEntry(value: unknown, stream: Stream, path: string): RecordEntry {
  const {
    PartitionKey: partitionKey,
    Data: data,
    ExplicitHashKey: explicit,
  } = (value ?? {}) as Record<string, unknown>;
  if (typeof partitionKey !== 'string') throw notText(partitionKey, `${path}partitionKey`);
  if (partitionKey.length === 0 || partitionKey.length > MAX_PARTITION_KEY_LENGTH)
    throw partitionKeyLength(partitionKey, path);
  if (typeof data !== 'string') throw notText(data, `${path}data`);
  const dataBytes = decodedBytes(data);
  const sizeBytes = dataBytes + Buffer.byteLength(partitionKey);
  if (sizeBytes > stream.maxRecordBytes) throw recordTooLarge(sizeBytes, stream, path);
  const hashKey =
    explicit === undefined || explicit === null
      ? hashPartitionKey(partitionKey)
      : parseExplicitHashKey(explicit, `${path}explicitHashKey`);
  return { partitionKey, data, dataBytes, sizeBytes, hashKey };
}

function parseExplicitHashKey(value: unknown, path: string): HashKey {
  if (typeof value !== 'string') throw notText(value, path);
  if (!/^(0|[1-9]\d{0,38})$/.test(value))
    throw violation(value, path, `Member must satisfy regular expression pattern: ${HASH_KEY.pattern}`);
  return parseHashKey(value);
}

function notText(value: unknown, path: string): AwsError {
  if (value === undefined || value === null) return violation(value, path, 'Member must not be null');
  return new AwsError('SerializationException', `${path} must be a string`);
}

/** @throws AwsError InvalidArgumentException unless it is a number below 2^128 */
export function parseHashKey(value: unknown): HashKey {
  const hashKey = hashKeyFromDecimal(String(value));
  if (hashKey === undefined) {
    throw new AwsError(
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${value}`,
    );
  }
  return hashKey;
}

/** How many bytes a base64 text stands for. */
export function decodedBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}

function partitionKeyLength(partitionKey: string, path: string): AwsError {
  const bound =
    partitionKey.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_PARTITION_KEY_LENGTH}`;
  return violation(partitionKey, `${path}partitionKey`, `Member must have length ${bound}`);
}

function recordTooLarge(sizeBytes: number, stream: Stream, path: string): AwsError {
  const position = `java.nio.HeapByteBuffer[pos=0 lim=${sizeBytes} cap=${sizeBytes}]`;
  return violation(position, `${path}data`, `Member must have length less than or equal to ${stream.maxRecordBytes}`);
}
