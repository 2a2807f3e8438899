/** AWS JSON 1.0 and 1.1: one POST per call, the operation named in `X-Amz-Target`. */
import { AwsError } from '../cloud/aws-error.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject, JsonWire, Service } from '../cloud/service.ts';
import { answerEvents, eventsOf } from './event-answer.ts';
import { EVENT_STREAM_TYPE } from './event-stream.ts';

export interface JsonCall {
  readonly operation: string;
  readonly request: HttpRequest;
  readonly principal: Principal;
}

export async function answerJson(
  cloud: Cloud,
  service: Service,
  wire: JsonWire,
  call: JsonCall,
): Promise<HttpResponse> {
  const requestId = cloud.ids.uuid();
  const headers = { 'content-type': `application/x-amz-json-${wire.version}`, 'x-amzn-requestid': requestId };
  try {
    const input = parseInput(call.request.body);
    const { operation, principal } = call;
    const output = await cloud.call<unknown>({ service: service.name, operation, input, principal, requestId });
    const events = eventsOf(output);
    if (!events) return { status: 200, headers, body: output === undefined ? '{}' : JSON.stringify(output) };
    const answer = answerEvents(output as JsonObject, events, headers['content-type']); // an object: it has a member
    return { status: 200, headers: { ...headers, 'content-type': EVENT_STREAM_TYPE }, ...answer };
  } catch (error) {
    return { ...errorResponse(error), headers: { ...headers, ...errorHeaders(error) } };
  }
}

function parseInput(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject; // checked just here
  } catch (cause) {
    throw new AwsError('SerializationException', 'The body is not valid JSON', { cause });
  }
  throw new AwsError('SerializationException', 'Start of structure or map found where not expected');
}

/** An engine that fails otherwise than by `AwsError` is a bug here; the caller sees what AWS shows for a bug of its own. */
function errorResponse(error: unknown): { status: number; body: string } {
  if (error instanceof AwsError) {
    return {
      status: error.status,
      body: JSON.stringify({ __type: error.code, message: error.message, ...error.fields }),
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, body: JSON.stringify({ __type: 'InternalFailure', message }) };
}

/** Clients that still know a service by its old query protocol read the error's code from this header. */
function errorHeaders(error: unknown): Record<string, string> {
  if (!(error instanceof AwsError)) return {};
  const fault = error.status >= 500 ? 'Receiver' : 'Sender';
  return { 'x-amzn-errortype': error.code, 'x-amzn-query-error': `${error.queryCode ?? error.code};${fault}` };
}
