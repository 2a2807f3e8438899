import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { jsonErrorPosition } from '../../core/index.ts';

export type HttpRequest = APIGatewayProxyEventV2;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** RFC 9457 problem details; further members say more. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** Why a request is refused as a whole. */
export class RequestProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
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

/** Runs a handler; a `RequestProblem` that it throws becomes the answer, anything else stays an error of the function. */
export async function answering(answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof RequestProblem) return problem(error.problem);
    throw error;
  }
}

/** The body's text. @throws RequestProblem when it is larger than `maxBytes` */
export function bodyText(request: HttpRequest, maxBytes: number): string {
  const body = request.body ?? '';
  const bytes = request.isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body);
  if (bytes.length <= maxBytes) return request.isBase64Encoded ? bytes.toString('utf8') : body;
  throw new RequestProblem({
    status: 413,
    title: 'Body too large',
    detail: `the body must be at most ${maxBytes} bytes, received ${bytes.length}`,
  });
}

/** The value of a JSON text. @throws RequestProblem that says where the text stops being JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const position = jsonErrorPosition(text);
    const where = position ? `at line ${position.line}, column ${position.column} (offset ${position.offset})` : '';
    throw new RequestProblem({
      status: 400,
      title: 'Malformed JSON',
      detail: `the body is not JSON: unexpected ${text.length === position?.offset ? 'end' : 'character'} ${where}`,
      ...(position && { position }),
    });
  }
}

/** A header, whatever the case of its name. */
export function header(request: HttpRequest, name: string): string | undefined {
  const entry = Object.entries(request.headers).find(([key]) => key.toLowerCase() === name);
  return entry?.[1];
}
