/** Requests as an SDK sends them, and answers as the recorder's client (boto3) shows them. */
import type { Cloud } from '../../../../local/cloud/cloud.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../../../local/cloud/service.ts';

const FUNCTIONS = '/2015-03-31/functions';
const MAPPINGS = '/2015-03-31/event-source-mappings';

/** Method and path of Lambda's operations; names in braces are members of the input. */
const LAMBDA_ROUTES: Readonly<Record<string, readonly [string, string]>> = {
  CreateEventSourceMapping: ['POST', MAPPINGS],
  DeleteEventSourceMapping: ['DELETE', `${MAPPINGS}/{UUID}`],
  GetEventSourceMapping: ['GET', `${MAPPINGS}/{UUID}`],
  ListEventSourceMappings: ['GET', MAPPINGS],
  UpdateEventSourceMapping: ['PUT', `${MAPPINGS}/{UUID}`],
  PublishVersion: ['POST', `${FUNCTIONS}/{FunctionName}/versions`],
  PutFunctionConcurrency: ['PUT', '/2017-10-31/functions/{FunctionName}/concurrency'],
  PutFunctionEventInvokeConfig: ['PUT', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
  UpdateFunctionEventInvokeConfig: ['POST', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
  UpdateFunctionConfiguration: ['PUT', `${FUNCTIONS}/{FunctionName}/configuration`],
};

export function lambdaRequest(operation: string, input: JsonObject): HttpRequest {
  const route = LAMBDA_ROUTES[operation];
  if (!route) throw new Error(`Cannot repeat the test: no path is known for Lambda's ${operation}`);
  const [method, template] = route;
  const path = template.replace(/\{(\w+)\}/, (_, member: string) => encodeURIComponent(String(input[member])));
  const asQuery = method === 'GET' && !template.includes('{');
  return {
    method,
    path,
    query: new URLSearchParams(asQuery ? (input as Record<string, string>) : {}), // lists ask by text only
    headers: signature('lambda'),
    body: method === 'GET' || method === 'DELETE' ? Buffer.alloc(0) : Buffer.from(JSON.stringify(input)),
  };
}

export function targetRequest(
  cloud: Cloud,
  { service, operation, input }: { service: string; operation: string; input: JsonObject },
): HttpRequest {
  const wire = cloud.service(service)?.wire;
  if (wire?.protocol !== 'json') throw new Error(`Cannot call ${service}: it is not served over AWS JSON`);
  return {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { ...signature(service), 'x-amz-target': `${wire.targetPrefix}.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
  };
}

function signature(service: string): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=conformance/20260101/us-east-1/${service}/aws4_request, Signature=0`,
  };
}

/** SQS names these in its answers but not in its API model, so that a client shows no members of them. */
const UNMODELLED = new Set(['InvalidParameterValueException', 'MissingRequiredParameterException']);

export function recordedAnswer(service: string, { status, headers, body }: HttpResponse): JsonObject {
  const answer = body.length === 0 ? {} : (JSON.parse(body.toString()) as JsonObject); // both protocols answer objects
  const ResponseMetadata = { HTTPHeaders: {}, HTTPStatusCode: status };
  if (status < 400) return { ...answer, ResponseMetadata };
  const code = String(headers['x-amzn-errortype'] ?? answer.__type);
  const { __type: _, Message: __, message, ...members } = answer;
  const refusal = { Code: code, Message: message, ...queryMembers(service, headers, code) };
  if (UNMODELLED.has(code) && service === 'sqs') return { Error: refusal, ResponseMetadata };
  return { Error: refusal, ...members, message, ResponseMetadata };
}

/** SQS still tells the error's code in its older protocol; clients that know both show it first. */
function queryMembers(service: string, headers: HttpResponse['headers'], code: string): JsonObject {
  const header = headers['x-amzn-query-error'];
  if (service !== 'sqs' || typeof header !== 'string') return {};
  const [Code, Type] = header.split(';');
  return { Code, Type, QueryErrorCode: code };
}
