import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { findResourceType } from '../../../local/resources/registry.ts';
import { EndpointServer } from './endpoint-server.ts';
import { queue, RecordingCloud } from './recording-cloud.ts';

const ROLE = 'arn:aws:iam::000000000000:role/caller';
const BASIC = {
  AuthorizationType: 'BASIC',
  AuthParameters: { BasicAuthParameters: { Username: 'user', Password: 'pass' } },
};

let server: EndpointServer;
let recording: RecordingCloud;

beforeEach(async () => {
  server = new EndpointServer();
  await server.listen();
  recording = new RecordingCloud();
});

afterEach(async () => {
  await recording.cloud.close();
  await server.close();
});

/** @returns the ARN of an API destination behind a connection of its own */
async function destination(connection: JsonObject, members: JsonObject = {}): Promise<string> {
  const { ConnectionArn } = await recording.events('CreateConnection', { Name: 'partner', ...connection });
  const { ApiDestinationArn } = await recording.events<{ ApiDestinationArn: string }>('CreateApiDestination', {
    Name: 'partner',
    ConnectionArn,
    HttpMethod: 'POST',
    InvocationEndpoint: server.url('/orders'),
    ...members,
  });
  return ApiDestinationArn;
}

async function target(arn: string, members: JsonObject = {}): Promise<void> {
  const DeadLetterConfig = { Arn: queue('dead') };
  await recording.rule('to-partner', [{ Id: 'partner', Arn: arn, RoleArn: ROLE, DeadLetterConfig, ...members }]);
}

function deadLetterAttributes(): Record<string, string> {
  const [letter] = recording.calls.filter(({ operation }) => operation === 'SendMessage');
  const attributes = letter?.input.MessageAttributes as Record<string, { StringValue: string }>;
  return Object.fromEntries(Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]));
}

describe('an API destination', () => {
  test('sends the event with the headers of EventBridge and of basic authorisation', async () => {
    await target(await destination(BASIC));
    await recording.put({ Detail: '{"a":1}' });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/orders' });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ 'detail-type': 'type', detail: { a: 1 } });
    expect(request?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('user:pass').toString('base64')}`,
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
    });
  });

  test("puts the target's path, query and headers in, and the connection's over them", async () => {
    const InvocationHttpParameters = {
      HeaderParameters: [{ Key: 'X-Both', Value: 'connection' }],
      QueryStringParameters: [{ Key: 'both', Value: 'connection' }],
      BodyParameters: [{ Key: 'extra', Value: 'value' }],
    };
    const connection = {
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'secret' },
        InvocationHttpParameters,
      },
    };
    const arn = await destination(connection, {
      InvocationEndpoint: server.url('/tenants/*/orders'),
      HttpMethod: 'PUT',
    });
    await target(arn, {
      Input: '{"own":1}',
      HttpParameters: {
        PathParameterValues: ['a b'],
        HeaderParameters: { 'x-both': 'target', 'X-Own': 'target' },
        QueryStringParameters: { both: 'target', own: 'target' },
      },
    });
    await recording.put();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'PUT', url: '/tenants/a%20b/orders?both=connection&own=target' });
    expect(request?.headers).toMatchObject({ 'x-both': 'connection', 'x-own': 'target', 'x-key': 'secret' });
    expect(JSON.parse(request?.body ?? '')).toEqual({ own: 1, extra: 'value' });
  });

  test('gets one OAuth token for many events, and another when the endpoint refuses it', async () => {
    let granted = 0;
    server.answer = ({ url, headers }) => {
      if (url === '/token') return { status: 200, body: JSON.stringify({ access_token: `token-${++granted}` }) };
      return { status: headers.authorization === 'Bearer token-1' && server.requests.length > 3 ? 401 : 200 };
    };
    const AuthParameters = {
      OAuthParameters: {
        AuthorizationEndpoint: server.url('/token'),
        HttpMethod: 'POST',
        ClientParameters: { ClientID: 'id', ClientSecret: 'secret' },
        OAuthHttpParameters: { BodyParameters: [{ Key: 'audience', Value: 'orders' }] },
      },
    };
    await target(await destination({ AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS', AuthParameters }));
    expect(await recording.events('DescribeConnection', { Name: 'partner' })).toMatchObject({
      ConnectionState: 'AUTHORIZING',
    });
    for (let event = 0; event < 3; event++) await recording.put();
    await recording.clock.advance(5_000);
    expect(server.requests.map(({ url, headers }) => `${url} ${headers.authorization ?? ''}`)).toEqual([
      '/token ',
      '/orders Bearer token-1',
      '/orders Bearer token-1',
      '/orders Bearer token-1',
      '/token ',
      '/orders Bearer token-2',
    ]);
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'id',
      client_secret: 'secret',
      audience: 'orders',
    });
    expect(await recording.events('DescribeConnection', { Name: 'partner' })).toMatchObject({
      ConnectionState: 'AUTHORIZED',
    });
  });

  test('refuses every address but loopback, at once and in clear words', async () => {
    for (const InvocationEndpoint of ['https://example.com/api', 'http://10.0.0.1/', 'http://127.0.0.1.example.com/']) {
      recording = new RecordingCloud();
      await target(await destination(BASIC, { InvocationEndpoint }));
      await recording.put();
      expect(deadLetterAttributes()).toMatchObject({
        ERROR_CODE: 'SDK_CLIENT_ERROR',
        ERROR_MESSAGE: `Cannot call ${InvocationEndpoint}: the embedded cloud calls only loopback addresses over HTTP`,
        RETRY_ATTEMPTS: '0',
      });
    }
  });

  test.each([400, 403, 404])('does not try again after %i', async status => {
    server.answer = () => ({ status });
    await target(await destination(BASIC));
    await recording.put();
    await recording.clock.advance(60_000);
    expect(server.requests).toHaveLength(1);
    expect(deadLetterAttributes()).toMatchObject({ ERROR_CODE: 'SDK_CLIENT_ERROR', RETRY_ATTEMPTS: '0' });
  });

  test.each([401, 407, 409, 429, 500, 503])('tries again after %i', async status => {
    server.answer = () => ({ status: server.requests.length > 2 ? 200 : status });
    await target(await destination(BASIC));
    await recording.put();
    await recording.clock.advance(60_000);
    expect(server.requests).toHaveLength(3);
    expect(recording.messages('dead')).toEqual([]);
  });

  test('waits as long as the endpoint asks for before it tries again', async () => {
    const at: number[] = [];
    server.answer = () => {
      at.push(recording.clock.now());
      return at.length === 1 ? { status: 503, headers: { 'Retry-After': '40' } } : { status: 200 };
    };
    await target(await destination(BASIC));
    await recording.put();
    await recording.clock.advance(60_000);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBe(40_000);
  });

  test('begins no more calls in a second than its rate limit says', async () => {
    const at: number[] = [];
    server.answer = () => {
      at.push(recording.clock.now());
      return { status: 200 };
    };
    await target(await destination(BASIC, { InvocationRateLimitPerSecond: 2 }));
    for (let event = 0; event < 5; event++) await recording.put();
    await recording.clock.advance(10_000);
    expect(at.map(time => time - (at[0] ?? 0))).toEqual([0, 500, 1_000, 1_500, 2_000]);
  });

  test('calls nothing for a deauthorized connection', async () => {
    await target(await destination(BASIC));
    await recording.events('DeauthorizeConnection', { Name: 'partner' });
    await recording.put();
    expect(server.requests).toEqual([]);
    expect(deadLetterAttributes()).toMatchObject({ ERROR_CODE: 'NO_PERMISSIONS' });
  });

  test('needs a role as a target', async () => {
    const Arn = await destination(BASIC);
    await expect(recording.rule('r', [{ Id: 'partner', Arn }])).rejects.toThrow('RoleArn is required');
  });
});

describe('DescribeConnection', () => {
  test('shows no secret', async () => {
    const AuthParameters = {
      ...BASIC.AuthParameters,
      InvocationHttpParameters: {
        HeaderParameters: [
          { Key: 'x-secret', Value: 'hidden', IsValueSecret: true },
          { Key: 'x-open', Value: 'shown', IsValueSecret: false },
        ],
      },
    };
    await recording.events('CreateConnection', { Name: 'c', AuthorizationType: 'BASIC', AuthParameters });
    const described = await recording.events('DescribeConnection', { Name: 'c' });
    expect(JSON.stringify(described)).not.toMatch(/hidden|"pass"/);
    expect(described.AuthParameters).toMatchObject({
      BasicAuthParameters: { Username: 'user' },
      InvocationHttpParameters: { HeaderParameters: [{ Key: 'x-secret' }, { Key: 'x-open', Value: 'shown' }] },
    });
  });
});

describe('UpdateConnection', () => {
  test('changes what calls carry, and no other connection takes the place of a deleted one', async () => {
    await target(await destination(BASIC));
    await recording.events('UpdateConnection', {
      Name: 'partner',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'new' } },
    });
    await recording.put();
    expect(server.requests[0]?.headers).toMatchObject({ 'x-key': 'new' });
    await recording.events('DeleteConnection', { Name: 'partner' });
    await recording.events('CreateConnection', { Name: 'partner', ...BASIC });
    await recording.put();
    expect(server.requests).toHaveLength(1);
    expect(deadLetterAttributes()).toMatchObject({ ERROR_CODE: 'NO_RESOURCE' });
  });
});

describe('connections and API destinations of a template', () => {
  test('are what rules of the template call', async () => {
    const create = async (type: string, properties: JsonObject) => {
      const definition = findResourceType(type);
      if (!definition) throw new Error(`no resource type ${type}`);
      return definition.create(definition.properties.parse(properties), {
        cloud: recording.cloud,
        stackName: 'stack',
        logicalId: type,
        physicalName: () => 'generated',
        assetPath: () => '',
      });
    };
    const connection = await create('AWS::Events::Connection', BASIC);
    expect(connection.ref).toBe('generated');
    expect(connection.attributes).toMatchObject({
      Arn: expect.stringMatching(/:connection\/generated\/[0-9a-f-]+$/),
      ArnForPolicy: 'arn:aws:events:eu-west-1:000000000000:connection/generated',
      SecretArn: expect.stringContaining(':secret:events!connection/generated/'),
    });
    const { ref, attributes } = await create('AWS::Events::ApiDestination', {
      Name: 'partner',
      ConnectionArn: connection.attributes?.Arn,
      HttpMethod: 'POST',
      InvocationEndpoint: server.url('/orders/*'),
    });
    expect(ref).toBe('partner');
    const HttpParameters = { PathParameterValues: ['7'] };
    await create('AWS::Events::Rule', {
      EventPattern: { source: ['source'] },
      Targets: [{ Id: 'partner', Arn: attributes?.Arn, RoleArn: ROLE, HttpParameters }],
    });
    await recording.put();
    expect(server.requests.map(({ url }) => url)).toEqual(['/orders/7']);
  });
});
