import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { type ApiDestination, type Connection, connectionParameters } from '../connection.ts';
import { connectionToken, endpointUrl } from '../delivery/connection-token.ts';
import { DeliveryError } from '../delivery/delivery-failure.ts';
import { type IncomingAnswer, sendToLoopback } from '../delivery/loopback-http.ts';
import type { EventsEngine } from '../events-engine.ts';
import { notFound } from '../events-error.ts';
import { isObject, listMember, objectMember, textMember } from '../request-members.ts';

/** What EventBridge sends with every call; a target or connection may put others in the place of the first two. */
const HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'User-Agent': 'Amazon/EventBridge/ApiDestinations',
  Range: 'bytes=0-1048575',
};
/** Answers after which EventBridge tries again, besides all from 500 on. */
const RETRYABLE = new Set([401, 407, 409, 429]);
const UNAUTHORIZED = new Set([401, 407]);

/**
 * Calls the endpoint of an API destination. AWS has the permission of this name but no such call in its API: it stands here
 * so that the target's role is judged as for every other target.
 *
 * @throws DeliveryError when the endpoint does not accept the event
 */
export async function invokeApiDestination(engine: EventsEngine, input: JsonObject): Promise<void> {
  const arn = textMember(input, 'ApiDestinationArn') ?? '';
  const destination = engine.apiDestinations.get(arn.split('/')[1] ?? '');
  if (destination?.arn !== arn) throw notFound(`API destination ${arn} does not exist`);
  const connection = engine.connectionOf(destination.connectionArn);
  if (!connection) throw notFound(`Connection '${destination.connectionArn.split('/')[1]}' does not exist`);
  if (connection.state === 'DEAUTHORIZED' && connection.authorizationType !== 'OAUTH_CLIENT_CREDENTIALS')
    throw deauthorized(connection);
  await turn(engine.cloud, destination);
  const { token, state } = connection;
  const answer = await call(engine.cloud, { destination, connection, input }).finally(() => {
    if (connection.token !== token || connection.state !== state) engine.changed.connection(connection);
  });
  if (UNAUTHORIZED.has(answer.status) && connection.token !== undefined) {
    connection.token = undefined;
    engine.changed.connection(connection);
  }
  if (answer.status < 200 || answer.status >= 300) throw refused(destination, answer);
}

/** Waits until the rate limit lets the next call begin. */
async function turn({ clock }: Cloud, destination: ApiDestination): Promise<void> {
  const startMs = Math.max(clock.now(), destination.freeAtMs);
  destination.freeAtMs = startMs + 1000 / destination.ratePerSecond;
  if (startMs > clock.now()) await clock.sleep(startMs - clock.now());
}

interface DestinationCall {
  readonly destination: ApiDestination;
  readonly connection: Connection;
  readonly input: JsonObject;
}

async function call(cloud: Cloud, { destination, connection, input }: DestinationCall): Promise<IncomingAnswer> {
  const own = objectMember(input, 'HttpParameters') ?? {};
  const shared = objectMember(connection.authParameters, 'InvocationHttpParameters');
  const url = endpointUrl(withPathParameters(destination.endpoint, listMember(own, 'PathParameterValues').map(String)));
  const query = { ...texts(own, 'QueryStringParameters'), ...connectionParameters(shared, 'QueryStringParameters') };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return sendToLoopback(cloud.clock, {
    method: destination.method,
    url,
    headers: withoutRepeats({
      ...HEADERS,
      ...texts(own, 'HeaderParameters'),
      ...connectionParameters(shared, 'HeaderParameters'),
      ...(await authorizationHeaders(cloud, connection)),
    }),
    body: withBodyParameters(textMember(input, 'Body') ?? '', connectionParameters(shared, 'BodyParameters')),
  });
}

async function authorizationHeaders(cloud: Cloud, connection: Connection): Promise<Record<string, string>> {
  const { authorizationType, authParameters } = connection;
  switch (authorizationType) {
    case 'BASIC': {
      const { Username, Password } = objectMember(authParameters, 'BasicAuthParameters') ?? {};
      return { Authorization: `Basic ${Buffer.from(`${Username}:${Password}`).toString('base64')}` };
    }
    case 'API_KEY': {
      const key = objectMember(authParameters, 'ApiKeyAuthParameters') ?? {};
      return { [textMember(key, 'ApiKeyName') ?? '']: textMember(key, 'ApiKeyValue') ?? '' };
    }
    case 'OAUTH_CLIENT_CREDENTIALS':
      return { Authorization: `Bearer ${await connectionToken(cloud, connection)}` };
  }
}

/** Puts each value in the place of the next `*` of the endpoint. */
function withPathParameters(endpoint: string, values: readonly string[]): string {
  let index = 0;
  return endpoint.replace(/\*/g, star => {
    const value = values[index++];
    return value === undefined ? star : encodeURIComponent(value);
  });
}

/** Adds members to a body that is a JSON object; any other body stays as it is. */
function withBodyParameters(body: string, parameters: Readonly<Record<string, string>>): string {
  if (Object.keys(parameters).length === 0) return body;
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? JSON.stringify({ ...parsed, ...parameters }) : body;
  } catch {
    return body;
  }
}

/** Header names are the same in any case: the last one given counts. */
function withoutRepeats(headers: Readonly<Record<string, string>>): Record<string, string> {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [name, value] as const]));
  return Object.fromEntries(byName.values());
}

function texts(parameters: JsonObject, member: string): Record<string, string> {
  const given = Object.entries(objectMember(parameters, member) ?? {});
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function refused({ endpoint }: ApiDestination, { status, headers }: IncomingAnswer): DeliveryError {
  const retryAfterMs = Number(headers['retry-after']) * 1000;
  return new DeliveryError({
    code: status === 429 ? 'THROTTLING' : status >= 500 ? 'ERROR_FROM_TARGET' : 'SDK_CLIENT_ERROR',
    message: `${endpoint} answered ${status}`,
    retryable: status >= 500 || RETRYABLE.has(status),
    ...(Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}),
  });
}

function deauthorized({ name }: Connection): DeliveryError {
  const message = `Connection ${name} is deauthorized`;
  return new DeliveryError({ code: 'NO_PERMISSIONS', message, retryable: false });
}
