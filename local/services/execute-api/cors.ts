import type { HttpRequest, HttpResponse } from '../../cloud/service.ts';
import type { CorsConfiguration } from './http-api.ts';

type Headers = Readonly<Record<string, string>>;

/** The API's own answer to a preflight request. @returns undefined when this is none */
export function preflightResponse(cors: CorsConfiguration, request: HttpRequest): HttpResponse | undefined {
  const asked = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || request.headers.origin === undefined || asked === undefined) return undefined;
  const allowed = originHeaders(cors, request);
  if (Object.keys(allowed).length === 0) return { status: 204, headers: {}, body: '' };
  return {
    status: 204,
    headers: {
      ...allowed,
      ...list('access-control-allow-methods', cors.AllowMethods),
      ...list('access-control-allow-headers', cors.AllowHeaders),
      ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
    },
    body: '',
  };
}

/** Replaces the CORS headers that the function may have set: the API's configuration decides. */
export function withCors(cors: CorsConfiguration, request: HttpRequest, response: HttpResponse): HttpResponse {
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const added = { ...originHeaders(cors, request), ...list('access-control-expose-headers', cors.ExposeHeaders) };
  return {
    ...response,
    headers: { ...Object.fromEntries(own), ...(request.headers.origin === undefined ? {} : added) },
  };
}

function originHeaders(cors: CorsConfiguration, { headers: { origin } }: HttpRequest): Headers {
  const allowed = cors.AllowOrigins ?? [];
  if (origin === undefined || !allowed.some(pattern => originMatches(pattern, origin))) return {};
  return {
    'access-control-allow-origin': allowed.includes('*') && cors.AllowCredentials !== true ? '*' : origin,
    ...(allowed.includes('*') ? {} : { vary: 'origin' }),
    ...(cors.AllowCredentials === true ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

/** `*`, `https://*` and the like, or the origin itself. */
function originMatches(pattern: string, origin: string): boolean {
  return pattern === '*' || pattern === origin || (pattern.endsWith('://*') && origin.startsWith(pattern.slice(0, -1)));
}

function list(name: string, values: readonly string[] | undefined): Headers {
  return values && values.length > 0 ? { [name]: values.join(',') } : {};
}
