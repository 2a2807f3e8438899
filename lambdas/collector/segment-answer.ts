/**
 * What a tracker hears. Libraries look at the status only: 2xx is done, 400 is given up, 5xx is sent again.
 *
 * 1. What is wrong for good never makes a library send the good messages of its batch again: 200 while any was taken.
 * 2. What could not be taken now makes it send everything again: those that were taken are known as duplicates by their ids.
 * 3. Every message that was not taken is named, with the field and the reason, for whoever looks.
 */
import { type HttpAnswer, json, type Problem, RequestProblem } from '../runtime/http.ts';
import type { CollectReport, EventAnswer } from './collect.ts';

/** Pages of any origin may send: what they send is not read by anybody's cookie. */
const CROSS_ORIGIN = { 'access-control-allow-origin': '*' };

/** The answer to a browser that asks whether it may send. */
export function preflightAnswer(): HttpAnswer {
  return {
    statusCode: 204,
    headers: {
      ...CROSS_ORIGIN,
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, content-encoding',
      'access-control-max-age': '86400',
    },
  };
}

/** The answer for messages that were judged. */
export function reportAnswer(report: CollectReport, messages: readonly unknown[]): HttpAnswer {
  const problems = report.results.flatMap(result => problemOf(result, messages));
  const counts = { accepted: report.accepted, ...(problems.length > 0 ? { problems } : {}) };
  const busy = report.results.find(({ problem }) => problem?.status === 503);
  if (busy) {
    const reason = busy.problem?.reason ?? '';
    return failure({ status: 503, code: 'unavailable', message: `send it again: a message ${reason}`, more: counts });
  }
  if (report.accepted > 0 || problems.length === 0) return crossOrigin(json(200, { success: true, ...counts }));
  const [first] = problems;
  const message = `${first?.field || 'message'}: ${first?.reason}`;
  return failure({ status: 400, code: 'invalid_request', message, more: counts });
}

/** The answer for a request that is unusable as a whole. @throws what is no `RequestProblem` */
export function refusalAnswer(error: unknown): HttpAnswer {
  if (!(error instanceof RequestProblem)) throw error;
  const { status, detail, type: _type, ...more }: Problem = error.problem;
  return failure({ status, code: status === 401 ? 'unauthorized' : 'invalid_request', message: detail, more });
}

function problemOf({ index, status, problem }: EventAnswer, messages: readonly unknown[]) {
  if (!problem) return [];
  const { field, value, reason } = problem;
  const messageId = Object(messages[index]).messageId;
  return [{ index, messageId, status, field, ...(value === undefined ? {} : { value }), reason }];
}

interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly more: object;
}

function failure({ status, code, message, more }: Failure): HttpAnswer {
  const answer = crossOrigin(json(status, { success: false, code, message, ...more }));
  return status === 503 ? { ...answer, headers: { ...answer.headers, 'retry-after': '1' } } : answer;
}

function crossOrigin(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...CROSS_ORIGIN } };
}
