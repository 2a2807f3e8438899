import type { JsonObject } from '../../cloud/service.ts';
import { isObject, listMember, objectMember, textMember } from './request-members.ts';

export type AuthorizationType = 'BASIC' | 'OAUTH_CLIENT_CREDENTIALS' | 'API_KEY';

export const AUTHORIZATION_TYPES: readonly AuthorizationType[] = ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'];

/** How calls to an endpoint are authorised, and what every call to it carries. */
export interface Connection {
  readonly name: string;
  readonly arn: string;
  /** Of the secret that AWS would keep the credentials in; the embedded cloud keeps them here. */
  readonly secretArn: string;
  readonly createdMs: number;
  modifiedMs: number;
  authorizedMs: number;
  description: string | undefined;
  authorizationType: AuthorizationType;
  /** As given, with its secrets. */
  authParameters: JsonObject;
  /** OAuth connections are authorising until a token has been granted. */
  state: 'AUTHORIZED' | 'AUTHORIZING' | 'DEAUTHORIZED';
  /** The OAuth token in use. */
  token: string | undefined;
}

/** An HTTP endpoint that rules may have as a target. */
export interface ApiDestination {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  modifiedMs: number;
  description: string | undefined;
  connectionArn: string;
  endpoint: string;
  method: string;
  ratePerSecond: number;
  /** Before this no further call may begin. */
  freeAtMs: number;
}

const PARAMETER_LISTS = ['HeaderParameters', 'QueryStringParameters', 'BodyParameters'] as const;

/** Parameters that a connection adds to each call, of one kind, by key. */
export function connectionParameters(
  parameters: JsonObject | undefined,
  kind: (typeof PARAMETER_LISTS)[number],
): Readonly<Record<string, string>> {
  const entries = listMember(parameters ?? {}, kind).filter(isObject);
  return Object.fromEntries(entries.map(entry => [textMember(entry, 'Key') ?? '', textMember(entry, 'Value') ?? '']));
}

/** Authorisation parameters as they may be shown: without passwords, keys and secret values. */
export function withoutSecrets(parameters: JsonObject): JsonObject {
  const shown: Record<string, unknown> = {};
  const basic = objectMember(parameters, 'BasicAuthParameters');
  if (basic) shown.BasicAuthParameters = { Username: basic.Username };
  const apiKey = objectMember(parameters, 'ApiKeyAuthParameters');
  if (apiKey) shown.ApiKeyAuthParameters = { ApiKeyName: apiKey.ApiKeyName };
  const oauth = objectMember(parameters, 'OAuthParameters');
  if (oauth) shown.OAuthParameters = oauthWithoutSecrets(oauth);
  const invocation = objectMember(parameters, 'InvocationHttpParameters');
  if (invocation) shown.InvocationHttpParameters = httpWithoutSecrets(invocation);
  return shown;
}

function oauthWithoutSecrets(oauth: JsonObject): JsonObject {
  const http = objectMember(oauth, 'OAuthHttpParameters');
  return {
    AuthorizationEndpoint: oauth.AuthorizationEndpoint,
    ClientParameters: { ClientID: objectMember(oauth, 'ClientParameters')?.ClientID },
    HttpMethod: oauth.HttpMethod,
    ...(http ? { OAuthHttpParameters: httpWithoutSecrets(http) } : {}),
  };
}

function httpWithoutSecrets(parameters: JsonObject): JsonObject {
  const shown: Record<string, unknown> = {};
  for (const kind of PARAMETER_LISTS) {
    const entries = listMember(parameters, kind).filter(isObject);
    if (entries.length > 0) shown[kind] = entries.map(withoutSecretValue);
  }
  return shown;
}

function withoutSecretValue(entry: JsonObject): JsonObject {
  const { Value: _, ...shown } = entry;
  return entry.IsValueSecret === true ? shown : entry;
}
