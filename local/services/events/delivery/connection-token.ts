import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { type Connection, connectionParameters } from '../connection.ts';
import { isObject, objectMember, textMember } from '../request-members.ts';
import { DeliveryError } from './delivery-failure.ts';
import { sendToLoopback } from './loopback-http.ts';

/**
 * The OAuth token of a connection: the one in use, or a new one by client credentials.
 *
 * @throws DeliveryError when the authorization endpoint grants none
 */
export async function connectionToken(cloud: Cloud, connection: Connection): Promise<string> {
  if (connection.token !== undefined) return connection.token;
  const token = await grant(cloud, connection);
  connection.token = token;
  connection.state = 'AUTHORIZED';
  connection.authorizedMs = cloud.clock.now();
  return token;
}

async function grant(cloud: Cloud, connection: Connection): Promise<string> {
  const oauth = objectMember(connection.authParameters, 'OAuthParameters') ?? {};
  const extra = objectMember(oauth, 'OAuthHttpParameters');
  const endpoint = endpointUrl(textMember(oauth, 'AuthorizationEndpoint') ?? '');
  for (const [name, value] of Object.entries(connectionParameters(extra, 'QueryStringParameters')))
    endpoint.searchParams.set(name, value);
  const { status, body } = await sendToLoopback(cloud.clock, {
    method: textMember(oauth, 'HttpMethod') ?? 'POST',
    url: endpoint,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8',
      ...connectionParameters(extra, 'HeaderParameters'),
    },
    body: String(new URLSearchParams({ ...credentials(oauth), ...connectionParameters(extra, 'BodyParameters') })),
  });
  const token = textMember(answered(body), 'access_token');
  if (status >= 200 && status < 300 && token !== undefined) return token;
  connection.state = 'DEAUTHORIZED';
  const message = `Cannot authorize connection ${connection.name}: ${endpoint.href} answered ${status} without a token`;
  throw new DeliveryError({ code: 'ERROR_FROM_TARGET', message, retryable: true });
}

/** @throws DeliveryError when the text is not a URL */
export function endpointUrl(text: string): URL {
  const url = URL.parse(text);
  if (url) return url;
  throw new DeliveryError({ code: 'INVALID_PARAMETER', message: `Cannot call ${text}: not a URL`, retryable: false });
}

function credentials(oauth: JsonObject): Record<string, string> {
  const client = objectMember(oauth, 'ClientParameters') ?? {};
  return {
    grant_type: 'client_credentials',
    client_id: textMember(client, 'ClientID') ?? '',
    client_secret: textMember(client, 'ClientSecret') ?? '',
  };
}

function answered(body: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
