/** A function from source text in an in-process host, before a cloud that answers every request alike. */
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import type { Principal } from '../../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse } from '../../../local/cloud/service.ts';
import type { Deployment, InvocationOutcome } from '../../../local/invoke/deployment.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { compileBundle } from '../../../simulate/host/compiled-bundle.ts';
import { InProcessHost } from '../../../simulate/host/in-process-host.ts';

export const START_MS = Date.UTC(2026, 0, 5);

export interface HostedFunction {
  readonly clock: VirtualClock;
  readonly host: InProcessHost;
  /** What functions sent, and as whom. */
  readonly requests: { readonly path: string; readonly body: string; readonly principal: Principal | undefined }[];
  /** Runs the function, the clock moving on until it has ended. */
  run(payload?: unknown): Promise<InvocationOutcome>;
  /** The same, begun only. */
  begin(payload?: unknown): Promise<InvocationOutcome>;
}

export interface HostedFunctionOptions {
  readonly seed?: number;
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly skewMs?: () => number;
  readonly answer?: (request: HttpRequest) => Promise<HttpResponse>;
}

/** `source` is an ES module that exports `handler`. */
export function hostedFunction(source: string, options: HostedFunctionOptions = {}): HostedFunction {
  const { seed = 1, timeoutMs = 3_000, environment = {}, skewMs, answer } = options;
  const clock = new VirtualClock(START_MS);
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(seed) });
  const bundle = compileBundle(source, 'function.mjs');
  const requests: HostedFunction['requests'] = [];
  const host: InProcessHost = new InProcessHost({
    cloud,
    seed,
    bundleOf: () => bundle,
    ...(skewMs && { skewMs }),
    async route(request) {
      const accessKeyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      requests.push({ path: request.path, body: request.body.toString(), principal: host.principalOf(accessKeyId) });
      return answer ? answer(request) : { status: 200, headers: {}, body: 'done' };
    },
  });
  const deployment: Deployment = {
    revisionId: 'revision-1',
    functionName: 'dev-function',
    version: '$LATEST',
    functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:dev-function',
    roleArn: 'arn:aws:iam::000000000000:role/function',
    folder: '/nowhere',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutMs,
    memorySizeMb: 128,
    environment,
    logGroup: '/aws/lambda/dev-function',
    logFormat: 'Text',
  };
  let invocations = 0;
  const begin = async (payload: unknown = {}) => {
    const requestId = `request-${++invocations}`;
    const invocation = { requestId, payload: JSON.stringify(payload), invokedFunctionArn: deployment.functionArn };
    return (await host.invoke(deployment, invocation)).outcome;
  };
  return {
    clock,
    host,
    requests,
    begin,
    async run(payload) {
      let ended = false;
      const outcome = begin(payload).finally(() => {
        ended = true;
      });
      await clock.advanceUntil(() => ended, 60_000);
      return outcome;
    },
  };
}

/** Source of a call to the cloud: `await call('/path')`, as the function that makes it. */
export const CALL = `
import { request } from 'node:http';
const call = path => new Promise((resolve, reject) => {
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/x' };
  request({ method: 'POST', path, headers }, response => {
    let text = '';
    response.on('data', chunk => { text += chunk; });
    response.on('end', () => resolve(text));
  }).on('error', reject).end('body of ' + path);
});
`;
