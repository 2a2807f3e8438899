import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { HttpResponse, JsonObject } from '../../../local/cloud/service.ts';
import { executeApiService } from '../../../local/services/execute-api/execute-api-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

/** HTTP APIs before a function that answers with the path it was asked for. */
function register(cloud: Cloud): void {
  cloud.register(executeApiService(cloud));
  cloud.register({
    name: 'lambda',
    wire: { protocol: 'http', handle: () => Promise.reject(new Error('not served here')) },
    operations: { Invoke: ({ Payload }) => ({ Payload: JSON.stringify(JSON.parse(String(Payload)).rawPath) }) },
  });
}

const call = <Output = JsonObject>(cloud: Cloud, operation: string, input: JsonObject) =>
  cloud.call<Output>({ service: 'execute-api', operation, input, principal: OPERATOR });

async function request(cloud: Cloud, path: string): Promise<HttpResponse> {
  const wire = cloud.service('execute-api')?.wire;
  if (wire?.protocol !== 'http') throw new Error('Cannot request: no HTTP wire');
  const [method = '', target = ''] = path.split(' ');
  const message = {
    method,
    path: `/execute-api/api${target}`,
    query: new URLSearchParams(),
    headers: { origin: 'https://shop.example' },
    body: Buffer.alloc(0),
  };
  return wire.handle(message, OPERATOR);
}

const statuses = async (cloud: Cloud, paths: readonly string[]) => {
  const found: number[] = [];
  for (const path of paths) found.push((await request(cloud, path)).status);
  return found;
};

async function makeApi(cloud: Cloud, stage: JsonObject): Promise<{ routeIds: string[]; integrationId: string }> {
  const ApiId = 'api';
  const cors = { AllowOrigins: ['https://shop.example'] };
  await call(cloud, 'CreateApi', { ApiId, Name: 'n', ProtocolType: 'HTTP', CorsConfiguration: cors });
  const { IntegrationId } = await call<{ IntegrationId: string }>(cloud, 'CreateIntegration', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: cloud.arn('lambda', 'function:f'),
    PayloadFormatVersion: '2.0',
  });
  const routeIds: string[] = [];
  for (const RouteKey of ['GET /a', 'GET /b/{id}']) {
    const input = { ApiId, RouteKey, Target: `integrations/${IntegrationId}` };
    routeIds.push((await call<{ RouteId: string }>(cloud, 'CreateRoute', input)).RouteId);
  }
  await call(cloud, 'CreateStage', { ApiId, StageName: '$default', ...stage });
  return { routeIds, integrationId: IntegrationId };
}

describe('HTTP API after kill -9', () => {
  it('has its routes, integrations, CORS, stages and their settings', async () => {
    const clouds = restartableClouds(register);
    removers.push(clouds.remove);
    const before = await clouds.start();
    const AccessLogSettings = {
      DestinationArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/access',
      Format: '$context.path $context.status',
    };
    const made = await makeApi(before.cloud, { AccessLogSettings, DefaultRouteSettings: { ThrottlingBurstLimit: 2 } });
    await call(before.cloud, 'CreateApi', { ApiId: 'gone', Name: 'gone', ProtocolType: 'HTTP' });
    await before.journal.settled();
    await call(before.cloud, 'DeleteApi', { ApiId: 'gone' });

    const after = await before.restarted();

    for (const [operation, input] of [
      ['GetApis', {}],
      ['GetRoutes', { ApiId: 'api' }],
    ] as const)
      expect(await call(after.cloud, operation, input)).toEqual(await call(before.cloud, operation, input));
    const lines: string[] = [];
    after.cloud.logs = ({ message }) => lines.push(message);
    const answer = await request(after.cloud, 'GET /b/1');
    expect(answer).toMatchObject({ status: 200, body: '/b/1' });
    expect(answer.headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(await statuses(after.cloud, ['GET /b/2', 'GET /c'])).toEqual([200, 404]);
    expect(lines).toEqual(['/b/1 200', '/b/2 200', '/c 404']);

    // a route takes the place of another
    await call(after.cloud, 'DeleteRoute', { ApiId: 'api', RouteId: made.routeIds[0] });
    const Target = `integrations/${made.integrationId}`;
    await call(after.cloud, 'CreateRoute', { ApiId: 'api', RouteKey: 'GET /c', Target });
    for (const { cloud } of [after, await after.restarted()])
      expect(await statuses(cloud, ['GET /a', 'GET /c'])).toEqual([404, 200]);
    await call(after.cloud, 'DeleteIntegration', { ApiId: 'api', IntegrationId: made.integrationId });
    expect(await statuses((await after.restarted()).cloud, ['GET /c'])).toEqual([404]);
  });
});

describe('HTTP API throttling', () => {
  async function throttled(stage: JsonObject) {
    const clock = new VirtualClock();
    const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
    register(cloud);
    await makeApi(cloud, stage);
    return { clock, cloud };
  }

  it('answers 429 in API Gateway’s words when the burst is spent, and lets requests through at the rate', async () => {
    const { clock, cloud } = await throttled({
      DefaultRouteSettings: { ThrottlingBurstLimit: 3, ThrottlingRateLimit: 2 },
    });
    const metrics: string[] = [];
    cloud.metrics = ({ name, value }) => value > 0 && metrics.push(name);
    expect(await statuses(cloud, Array(5).fill('GET /a'))).toEqual([200, 200, 200, 429, 429]);
    expect(metrics.filter(name => name === '4xx')).toHaveLength(2);
    const refused = await request(cloud, 'GET /a');
    expect(refused.body).toBe('{"message":"Too Many Requests"}');
    expect(refused.headers['access-control-allow-origin']).toBe('https://shop.example');
    await clock.advance(499);
    expect(await statuses(cloud, ['GET /a'])).toEqual([429]);
    await clock.advance(1);
    expect(await statuses(cloud, ['GET /a', 'GET /a'])).toEqual([200, 429]);
    await clock.advance(3_600_000);
    expect(await statuses(cloud, Array(4).fill('GET /a'))).toEqual([200, 200, 200, 429]);
  });

  it('counts each route by itself, whatever its path parameters, with the limits of its own if it has any', async () => {
    const { cloud } = await throttled({
      DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 },
      RouteSettings: { 'GET /b/{id}': { ThrottlingBurstLimit: 2 } },
    });
    expect(await statuses(cloud, ['GET /a', 'GET /b/1', 'GET /b/2', 'GET /a', 'GET /b/3'])).toEqual([
      200, 200, 200, 429, 429,
    ]);
    expect(await statuses(cloud, ['GET /nothing'])).toEqual([404]);
  });

  it('throttles nothing without limits, and everything with a burst of none', async () => {
    const free = await throttled({});
    expect(new Set(await statuses(free.cloud, Array(200).fill('GET /a')))).toEqual(new Set([200]));
    const closed = await throttled({ DefaultRouteSettings: { ThrottlingBurstLimit: 0, ThrottlingRateLimit: 100 } });
    await closed.clock.advance(60_000);
    expect(await statuses(closed.cloud, ['GET /a'])).toEqual([429]);
  });

  it('never lets through more than the burst and what the rate has added, nor less than it owes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }),
        async (ThrottlingBurstLimit, ThrottlingRateLimit, gapsMs) => {
          const { clock, cloud } = await throttled({
            DefaultRouteSettings: { ThrottlingBurstLimit, ThrottlingRateLimit },
          });
          const startMs = clock.now();
          let letThrough = 0;
          for (const gapMs of gapsMs) {
            await clock.advance(gapMs);
            const earned = ((clock.now() - startMs) / 1000) * ThrottlingRateLimit;
            const { status } = await request(cloud, 'GET /a');
            if (status === 200) letThrough++;
            else expect(letThrough).toBeGreaterThanOrEqual(Math.min(ThrottlingBurstLimit, Math.floor(earned)));
            expect(letThrough).toBeLessThanOrEqual(ThrottlingBurstLimit + earned + 1e-6);
          }
        },
      ),
      { numRuns: 25, seed: 20260101 },
    );
  });
});
