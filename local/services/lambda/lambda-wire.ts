import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { HttpRequest, HttpResponse, HttpWire, JsonObject } from '../../cloud/service.ts';

/** One operation of Lambda's REST interface. Names in braces are members that stand in the path. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** Status of a successful answer. @default 200 */
  readonly status?: number;
}

const FUNCTION = '/2015-03-31/functions/{FunctionName}';
const MAPPINGS = '/2015-03-31/event-source-mappings';
const CONCURRENCY = '/functions/{FunctionName}/concurrency';
const INVOKE_CONFIG = '/2019-09-25/functions/{FunctionName}/event-invoke-config';

const ROUTES: readonly Route[] = [
  { method: 'POST', path: `${FUNCTION}/invocations`, operation: 'Invoke' },
  { method: 'GET', path: '/2015-03-31/functions', operation: 'ListFunctions' },
  { method: 'POST', path: '/2015-03-31/functions', operation: 'CreateFunction', status: 201 },
  { method: 'GET', path: FUNCTION, operation: 'GetFunction' },
  { method: 'DELETE', path: FUNCTION, operation: 'DeleteFunction', status: 204 },
  { method: 'GET', path: `${FUNCTION}/configuration`, operation: 'GetFunctionConfiguration' },
  { method: 'PUT', path: `${FUNCTION}/configuration`, operation: 'UpdateFunctionConfiguration' },
  { method: 'PUT', path: `${FUNCTION}/code`, operation: 'UpdateFunctionCode' },
  { method: 'POST', path: `${FUNCTION}/policy`, operation: 'AddPermission', status: 201 },
  { method: 'GET', path: `${FUNCTION}/policy`, operation: 'GetPolicy' },
  { method: 'DELETE', path: `${FUNCTION}/policy/{StatementId}`, operation: 'RemovePermission', status: 204 },
  { method: 'POST', path: `${FUNCTION}/versions`, operation: 'PublishVersion', status: 201 },
  { method: 'GET', path: `${FUNCTION}/versions`, operation: 'ListVersionsByFunction' },
  { method: 'POST', path: `${FUNCTION}/aliases`, operation: 'CreateAlias', status: 201 },
  { method: 'GET', path: `${FUNCTION}/aliases/{Name}`, operation: 'GetAlias' },
  { method: 'PUT', path: `${FUNCTION}/aliases/{Name}`, operation: 'UpdateAlias' },
  { method: 'DELETE', path: `${FUNCTION}/aliases/{Name}`, operation: 'DeleteAlias', status: 204 },
  { method: 'PUT', path: `/2017-10-31${CONCURRENCY}`, operation: 'PutFunctionConcurrency' },
  { method: 'DELETE', path: `/2017-10-31${CONCURRENCY}`, operation: 'DeleteFunctionConcurrency', status: 204 },
  { method: 'GET', path: `/2019-09-30${CONCURRENCY}`, operation: 'GetFunctionConcurrency' },
  { method: 'PUT', path: INVOKE_CONFIG, operation: 'PutFunctionEventInvokeConfig' },
  { method: 'POST', path: INVOKE_CONFIG, operation: 'UpdateFunctionEventInvokeConfig' },
  { method: 'GET', path: INVOKE_CONFIG, operation: 'GetFunctionEventInvokeConfig' },
  { method: 'DELETE', path: INVOKE_CONFIG, operation: 'DeleteFunctionEventInvokeConfig', status: 204 },
  { method: 'POST', path: MAPPINGS, operation: 'CreateEventSourceMapping', status: 202 },
  { method: 'GET', path: MAPPINGS, operation: 'ListEventSourceMappings' },
  { method: 'GET', path: `${MAPPINGS}/{UUID}`, operation: 'GetEventSourceMapping' },
  { method: 'PUT', path: `${MAPPINGS}/{UUID}`, operation: 'UpdateEventSourceMapping', status: 202 },
  { method: 'DELETE', path: `${MAPPINGS}/{UUID}`, operation: 'DeleteEventSourceMapping', status: 202 },
];

const MATCHERS = ROUTES.map(route => ({ route, segments: route.path.split('/').slice(1) }));

interface Match {
  readonly route: Route;
  readonly members: JsonObject;
}

/** Lambda's REST JSON protocol. */
export function lambdaWire(cloud: Cloud): HttpWire {
  async function handle(request: HttpRequest, principal: Principal): Promise<HttpResponse> {
    const requestId = cloud.ids.uuid();
    try {
      const match = findRoute(request);
      const input = { ...queryMembers(request), ...match.members };
      const { operation } = match.route;
      if (operation === 'Invoke') return await invoke(request, input, { principal, requestId });
      const call = { service: 'lambda', operation, principal, requestId };
      const output = await cloud.call<JsonObject | undefined>({ ...call, input: { ...parseBody(request), ...input } });
      return jsonResponse(match.route.status ?? 200, output, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return errorResponse(error, requestId);
    }
  }

  async function invoke(
    request: HttpRequest,
    input: JsonObject,
    call: { principal: Principal; requestId: string },
  ): Promise<HttpResponse> {
    const { headers } = request;
    const payload = request.body.toString('utf8');
    checkPayload(payload);
    const answer = await cloud.call<{ StatusCode: number; [member: string]: unknown }>({
      service: 'lambda',
      operation: 'Invoke',
      input: {
        ...input,
        InvocationType: headers['x-amz-invocation-type'] ?? 'RequestResponse',
        LogType: headers['x-amz-log-type'] ?? 'None',
        Payload: payload,
      },
      ...call,
    });
    const answered = { 'content-type': 'application/json', 'x-amzn-requestid': call.requestId };
    return {
      status: answer.StatusCode,
      headers: {
        ...answered,
        ...header('x-amz-function-error', answer.FunctionError),
        ...header('x-amz-log-result', answer.LogResult),
        ...header('x-amz-executed-version', answer.ExecutedVersion),
      },
      body: typeof answer.Payload === 'string' ? answer.Payload : '',
    };
  }

  return { protocol: 'http', handle };
}

function findRoute({ method, path }: HttpRequest): Match {
  const segments = path.replace(/\/$/, '').split('/').slice(1).map(decodeURIComponent);
  for (const { route, segments: pattern } of MATCHERS) {
    if (route.method !== method || pattern.length !== segments.length) continue;
    const members: Record<string, string> = {};
    const matches = pattern.every((expected, index) => {
      const actual = segments[index] ?? '';
      if (!expected.startsWith('{')) return expected === actual;
      members[expected.slice(1, -1)] = actual;
      return true;
    });
    if (matches) return { route, members };
  }
  throw new AwsError('UnknownOperationException', `lambda ${method} ${path} is not supported by the embedded cloud`, {
    status: 404,
  });
}

function queryMembers({ query }: HttpRequest): JsonObject {
  return Object.fromEntries([...query].map(([name, value]) => [name, value]));
}

function parseBody({ body }: HttpRequest): JsonObject {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as JsonObject; // the operation checks its members
  } catch (cause) {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json', { cause });
  }
}

function checkPayload(payload: string): void {
  if (payload === '') return;
  try {
    JSON.parse(payload);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
      { cause, fields: { Type: 'User' } },
    );
  }
}

function jsonResponse(status: number, output: JsonObject | undefined, requestId: string): HttpResponse {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  return { status, headers, body: output === undefined ? '' : JSON.stringify(output) };
}

function errorResponse(error: AwsError, requestId: string): HttpResponse {
  const { retryAfterSeconds, ...fields } = error.fields;
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
      ...header('retry-after', retryAfterSeconds),
    },
    body: JSON.stringify({ message: error.message, Message: error.message, ...fields }),
  };
}

function header(name: string, value: unknown): Record<string, string> {
  return value === undefined ? {} : { [name]: String(value) };
}
