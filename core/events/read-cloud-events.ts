/**
 * Reads the events of one message in any of the three content modes of CloudEvents 1.0: binary (attributes in headers),
 * structured (one event as JSON) and batched (a JSON array of events). What they say is judged elsewhere.
 *
 * 1. A media type that begins with `application/cloudevents` decides the mode; otherwise the message is binary.
 * 2. In HTTP headers, attributes are unquoted and percent-decoded once (HTTP binding 3.1.3.2).
 * 3. Data of a JSON media type are parsed, other text is kept as text, anything else as `data_base64`.
 */
import { accepted, type Result, refused } from '../result.ts';
import { type EventProblem, eventProblem } from './event-problem.ts';

export type ContentMode = 'binary' | 'structured' | 'batched';

/** A message as a protocol brought it. */
export interface CloudEventsMessage {
  /** By name, in any case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array | string;
}

export interface CloudEventsOptions {
  /** `http`: headers begin with `ce-` and are percent-encoded; `kafka`: they begin with `ce_` and are as they are. @default 'http' */
  readonly binding?: 'http' | 'kafka';
  /** Parses a body; what it throws is thrown on. @default JSON.parse, with a refusal when it throws */
  readonly parseJson?: (text: string) => unknown;
}

/** The events of a message, still to be judged. */
export interface CloudEventsReading {
  readonly mode: ContentMode;
  readonly events: readonly unknown[];
}

/** The media types of the modes that carry whole events. */
export const CLOUDEVENTS_JSON = 'application/cloudevents+json';
export const CLOUDEVENTS_BATCH_JSON = 'application/cloudevents-batch+json';

/** Whether a message has its attributes in headers. */
export function isBinaryMode(headers: CloudEventsMessage['headers']): boolean {
  const type = mediaType(headerOf(headers, 'content-type') ?? '');
  return !type.startsWith('application/cloudevents') && headerOf(headers, 'ce-specversion') !== undefined;
}

/** The events of a message; a problem's field is `content-type`, `body` or the name of a header. */
export function readCloudEvents(
  message: CloudEventsMessage,
  { binding = 'http', parseJson }: CloudEventsOptions = {},
): Result<CloudEventsReading, EventProblem> {
  const contentType = headerOf(message.headers, 'content-type');
  const type = mediaType(contentType ?? '');
  if (!type.startsWith('application/cloudevents')) return readBinary(message, contentType, { binding, parseJson });
  if (type !== CLOUDEVENTS_JSON && type !== CLOUDEVENTS_BATCH_JSON) {
    const known = `${CLOUDEVENTS_JSON}, ${CLOUDEVENTS_BATCH_JSON}`;
    return refused(eventProblem('content-type', contentType, `must be one of ${known}`));
  }
  const text = readText(message.body, contentType ?? '');
  if (!text.ok) return text;
  const body = readJson(text.value, parseJson);
  if (!body.ok) return body;
  if (type === CLOUDEVENTS_JSON) return accepted({ mode: 'structured', events: [body.value] });
  if (Array.isArray(body.value)) return accepted({ mode: 'batched', events: body.value });
  return refused(eventProblem('body', typeof body.value, `must be a JSON array (${CLOUDEVENTS_BATCH_JSON})`));
}

interface Binary {
  readonly binding: 'http' | 'kafka';
  readonly parseJson: CloudEventsOptions['parseJson'];
}

function readBinary(
  { headers, body }: CloudEventsMessage,
  contentType: string | undefined,
  { binding, parseJson }: Binary,
): Result<CloudEventsReading, EventProblem> {
  const attributes = readAttributes(headers, binding);
  if (!attributes.ok) return attributes;
  const event: Record<string, unknown> = { ...attributes.value };
  delete event.datacontenttype; // the message's own header says it
  if (contentType !== undefined) event.datacontenttype = contentType;
  if (body.length > 0) {
    const data = readData(body, contentType ?? '', parseJson);
    if (!data.ok) return data;
    Object.assign(event, data.value);
  }
  return accepted({ mode: 'binary', events: [event] });
}

const ATTRIBUTE = /^[a-z0-9]+$/;

function readAttributes(
  headers: CloudEventsMessage['headers'],
  binding: 'http' | 'kafka',
): Result<Readonly<Record<string, string>>, EventProblem> {
  const prefix = binding === 'http' ? 'ce-' : 'ce_';
  const attributes: [string, string][] = [];
  for (const [header, given] of Object.entries(headers)) {
    const lower = header.toLowerCase();
    if (!lower.startsWith(prefix) || given === undefined) continue;
    const name = lower.slice(prefix.length);
    if (!ATTRIBUTE.test(name) || name === 'data') {
      return refused(eventProblem(lower, given, 'must name an attribute: lower-case letters and digits, and not data'));
    }
    const value = binding === 'http' ? decodeHeader(given) : given;
    if (value === undefined) return refused(eventProblem(lower, given, 'must be percent-encoded UTF-8'));
    attributes.push([name, value]);
  }
  return accepted(Object.fromEntries(attributes));
}

/** `undefined` when the percent-encoding is broken. */
function decodeHeader(given: string): string | undefined {
  const trimmed = given.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(trimmed)?.[1];
  const text = quoted === undefined ? trimmed : quoted.replace(/\\(.)/gs, '$1');
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readData(
  body: CloudEventsMessage['body'],
  contentType: string,
  parseJson: CloudEventsOptions['parseJson'],
): Result<{ readonly data: unknown } | { readonly data_base64: string }, EventProblem> {
  const type = mediaType(contentType);
  const isJson = type === '' || /[/+]json$/.test(type);
  if (!isJson && !/^text\/|[/+]xml$/.test(type)) return accepted({ data_base64: base64(body) });
  const text = readText(body, contentType);
  if (!text.ok) return text;
  if (!isJson) return accepted({ data: text.value });
  const data = readJson(text.value, parseJson);
  return data.ok ? accepted({ data: data.value }) : data;
}

function base64(body: CloudEventsMessage['body']): string {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}

function readText(body: CloudEventsMessage['body'], contentType: string): Result<string, EventProblem> {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (!['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    return refused(eventProblem('content-type', contentType, 'the character set must be utf-8'));
  }
  return accepted(typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body));
}

function readJson(text: string, parseJson: CloudEventsOptions['parseJson']): Result<unknown, EventProblem> {
  if (parseJson) return accepted(parseJson(text));
  try {
    return accepted(JSON.parse(text));
  } catch {
    return refused(eventProblem('body', text, 'is not JSON'));
  }
}

function headerOf(headers: CloudEventsMessage['headers'], name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function mediaType(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? '';
}
