/**
 * `application/vnd.amazon.eventstream`: how AWS sends the events of one answer. A message is its length, the length of its
 * headers, a checksum of both, headers, payload, and a checksum of everything before it; all numbers are big-endian.
 * (AWS SDK "Event stream encoding" specification.)
 */
import { crc32 } from 'node:zlib';
import { AwsError } from '../cloud/aws-error.ts';
import type { JsonObject } from '../cloud/service.ts';

export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

/** Total length, length of the headers, checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** The only type of header value that AWS uses here: text with its length before it. */
const TEXT_HEADER = 7;

export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** One event, or another message of the protocol such as `initial-response`, with a JSON payload. */
export function eventMessage(type: string, payload: JsonObject, contentType: string): EventMessage {
  return {
    headers: { ':message-type': 'event', ':event-type': type, ':content-type': contentType },
    payload: Buffer.from(JSON.stringify(payload)),
  };
}

/** The end of a stream that fails. An engine that fails otherwise than by `AwsError` is a bug here, told as AWS tells its own. */
export function failureMessage(error: unknown, contentType: string): EventMessage {
  if (!(error instanceof AwsError)) {
    const text = error instanceof Error ? error.message : String(error);
    const headers = { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': text };
    return { headers, payload: Buffer.alloc(0) };
  }
  return {
    headers: { ':message-type': 'exception', ':exception-type': error.code, ':content-type': contentType },
    payload: Buffer.from(JSON.stringify({ message: error.message, ...error.fields })),
  };
}

export function encodeMessage({ headers, payload }: EventMessage): Buffer {
  const encodedHeaders = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const totalBytes = PRELUDE_BYTES + encodedHeaders.length + payload.length + CHECKSUM_BYTES;
  const message = Buffer.allocUnsafe(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(encodedHeaders.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  encodedHeaders.copy(message, PRELUDE_BYTES);
  payload.copy(message, PRELUDE_BYTES + encodedHeaders.length);
  const checksumAt = totalBytes - CHECKSUM_BYTES;
  message.writeUInt32BE(crc32(message.subarray(0, checksumAt)), checksumAt);
  return message;
}

function encodeHeader(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const header = Buffer.alloc(1 + nameBytes.length + 1 + 2 + valueBytes.length);
  header.writeUInt8(nameBytes.length, 0);
  nameBytes.copy(header, 1);
  header.writeUInt8(TEXT_HEADER, 1 + nameBytes.length);
  header.writeUInt16BE(valueBytes.length, 2 + nameBytes.length);
  valueBytes.copy(header, 4 + nameBytes.length);
  return header;
}
