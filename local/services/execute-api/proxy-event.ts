import type { HttpRequest } from '../../cloud/service.ts';
import type { RouteMatch } from './route-table.ts';

/** What a request is about, apart from the request itself. */
export interface ProxyContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  readonly requestId: string;
  readonly nowMs: number;
  /** Below the API's own prefix; begins with a slash. */
  readonly path: string;
  readonly match: RouteMatch;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TEXT_TYPE = /^(text\/|application\/(json|xml|javascript)\b|application\/[^;]*\+(json|xml)\b)/i;

/** The event of payload format 2.0, as JSON text. */
export function proxyEvent(request: HttpRequest, context: ProxyContext): string {
  const { cookie, ...headers } = request.headers;
  const { match, path } = context;
  const query = request.query.toString();
  return JSON.stringify({
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers,
    ...(query === '' ? {} : { queryStringParameters: joinedQuery(request.query) }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      domainName: context.domainName,
      domainPrefix: context.apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: match.route.routeKey,
      stage: context.stage,
      time: accessTime(context.nowMs),
      timeEpoch: context.nowMs,
    },
    ...(match.pathParameters ? { pathParameters: match.pathParameters } : {}),
    ...(context.stageVariables ? { stageVariables: context.stageVariables } : {}),
    ...bodyMembers(request),
  });
}

/** `12/Mar/2026:19:03:58 +0000` */
export function accessTime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

function bodyMembers({ body, headers }: HttpRequest): Record<string, unknown> {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = headers['content-type'];
  const isText = (type === undefined || TEXT_TYPE.test(type)) && !isCompressed(headers);
  return isText
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

/** Compressed bytes are no text, whatever they are of. Not documented: what else could travel in a JSON string whole. */
function isCompressed(headers: HttpRequest['headers']): boolean {
  return !['', 'identity'].includes(headers['content-encoding']?.trim().toLowerCase() ?? '');
}

/** Values of a repeated name are joined by commas. */
function joinedQuery(query: URLSearchParams): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of query) joined[name] = name in joined ? `${joined[name]},${value}` : value;
  return joined;
}
