import type { HttpResponse } from '../../cloud/service.ts';

interface StructuredAnswer {
  readonly statusCode: number | string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

/**
 * What a function's answer becomes. An answer without `statusCode` is the body itself, as JSON, with status 200; one that
 * cannot be understood is an internal server error.
 */
export function proxyResponse(payload: string): HttpResponse {
  const answer: unknown = JSON.parse(payload);
  if (!isStructured(answer)) {
    const body = typeof answer === 'string' ? answer : answer === null ? '' : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return message(500, 'Internal Server Error');
  const body = answer.body === undefined || answer.body === null ? '' : asText(answer.body);
  return {
    status,
    headers: responseHeaders(answer),
    body: answer.isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

/** An answer of the API itself. */
export function message(status: number, text: string): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) };
}

function isStructured(answer: unknown): answer is StructuredAnswer {
  return typeof answer === 'object' && answer !== null && 'statusCode' in answer;
}

function responseHeaders({ headers = {}, cookies }: StructuredAnswer): HttpResponse['headers'] {
  const merged: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of Object.entries(headers)) merged[name.toLowerCase()] = String(value);
  if (cookies && cookies.length > 0) merged['set-cookie'] = [...cookies];
  return merged;
}

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
