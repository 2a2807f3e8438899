import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ConflictError, eventProblem, jsonErrorPosition, messageOf, ThrottledError } from '../../core/index.ts';

/** So much of a broken body is shown, from where it breaks. */
const VALUE_CHARS = 40;

export type HttpRequest = APIGatewayProxyEventV2;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** RFC 9457 problem details; further members say more. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** What is wrong with a request as a whole. */
export interface RequestFault {
  readonly status: number;
  readonly title: string;
  /** The header, query parameter or part of the request that is wrong. */
  readonly field: string;
  /** What stood there, or how much of it; cut to a readable length. Absent when there was nothing. */
  readonly value?: unknown;
  readonly reason: string;
  readonly [member: string]: unknown;
}

/** Why a request is refused as a whole. */
export class RequestProblem extends Error {
  readonly problem: Problem;

  constructor({ status, title, field, value, reason, ...more }: RequestFault) {
    super(reason);
    this.problem = { status, title, detail: `${field}: ${reason}`, ...more, ...eventProblem(field, value, reason) };
  }
}

/** An answer in JSON. */
export function json(status: number, body: unknown): HttpAnswer {
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A refusal in JSON, as problem details. */
export function problem(details: Problem): HttpAnswer {
  return {
    statusCode: details.status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', ...details }),
  };
}

/**
 * Runs a handler; a `RequestProblem` that it throws becomes the answer, and so does a passing trouble (503, try again).
 * Anything else stays an error of the function.
 */
export async function answering(answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof RequestProblem) return problem(error.problem);
    if (!(error instanceof ThrottledError || error instanceof ConflictError)) throw error;
    const detail = 'could not be done now: send it again';
    const busy = problem({ status: 503, title: 'Busy', detail, reason: messageOf(error) });
    return { ...busy, headers: { ...busy.headers, 'retry-after': '1' } };
  }
}

/** The body's text. @throws RequestProblem when it is larger than `maxBytes` */
export function bodyText(request: HttpRequest, maxBytes: number): string {
  const content = bodyContent(request, maxBytes);
  return typeof content === 'string' ? content : content.toString('utf8');
}

/** The body as it came: text, or bytes. @throws RequestProblem when it is larger than `maxBytes` */
export function bodyContent(request: HttpRequest, maxBytes: number): string | Buffer {
  const body = request.body ?? '';
  const bytes = request.isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body);
  if (bytes.length <= maxBytes) return request.isBase64Encoded ? bytes : body;
  throw new RequestProblem({
    status: 413,
    title: 'Body too large',
    field: 'body',
    value: bytes.length,
    reason: `must be at most ${maxBytes} bytes, received ${bytes.length}`,
  });
}

/** The value of a JSON text. @throws RequestProblem that says where the text stops being JSON, and what stands there */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const position = jsonErrorPosition(text);
    const where = position ? ` at line ${position.line}, column ${position.column} (offset ${position.offset})` : '';
    const rest = text.slice(position?.offset ?? 0, (position?.offset ?? 0) + VALUE_CHARS);
    throw new RequestProblem({
      status: 400,
      title: 'Malformed JSON',
      field: 'body',
      ...(rest === '' ? {} : { value: rest }),
      reason: `is not JSON: unexpected ${rest === '' ? 'end' : 'character'}${where}`,
      ...(position && { position }),
    });
  }
}

/** A header, whatever the case of its name. */
export function header(request: HttpRequest, name: string): string | undefined {
  const entry = Object.entries(request.headers).find(([key]) => key.toLowerCase() === name);
  return entry?.[1];
}
