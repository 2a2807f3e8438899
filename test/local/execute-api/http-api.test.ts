import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../../local/cloud/service.ts';
import { executeApiService } from '../../../local/services/execute-api/execute-api-service.ts';
import { lambdaFixture } from '../lambda/lambda-fixture.ts';

const fixtures: ReturnType<typeof lambdaFixture>[] = [];

afterEach(async () => {
  await Promise.all(fixtures.splice(0).map(({ cloud }) => cloud.close()));
});

interface ApiOptions {
  readonly routes?: readonly string[];
  readonly cors?: JsonObject;
  readonly stage?: JsonObject;
  readonly settings?: JsonObject;
}

/** An API whose routes all lead to one function. */
async function api(source: string, options: ApiOptions = {}) {
  const fixture = lambdaFixture();
  fixtures.push(fixture);
  const { cloud, call, create } = fixture;
  const service = executeApiService(cloud);
  cloud.register(service);
  await create('f', source, options.settings);
  const make = <Output>(operation: string, input: JsonObject) => call<Output>(operation, input, 'execute-api');
  const { ApiId } = await make<{ ApiId: string }>('CreateApi', {
    Name: 'api',
    ProtocolType: 'HTTP',
    ...(options.cors ? { CorsConfiguration: options.cors } : {}),
  });
  const { IntegrationId } = await make<{ IntegrationId: string }>('CreateIntegration', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: cloud.arn('lambda', 'function:f'),
    PayloadFormatVersion: '2.0',
  });
  for (const RouteKey of options.routes ?? ['$default']) {
    await make('CreateRoute', { ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
  }
  await make('CreateStage', { ApiId, StageName: '$default', ...options.stage });
  const request = async (
    line: string,
    extra: { headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<HttpResponse> => {
    const [method = '', target = ''] = line.split(' ');
    const [path = '', query = ''] = target.split('?');
    const message: HttpRequest = {
      method,
      path: `/execute-api/${ApiId}${path}`,
      query: new URLSearchParams(query),
      headers: { host: '127.0.0.1:4700', ...extra.headers },
      body: Buffer.from(extra.body ?? ''),
    };
    if (service.wire.protocol !== 'http') throw new Error('Cannot request: no HTTP wire');
    return service.wire.handle(message, OPERATOR);
  };
  return { ...fixture, ApiId, request, make };
}

const ECHO = 'export const handler = async event => event;';
const json = (response: HttpResponse) => JSON.parse(String(response.body));

describe('HTTP API, what the function is given', () => {
  it('is an event of payload format 2.0', async () => {
    const { request, ApiId, clock } = await api(ECHO, { routes: ['POST /trips/{id}'] });
    const response = await request('POST /trips/a%20b?x=1&x=2&y=', {
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'user-agent': 'test' },
      body: '{"n":1}',
    });
    expect(response.status).toBe(200);
    expect(json(response)).toEqual({
      version: '2.0',
      routeKey: 'POST /trips/{id}',
      rawPath: '/trips/a%20b',
      rawQueryString: 'x=1&x=2&y=',
      cookies: ['a=1', 'b=2'],
      headers: { host: '127.0.0.1:4700', 'content-type': 'application/json', 'user-agent': 'test' },
      queryStringParameters: { x: '1,2', y: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: ApiId,
        domainName: '127.0.0.1:4700',
        domainPrefix: ApiId,
        http: { method: 'POST', path: '/trips/a%20b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'POST /trips/{id}',
        stage: '$default',
        time: '01/Jan/2026:00:00:00 +0000',
        timeEpoch: clock.now(),
      },
      pathParameters: { id: 'a b' },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
  });

  it('has no members for what the request does not have', async () => {
    const { request } = await api(ECHO);
    const event = json(await request('GET /'));
    for (const member of ['cookies', 'queryStringParameters', 'pathParameters', 'body', 'stageVariables']) {
      expect(event).not.toHaveProperty(member);
    }
    expect(event.isBase64Encoded).toBe(false);
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['application/cloudevents-batch+json', false],
    ['text/csv', false],
    ['application/octet-stream', true],
    ['image/png', true],
  ])('passes a body of type %s encoded: %s', async (type, encoded) => {
    const { request } = await api(ECHO);
    const event = json(await request('POST /x', { headers: { 'content-type': type }, body: 'data' }));
    expect([event.isBase64Encoded, event.body]).toEqual([encoded, encoded ? 'ZGF0YQ==' : 'data']);
  });
});

describe('HTTP API bodies', () => {
  it('are encoded when they are compressed, whatever they are of', async () => {
    const { request } = await api(ECHO);
    const body = 'data';
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(json(await request('POST /x', { headers, body }))).toMatchObject({
      isBase64Encoded: true,
      body: 'ZGF0YQ==',
    });
    headers['content-encoding'] = 'identity';
    expect(json(await request('POST /x', { headers, body }))).toMatchObject({ isBase64Encoded: false, body });
  });
});

describe('HTTP API routes', () => {
  const routes = [
    'GET /trips',
    'GET /trips/{id}',
    'GET /trips/latest',
    'ANY /trips/{id}/seats',
    'POST /files/{proxy+}',
    'ANY /{proxy+}',
    '$default',
  ];

  it.each([
    ['GET /trips', 'GET /trips'],
    ['GET /trips/7', 'GET /trips/{id}'],
    ['GET /trips/latest', 'GET /trips/latest'],
    ['DELETE /trips/7/seats', 'ANY /trips/{id}/seats'],
    ['POST /files/a/b/c', 'POST /files/{proxy+}'],
    ['GET /files/a/b/c', 'ANY /{proxy+}'],
    ['PUT /trips', 'ANY /{proxy+}'],
  ])('%s goes to %s', async (line, routeKey) => {
    const { request } = await api('export const handler = async e => e.routeKey;', { routes });
    expect((await request(line)).body).toBe(routeKey);
  });

  it('answers what no route takes with Not Found', async () => {
    const { request } = await api(ECHO, { routes: ['GET /trips/{id}'] });
    for (const line of ['POST /trips/7', 'GET /trips', 'GET /trips/', 'GET /trips/7/8', 'GET /']) {
      const response = await request(line);
      expect([response.status, response.body]).toEqual([404, '{"message":"Not Found"}']);
    }
  });

  it('refuses the same route twice', async () => {
    const { make, ApiId } = await api(ECHO, { routes: ['GET /a'] });
    const [{ Target } = { Target: '' }] = (await make<{ Items: { Target: string }[] }>('GetRoutes', { ApiId })).Items;
    await expect(make('CreateRoute', { ApiId, RouteKey: 'GET /a', Target })).rejects.toMatchObject({
      code: 'ConflictException',
    });
  });

  it('serves named stages below their name', async () => {
    const { request, make, ApiId } = await api(
      'export const handler = async e => [e.rawPath, e.requestContext.stage];',
      {
        routes: ['GET /trips'],
      },
    );
    await make('CreateStage', { ApiId, StageName: 'beta' });
    expect(json(await request('GET /beta/trips'))).toEqual(['/beta/trips', 'beta']);
    expect(json(await request('GET /trips'))).toEqual(['/trips', '$default']);
  });
});

describe('HTTP API, what the client gets', () => {
  const answering = async (answer: string, line = 'GET /') =>
    (await api(`export const handler = async () => (${answer});`)).request(line);

  it('is what the function says', async () => {
    const response = await answering(
      `{ statusCode: 201, headers: { 'Content-Type': 'application/problem+json', 'X-N': 5 }, cookies: ['a=1', 'b=2; Secure'], body: '{"a":1}' }`,
    );
    expect(response).toMatchObject({
      status: 201,
      headers: { 'content-type': 'application/problem+json', 'x-n': '5', 'set-cookie': ['a=1', 'b=2; Secure'] },
      body: '{"a":1}',
    });
  });

  it('is decoded when the function encoded it', async () => {
    const { body } = await answering(`{ statusCode: 200, isBase64Encoded: true, body: 'AAH/' }`);
    expect(Buffer.from(body)).toEqual(Buffer.from([0, 1, 255]));
  });

  it('is the answer itself, as JSON, when there is no status code', async () => {
    expect(await answering('{ a: [1] }')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"a":[1]}',
    });
  });

  it.each([
    ['a thrown error', `(() => { throw new Error('x'); })()`],
    ['a status code that is none', `{ statusCode: 'many' }`],
  ])('is an internal server error for %s', async (_, answer) => {
    const response = await answering(answer);
    expect([response.status, response.body]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  it('is 413 for a body above 10 MB, 503 when the function is throttled', async () => {
    const { request, call } = await api('export const handler = async () => 1;');
    expect((await request('POST /', { body: Buffer.alloc(10 * 2 ** 20 + 1) })).status).toBe(413);
    await call('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 0 });
    expect((await request('POST /')).status).toBe(503);
  });

  it('carries the id of the request', async () => {
    expect((await answering('1')).headers['apigw-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('HTTP API with a CORS configuration', () => {
  const cors = {
    AllowOrigins: ['https://shop.example'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['content-type'],
    MaxAge: 60,
  };
  const preflight = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };

  it('answers preflight requests itself', async () => {
    const { request, metrics } = await api(ECHO, { cors });
    expect(await request('OPTIONS /trips', { headers: preflight })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '60',
      },
    });
    expect(metrics.some(({ name }) => name === 'Invocations')).toBe(false);
  });

  it('allows nothing to other origins', async () => {
    const { request } = await api(ECHO, { cors });
    const response = await request('OPTIONS /', { headers: { ...preflight, origin: 'https://evil.example' } });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('replaces the headers that the function sets', async () => {
    const source = `export const handler = async () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } });`;
    const { request } = await api(source, { cors });
    const allowed = async (headers: Record<string, string>) =>
      (await request('GET /', { headers })).headers['access-control-allow-origin'];
    expect(await allowed({ origin: 'https://shop.example' })).toBe('https://shop.example');
    expect(await allowed({})).toBeUndefined();
  });
});

describe('HTTP API access logs', () => {
  it('are written in the format of the stage', async () => {
    const { request, lines } = await api(`export const handler = async () => 'ok';`, {
      routes: ['GET /trips/{id}'],
      stage: {
        AccessLogSettings: {
          DestinationArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/api/access',
          Format:
            '{"route":"$context.routeKey","status":$context.status,"length":$context.responseLength,"none":"$context.authorizer.x"}',
        },
      },
    });
    await request('GET /trips/1');
    await request('GET /nothing');
    const logged = lines.filter(line => line.startsWith('{"route"')).map(line => JSON.parse(line));
    expect(logged).toEqual([
      { route: 'GET /trips/{id}', status: 200, length: 2, none: '-' },
      { route: '-', status: 404, length: 23, none: '-' },
    ]);
  });
});
