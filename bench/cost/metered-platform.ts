/** The synthesized template in an embedded cloud on the virtual clock, read as Lambda reads, with every usage counted. */

import { paceSignals } from '../../cli/capacity/paced-signals.ts';
import { type Deployment, readDeployment } from '../../cli/cost/deployment.ts';
import { seededIds } from '../../local/cloud/ids.ts';
import { OPERATOR } from '../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../local/cloud/service.ts';
import { authorisation } from '../../local/iam/authorisation.ts';
import { issueCredentials, principalOf } from '../../local/iam/credentials.ts';
import { FunctionHost } from '../../local/invoke/function-host.ts';
import type { LambdaHost } from '../../local/invoke/lambda-host.ts';
import { MeteredCloud } from '../../local/metering/metered-cloud.ts';
import type { UsageTotal } from '../../local/metering/usage.ts';
import { registerServices } from '../../local/services/roster.ts';
import { loadAssembly } from '../../local/template/assembly.ts';
import { provision } from '../../local/template/provision.ts';
import { VirtualClock } from '../../local/time/virtual-clock.ts';
import { router } from '../../local/wire/router.ts';
import { listen } from '../../local/wire/server.ts';

/** CPU time of one invocation on this machine. */
export interface CpuSample {
  readonly functionName: string;
  readonly payloadBytes: number;
  readonly cpuMs: number;
}

export interface MeteredPlatform {
  readonly clock: VirtualClock;
  readonly deployment: Deployment;
  /** Of all invocations so far, oldest first. */
  readonly cpu: readonly CpuSample[];
  /** What the invocations said that failed so far; of a saga's steps, refusals are among them. */
  readonly failures: readonly string[];
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<HttpResponse>;
  call<Output = JsonObject>(service: string, operation: string, input: JsonObject): Promise<Output>;
  usage(): readonly UsageTotal[];
  customMetrics(): readonly string[];
  close(): Promise<void>;
}

/** Noon: nothing that is due at the turn of a day falls into a run. */
const START = Date.UTC(2026, 0, 5, 12);
/** A new table on demand takes 4,000 write units per second: four partitions, and a shard of its stream for each. */
const TABLE_STREAM_SHARDS = 4;
/** Functions are not cut off: on a busy machine they take long by the wall clock, and what is cut off is delivered again. */
const PATIENCE_MS = 15 * 60_000;

/** @param assembly the folder, for example `cdk.out` */
export async function openMeteredPlatform(assembly: string): Promise<MeteredPlatform> {
  const clock = new VirtualClock(START);
  const cloud = new MeteredCloud({ region: 'us-east-1', accountId: '000000000000', clock, ids: seededIds(1) });
  paceSignals(cloud);
  const cpu: CpuSample[] = [];
  const failures: string[] = [];
  registerServices(cloud, {
    lambda: { host: measuredHost(cloud, { cpu, failures }) },
    tableStreams: { shardCount: TABLE_STREAM_SHARDS },
  });
  cloud.meterTelemetry();
  cloud.intercept(authorisation(cloud));
  const route = router(cloud, { principalOf });
  const server = await listen(route, { port: 0, host: '127.0.0.1' });
  cloud.onClose(() => server.close());
  cloud.endpoint = `http://127.0.0.1:${server.port}`;
  const loaded = await loadAssembly(assembly);
  const provisioned = await provision(cloud, loaded);
  const outputs = Object.assign({}, ...provisioned.stacks.map(stack => stack.outputs)) as Record<string, string>;
  const api = new URL(outputs.ApiUrl ?? '');
  return {
    clock,
    deployment: readDeployment(loaded, provisioned),
    cpu,
    failures,
    post: (path, body, headers = {}) => route(postRequest(api, path, { body, headers })),
    call: (service, operation, input) => cloud.call({ service, operation, input, principal: OPERATOR }),
    usage: () => cloud.usage.read(),
    customMetrics: () => cloud.usage.customMetrics(),
    close: () => cloud.close(),
  };
}

interface Outcomes {
  readonly cpu: CpuSample[];
  readonly failures: string[];
}

function measuredHost(cloud: MeteredCloud, { cpu, failures }: Outcomes): LambdaHost {
  const host = new FunctionHost({
    cloud,
    credentialsFor: (roleArn, session) => issueCredentials({ kind: 'role', roleArn, session }),
  });
  return {
    async invoke(deployment, invocation, options) {
      const hosted = await host.invoke({ ...deployment, timeoutMs: PATIENCE_MS }, invocation, options);
      const { outcome } = hosted;
      if (outcome.kind === 'failed') failures.push(`${deployment.functionName}: ${outcome.error.errorMessage}`);
      if (outcome.kind === 'done' && outcome.cpuMs !== undefined) {
        const { functionName } = deployment;
        cpu.push({ functionName, payloadBytes: invocation.payload.length, cpuMs: outcome.cpuMs });
      }
      return hosted;
    },
    retire: revisionId => host.retire(revisionId),
    close: () => host.close(),
  };
}

function postRequest(
  api: URL,
  path: string,
  { body, headers }: { readonly body: unknown; readonly headers: Readonly<Record<string, string>> },
): HttpRequest {
  return {
    method: 'POST',
    path: `${api.pathname.replace(/\/+$/, '')}${path}`,
    query: new URLSearchParams(),
    headers: { host: api.host, 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}
