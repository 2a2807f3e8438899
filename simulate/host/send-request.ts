import type { HttpRequest, HttpResponse } from '../../local/cloud/service.ts';

/** Carries a function's request to the cloud. Never resolves once the function has died. */
export type SendRequest = (request: HttpRequest) => Promise<HttpResponse>;

/** What a client asked for, in the form in which the cloud's router takes it. */
export function toRequest(options: {
  readonly method: string;
  /** With the query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: readonly Buffer[];
}): HttpRequest {
  const { method, target, body } = options;
  const queryAt = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers)) {
    if (value === undefined) continue;
    headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return {
    method,
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1)),
    headers,
    body: Buffer.concat(body),
  };
}

/** The bytes of an answer, and its headers with their length. */
export function answerOf({ headers, body }: HttpResponse): {
  headers: Record<string, string | string[]>;
  body: Buffer;
} {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return { headers: { ...headers, 'content-length': String(bytes.length) }, body: bytes };
}
