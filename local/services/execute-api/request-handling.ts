/**
 * The way of a request through an HTTP API: stage, CORS, route, function, answer, access log. Every refusal is answered as
 * API Gateway answers it.
 */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { HttpRequest, HttpResponse } from '../../cloud/service.ts';
import { writeAccessLog } from './access-log.ts';
import { preflightResponse, withCors } from './cors.ts';
import type { Deadlines } from './deadlines.ts';
import type { HttpApi, HttpApis, HttpStage } from './http-api.ts';
import { proxyEvent } from './proxy-event.ts';
import { message, proxyResponse } from './proxy-response.ts';
import { type RouteMatch, RouteTable } from './route-table.ts';
import type { Throttling } from './throttling.ts';

export const PATH_PREFIX = '/execute-api/';
const DEFAULT_STAGE = '$default';
const LARGEST_BODY_BYTES = 10 * 2 ** 20;

const tables = new WeakMap<HttpApi, { readonly revision: number; readonly table: RouteTable }>();

interface Located {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Below the API's prefix, with the stage's name unless it is the default stage. */
  readonly path: string;
  /** What routes are matched with. */
  readonly routePath: string;
}

interface Handling extends Located {
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly startedMs: number;
}

export interface RequestHandlingOptions {
  readonly cloud: Cloud;
  readonly apis: HttpApis;
  readonly deadlines: Deadlines;
  readonly throttling: Throttling;
}

export async function handleRequest(options: RequestHandlingOptions, request: HttpRequest): Promise<HttpResponse> {
  const { cloud, apis } = options;
  const located = locate(apis, request.path);
  if (!located) return message(404, 'Not Found');
  const handling = { ...located, request, requestId: cloud.ids.uuid(), startedMs: cloud.clock.now() };
  const { api, stage, path, routePath } = handling;
  const preflight = api.cors && preflightResponse(api.cors, request);
  const match = preflight ? undefined : routeTable(api).match(request.method, routePath);
  const answer = preflight ?? (await answerRequest(options, handling, match));
  const response = api.cors && !preflight ? withCors(api.cors, request, answer) : answer;
  const { requestId, startedMs } = handling;
  const routeKey = match?.route.routeKey ?? '-';
  writeAccessLog(cloud, { apiId: api.apiId, stage, request, response, path, routeKey, requestId, startedMs });
  measure(cloud, handling, response);
  return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
}

function locate(apis: HttpApis, fullPath: string): Located | undefined {
  const rest = fullPath.slice(PATH_PREFIX.length);
  const slash = rest.indexOf('/');
  const api = apis.find(slash < 0 ? rest : rest.slice(0, slash));
  if (!api) return undefined;
  const path = slash < 0 ? '/' : rest.slice(slash);
  const end = path.indexOf('/', 1);
  const stageName = path.slice(1, end < 0 ? undefined : end);
  const named = stageName === DEFAULT_STAGE ? undefined : api.stages.get(stageName);
  if (named) return { api, stage: named, path, routePath: end < 0 ? '/' : path.slice(end) };
  const stage = api.stages.get(DEFAULT_STAGE);
  return stage && { api, stage, path, routePath: path };
}

/** Built once, and again when the API has changed. */
function routeTable(api: HttpApi): RouteTable {
  const known = tables.get(api);
  if (known?.revision === api.revision) return known.table;
  const table = new RouteTable(api.routes.values());
  tables.set(api, { revision: api.revision, table });
  return table;
}

async function answerRequest(
  options: RequestHandlingOptions,
  handling: Handling,
  match: RouteMatch | undefined,
): Promise<HttpResponse> {
  const integration = match && handling.api.integrations.get(match.route.integrationId);
  if (!match || !integration) return message(404, 'Not Found');
  if (!options.throttling.admits(handling.stage, match.route.routeKey)) return message(429, 'Too Many Requests');
  if (handling.request.body.length > LARGEST_BODY_BYTES) return message(413, 'Request Entity Too Large');
  return new Promise((resolve, reject) => {
    const cancel = options.deadlines.set(integration.timeoutMs, () => resolve(message(503, 'Service Unavailable')));
    void callFunction(options.cloud, handling, { match, functionArn: integration.functionArn }).then(response => {
      cancel();
      resolve(response);
    }, reject);
  });
}

async function callFunction(
  cloud: Cloud,
  handling: Handling,
  { match, functionArn }: { match: RouteMatch; functionArn: string },
): Promise<HttpResponse> {
  const { api, stage, request, requestId } = handling;
  const payload = proxyEvent(request, {
    accountId: cloud.accountId,
    apiId: api.apiId,
    domainName: request.headers.host ?? '',
    stage: stage.stageName,
    stageVariables: stage.variables,
    requestId,
    nowMs: handling.startedMs,
    path: handling.path,
    match,
  });
  const [method = '', path = ''] =
    match.route.routeKey === '$default' ? ['$default', '/$default'] : match.route.routeKey.split(' ');
  const sourceArn = cloud.arn(
    'execute-api',
    `${api.apiId}/${stage.stageName}/${method === 'ANY' ? '*' : method}${path}`,
  );
  try {
    const answer = await cloud.call<{ Payload?: string; FunctionError?: string }>({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: functionArn, InvocationType: 'RequestResponse', Payload: payload },
      principal: { kind: 'service', service: 'apigateway.amazonaws.com', sourceArn },
    });
    return answer.FunctionError ? message(500, 'Internal Server Error') : proxyResponse(answer.Payload ?? 'null');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.status === 429 ? message(503, 'Service Unavailable') : message(500, 'Internal Server Error');
  }
}

function measure(cloud: Cloud, { api, stage, startedMs }: Handling, { status }: HttpResponse): void {
  const dimensions = { ApiId: api.apiId, Stage: stage.stageName };
  const put = (name: string, value: number, unit = 'Count') =>
    cloud.metrics({ namespace: 'AWS/ApiGateway', name, dimensions, value, unit });
  put('Count', 1);
  put('4xx', status >= 400 && status < 500 ? 1 : 0);
  put('5xx', status >= 500 ? 1 : 0);
  put('Latency', cloud.clock.now() - startedMs, 'Milliseconds');
}
