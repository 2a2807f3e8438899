/** Reads requests of Segment's tracking protocol, and says no in its words. */
import { gunzipSync } from 'node:zlib';
import { messageOf } from '../../core/index.ts';
import {
  isObject,
  type JsonObject,
  objectOf,
  SEGMENT_CALLS,
  type SegmentCall,
  type SegmentDelivery,
} from '../../domains/behaviour/segment/segment-message.ts';
import { bodyContent, type HttpRequest, header, parseJson, RequestProblem } from '../runtime/http.ts';

/** Limits of the protocol; a batch is limited in number by us. */
export const MAX_BATCH_BYTES = 500 * 1024;
export const MAX_MESSAGE_BYTES = 32 * 1024;
export const MAX_MESSAGES = 2500;

/** What the last part of the path asks for; browsers use the first letter, old libraries say `import`. */
const CALLS: ReadonlyMap<string, SegmentCall | 'batch'> = new Map([
  ...SEGMENT_CALLS.flatMap(call => [[call, call] as const, [call.slice(0, 1), call] as const]),
  ['batch', 'batch'],
  ['b', 'batch'],
  ['import', 'batch'],
]);

export interface SegmentRequest {
  readonly messages: readonly unknown[];
  readonly delivery: Omit<SegmentDelivery, 'receivedAtMs'>;
}

/** The part of the path that says what is called; `undefined` when the request is of another protocol. */
export function segmentCallOf(request: HttpRequest): string | undefined {
  return request.pathParameters?.call;
}

/**
 * The messages of a request whose write key is one of those that are known.
 * @param writeKeys none: any key is taken, and no key as well
 * @throws RequestProblem when the request as a whole is unusable
 */
export function readSegmentRequest(request: HttpRequest, writeKeys: ReadonlySet<string>): SegmentRequest {
  const name = segmentCallOf(request);
  const call = CALLS.get(name ?? '');
  if (!call) {
    const reason = `must be one of ${[...CALLS.keys()].join(', ')}`;
    throw new RequestProblem({ status: 404, title: 'Unknown call', field: 'path', value: name, reason });
  }
  const body = parseJson(readText(request, call === 'batch' ? MAX_BATCH_BYTES : MAX_MESSAGE_BYTES));
  if (!isObject(body)) {
    throw new RequestProblem({
      status: 400,
      title: 'Not an object',
      field: 'body',
      value: body,
      reason: 'must be a JSON object',
    });
  }
  checkWriteKey(request, body, writeKeys);
  if (call !== 'batch') return { messages: [withoutKey(body)], delivery: { call } };
  const { batch, sentAt, context } = body;
  return { messages: checkBatch(batch).map(withoutKey), delivery: { sentAt, context: objectOf(context) } };
}

/** The text of the body, which may be compressed. Too large is 400, as the protocol says: libraries do not send it again. */
function readText(request: HttpRequest, maxBytes: number): string {
  const encoding = header(request, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  const content = bodyContent(request, Number.POSITIVE_INFINITY);
  const bytes = Buffer.from(content);
  if (encoding === 'identity' || encoding === '') return checkSize(bytes, maxBytes).toString('utf8');
  if (encoding !== 'gzip') {
    throw new RequestProblem({
      status: 415,
      title: 'Unsupported encoding',
      field: 'content-encoding',
      value: encoding,
      reason: 'must be gzip, or none',
    });
  }
  return unzipped(bytes, maxBytes).toString('utf8');
}

function unzipped(bytes: Buffer, maxBytes: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(`more than ${maxBytes}`, maxBytes);
    const reason = `is not gzip, as content-encoding says: ${messageOf(error)}`;
    throw new RequestProblem({ status: 400, title: 'Malformed body', field: 'body', reason });
  }
}

function checkSize(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  return bytes;
}

function tooLarge(value: number | string, maxBytes: number): RequestProblem {
  const reason = `must be at most ${maxBytes} bytes, received ${value}`;
  return new RequestProblem({ status: 400, title: 'Body too large', field: 'body', value, reason });
}

/** Basic authentication with the key as user, or the key in the body. */
function checkWriteKey(request: HttpRequest, body: JsonObject, writeKeys: ReadonlySet<string>): void {
  if (writeKeys.size === 0) return;
  const basic = /^Basic\s+(\S+)$/i.exec(header(request, 'authorization')?.trim() ?? '')?.[1];
  const user = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8').split(':')[0];
  const key = user || body.writeKey;
  if (typeof key === 'string' && writeKeys.has(key)) return;
  const reason = key === undefined ? 'is required' : 'is not known here';
  throw new RequestProblem({ status: 401, title: 'Wrong write key', field: 'writeKey', reason });
}

function checkBatch(batch: unknown): readonly unknown[] {
  if (!Array.isArray(batch)) {
    throw new RequestProblem({
      status: 400,
      title: 'Not a batch',
      field: 'batch',
      value: batch,
      reason: 'must be an array of messages',
    });
  }
  if (batch.length <= MAX_MESSAGES) return batch;
  const reason = `must hold at most ${MAX_MESSAGES} messages, received ${batch.length}`;
  throw new RequestProblem({ status: 400, title: 'Too many messages', field: 'batch', value: batch.length, reason });
}

/** Who may send is nobody else's business. */
function withoutKey(message: unknown): unknown {
  if (!isObject(message) || !('writeKey' in message)) return message;
  const { writeKey: _writeKey, ...rest } = message;
  return rest;
}
