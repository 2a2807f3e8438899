import { bodyText, type HttpRequest, header, parseJson, RequestProblem } from '../runtime/http.ts';
import type { CollectOptions } from './collect.ts';

/** Limits of one request. */
export const MAX_BODY_BYTES = 1024 * 1024;
export const MAX_EVENTS = 500;

const BATCH = 'application/cloudevents-batch+json';
const CONTENT_TYPES = ['application/json', 'application/cloudevents+json', BATCH];

/** The events of a request, still to be judged. @throws RequestProblem when the request as a whole is unusable */
export function readEvents(request: HttpRequest): readonly unknown[] {
  const contentType = checkContentType(request);
  const body = parseJson(bodyText(request, MAX_BODY_BYTES));
  const fault = { field: 'body', status: 400 };
  if (!Array.isArray(body)) {
    if (contentType !== BATCH) return [body];
    throw new RequestProblem({
      ...fault,
      title: 'Not a batch',
      value: typeof body,
      reason: `must be a JSON array (${BATCH})`,
    });
  }
  if (body.length === 0) {
    throw new RequestProblem({ ...fault, title: 'Empty batch', value: 0, reason: 'must hold at least one event' });
  }
  if (body.length <= MAX_EVENTS) return body;
  const reason = `must hold at most ${MAX_EVENTS} events, received ${body.length}`;
  throw new RequestProblem({ ...fault, status: 413, title: 'Too many events', value: body.length, reason });
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
