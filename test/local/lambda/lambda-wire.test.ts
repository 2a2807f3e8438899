import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import { lambdaFixture } from './lambda-fixture.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Just enough of a server for the service's own wire. */
async function serve({ cloud }: ReturnType<typeof lambdaFixture>): Promise<string> {
  const wire = cloud.service('lambda')?.wire;
  if (wire?.protocol !== 'http') throw new Error('Cannot serve: no HTTP wire');
  const server: Server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url ?? '/', 'http://local');
    const response = await wire.handle(
      {
        method: incoming.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers as Record<string, string>, // node gives strings for all that the client sends
        body: Buffer.concat(chunks),
      },
      OPERATOR,
    );
    outgoing.writeHead(response.status, response.headers).end(response.body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function connected() {
  const fixture = lambdaFixture();
  closers.push(() => fixture.cloud.close());
  const client = new LambdaClient({
    endpoint: await serve(fixture),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
  });
  closers.push(() => client.destroy());
  return { ...fixture, client };
}

describe('lambdaWire', () => {
  it('serves an unmodified SDK client', async () => {
    const { client, create } = await connected();
    await create('f', `export const handler = async e => { console.log('seen'); return { got: e.n }; };`);
    const answer = await client.send(
      new InvokeCommand({ FunctionName: 'f', Payload: Buffer.from('{"n":1}'), LogType: 'Tail' }),
    );
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual({ got: 1 });
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('\tINFO\tseen\n');
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'f' }));
    expect(Configuration).toMatchObject({ FunctionName: 'f', Timeout: 3 });
    const { EventSourceMappings } = await client.send(new ListEventSourceMappingsCommand({ FunctionName: 'f' }));
    expect(EventSourceMappings).toEqual([]);
  });

  it('marks function errors in the header', async () => {
    const { client, create } = await connected();
    await create('f', `export const handler = async () => { throw new Error('x'); };`);
    const answer = await client.send(new InvokeCommand({ FunctionName: 'f' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  });

  it('answers 202 to events', async () => {
    const { client, create } = await connected();
    await create('f', 'export const handler = async () => 1;');
    const answer = await client.send(new InvokeCommand({ FunctionName: 'f', InvocationType: 'Event' }));
    expect(answer.StatusCode).toBe(202);
  });

  it('makes refusals the errors of the SDK', async () => {
    const { client, create } = await connected();
    await create('f', 'export const handler = async () => 1;');
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      client.send(new InvokeCommand({ FunctionName: 'f', Payload: Buffer.from('{broken') })),
    ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 0 }));
    await expect(client.send(new InvokeCommand({ FunctionName: 'f' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
  });
});
