/**
 * Finds out which service a request is for, and who makes it. In this order: a mounted path (the console), the
 * `X-Amz-Target` header, a service's own path prefix (HTTP APIs), the service in the signature's scope.
 *
 * Signatures are not verified: on loopback they tell who calls, not whether the caller knows a secret.
 */
import type { Cloud } from '../cloud/cloud.ts';
import { OPERATOR, type Principal } from '../cloud/principal.ts';
import type { HttpRequest, HttpResponse, Service } from '../cloud/service.ts';
import { answerJson } from './json-protocol.ts';
import { answerQuery } from './query-protocol.ts';

export type Mount = (request: HttpRequest) => Promise<HttpResponse>;

export interface RouterOptions {
  /** Who holds an access key; a key that nobody issued is the operator's. */
  readonly principalOf: (accessKeyId: string) => Principal | undefined;
  /** Handlers by path prefix, outside AWS: the console. */
  readonly mounts?: Readonly<Record<string, Mount>>;
}

interface Credential {
  readonly accessKeyId: string;
  readonly signingName: string;
}

export function router(cloud: Cloud, options: RouterOptions): (request: HttpRequest) => Promise<HttpResponse> {
  const mounts = Object.entries(options.mounts ?? {}).sort(([a], [b]) => b.length - a.length);

  return async request => {
    const target = request.headers['x-amz-target'];
    const credential = credentialOf(request);
    const principal = (credential && options.principalOf(credential.accessKeyId)) ?? OPERATOR;

    if (target !== undefined) return answerTarget(cloud, target, request, principal);
    if (!credential) {
      const mount = mounts.find(([prefix]) => request.path.startsWith(prefix));
      if (mount) return mount[1](request);
      for (const { wire } of cloud.services) {
        if (wire.protocol === 'http' && wire.pathPrefix && request.path.startsWith(wire.pathPrefix)) {
          return wire.handle(request, principal);
        }
      }
      return unsigned(request);
    }
    return answerSigned(cloud, credential.signingName, request, principal);
  };
}

async function answerTarget(
  cloud: Cloud,
  target: string,
  request: HttpRequest,
  principal: Principal,
): Promise<HttpResponse> {
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, dot);
  for (const service of cloud.services) {
    if (service.wire.protocol === 'json' && service.wire.targetPrefix === prefix) {
      return answerJson(cloud, service, service.wire, { operation: target.slice(dot + 1), request, principal });
    }
  }
  return refuse(400, 'UnknownOperationException', `no service of the embedded cloud answers the target ${target}`);
}

async function answerSigned(
  cloud: Cloud,
  signingName: string,
  request: HttpRequest,
  principal: Principal,
): Promise<HttpResponse> {
  const service = findBySigningName(cloud, signingName);
  if (service?.wire.protocol === 'http') return service.wire.handle(request, principal);
  if (service?.wire.protocol === 'query') return answerQuery(cloud, service, service.wire, { request, principal });
  return refuse(400, 'UnknownOperationException', `the embedded cloud has no service '${signingName}'`);
}

function findBySigningName(cloud: Cloud, signingName: string): Service | undefined {
  for (const service of cloud.services) {
    if (service.wire.protocol !== 'json' && (service.signingName ?? service.name) === signingName) return service;
  }
  return undefined;
}

/** From the `Authorization` header or, for presigned requests, the query. */
function credentialOf(request: HttpRequest): Credential | undefined {
  const header = request.headers.authorization;
  const scope = header
    ? /Credential=([^,\s]+)/.exec(header)?.[1]
    : (request.query.get('X-Amz-Credential') ?? undefined);
  if (!scope) return undefined;
  const [accessKeyId, , , signingName] = scope.split('/');
  return accessKeyId && signingName ? { accessKeyId, signingName } : undefined;
}

function unsigned(request: HttpRequest): HttpResponse {
  if (request.path === '/') return { status: 302, headers: { location: '/console/' }, body: '' };
  return refuse(
    403,
    'MissingAuthenticationTokenException',
    `Missing Authentication Token for ${request.method} ${request.path}`,
  );
}

function refuse(status: number, code: string, message: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
