import type { Cloud } from '../../cloud/cloud.ts';
import type { HttpRequest, HttpResponse } from '../../cloud/service.ts';
import type { HttpStage } from './http-api.ts';
import { accessTime } from './proxy-event.ts';

/** One request and its answer. */
export interface AccessLogEntry {
  readonly apiId: string;
  readonly stage: HttpStage;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly path: string;
  readonly routeKey: string;
  readonly requestId: string;
  readonly startedMs: number;
}

/** Writes a line in the stage's format; `$context` variables that are not known stand as `-`. */
export function writeAccessLog(cloud: Cloud, entry: AccessLogEntry): void {
  const { accessLog } = entry.stage;
  if (!accessLog) return;
  const values = variables(cloud, entry);
  const message = accessLog.format.replace(
    /\$context\.([A-Za-z.]*[A-Za-z])/g,
    (_, name: string) => values[name] ?? '-',
  );
  cloud.logs({ logGroup: accessLog.logGroup, logStream: `${entry.apiId}/${entry.stage.stageName}`, message });
}

function variables(cloud: Cloud, entry: AccessLogEntry): Readonly<Record<string, string>> {
  const { request, response, startedMs } = entry;
  const latencyMs = String(cloud.clock.now() - startedMs);
  return {
    accountId: cloud.accountId,
    apiId: entry.apiId,
    domainName: request.headers.host ?? '',
    extendedRequestId: entry.requestId,
    httpMethod: request.method,
    'identity.sourceIp': '127.0.0.1',
    'identity.userAgent': request.headers['user-agent'] ?? '-',
    'integration.latency': latencyMs,
    integrationLatency: latencyMs,
    path: entry.path,
    protocol: 'HTTP/1.1',
    requestId: entry.requestId,
    requestTime: accessTime(startedMs),
    requestTimeEpoch: String(startedMs),
    responseLatency: latencyMs,
    responseLength: String(Buffer.byteLength(response.body)),
    routeKey: entry.routeKey,
    stage: entry.stage.stageName,
    status: String(response.status),
  };
}
