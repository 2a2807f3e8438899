import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handlerClient } from '../../../../lambdas/runtime/clients.ts';

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end('{}');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => server.close());

/** How often a client reads a member of the item that it writes. */
async function readsOf(client: DynamoDBClient): Promise<number> {
  let reads = 0;
  const Item = {
    get id() {
      reads += 1;
      return { S: 'x' };
    },
  };
  await client.send(new PutItemCommand({ TableName: 't', Item }));
  client.destroy();
  return reads;
}

function newClient(): DynamoDBClient {
  const { port } = server.address() as AddressInfo; // it listens on a port
  const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
  return new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials });
}

it('copies no input for a log that nobody reads', async () => {
  const reads = await readsOf(newClient());
  expect(await readsOf(handlerClient(newClient()))).toBe(reads - 1);
});
