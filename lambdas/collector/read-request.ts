import { CLOUDEVENTS_BATCH_JSON, CLOUDEVENTS_JSON, isBinaryMode, readCloudEvents } from '../../core/index.ts';
import { bodyContent, bodyText, type HttpRequest, header, parseJson, RequestProblem } from '../runtime/http.ts';
import type { CollectOptions } from './collect.ts';

/** Limits of one request. */
export const MAX_BODY_BYTES = 1024 * 1024;
export const MAX_EVENTS = 500;

const PLAIN = 'application/json';
const CONTENT_TYPES = [PLAIN, CLOUDEVENTS_JSON, CLOUDEVENTS_BATCH_JSON];

/**
 * The events of a request, still to be judged: in any content mode of CloudEvents, or as plain JSON, one or a list.
 * @throws RequestProblem when the request as a whole is unusable
 */
export function readEvents(request: HttpRequest): readonly unknown[] {
  if (isBinaryMode(request.headers)) return readMessage(request);
  const contentType = checkContentType(request);
  const events = contentType === PLAIN ? [parseJson(bodyText(request, MAX_BODY_BYTES))] : readMessage(request);
  const [first] = events;
  if (contentType === CLOUDEVENTS_BATCH_JSON) return checkCount(events);
  return Array.isArray(first) ? checkCount(first) : events;
}

function readMessage(request: HttpRequest): readonly unknown[] {
  const message = { headers: request.headers, body: bodyContent(request, MAX_BODY_BYTES) };
  const reading = readCloudEvents(message, { parseJson });
  if (reading.ok) return reading.value.events;
  const { field, value, reason } = reading.problem;
  const isType = field === 'content-type';
  const title = isType ? 'Unsupported content type' : field === 'body' ? 'Not a batch' : 'Malformed header';
  throw new RequestProblem({ status: isType ? 415 : 400, title, field, value, reason });
}

function checkCount(events: readonly unknown[]): readonly unknown[] {
  const fault = { field: 'body', value: events.length };
  if (events.length === 0) {
    throw new RequestProblem({ ...fault, status: 400, title: 'Empty batch', reason: 'must hold at least one event' });
  }
  if (events.length <= MAX_EVENTS) return events;
  const reason = `must hold at most ${MAX_EVENTS} events, received ${events.length}`;
  throw new RequestProblem({ ...fault, status: 413, title: 'Too many events', reason });
}

/** What the request asks for. @throws RequestProblem when it asks for something unknown */
export function readOptions(request: HttpRequest): CollectOptions {
  const onInvalid = request.queryStringParameters?.onInvalid ?? 'refuse';
  if (onInvalid !== 'refuse' && onInvalid !== 'quarantine') {
    const reason = "must be 'refuse' or 'quarantine'";
    throw new RequestProblem({ status: 400, title: 'Unknown option', field: 'onInvalid', value: onInvalid, reason });
  }
  return { onInvalid, backfill: header(request, 'millrace-backfill') === 'true' };
}

function checkContentType(request: HttpRequest): string {
  const given = header(request, 'content-type') ?? '';
  const contentType = given.split(';')[0]?.trim().toLowerCase() ?? '';
  if (CONTENT_TYPES.includes(contentType)) return contentType;
  throw new RequestProblem({
    status: 415,
    title: 'Unsupported content type',
    field: 'content-type',
    ...(given === '' ? {} : { value: given }),
    reason: `must be one of ${CONTENT_TYPES.join(', ')}`,
  });
}
