/** Another emulator of DynamoDB, as a second opinion: https://github.com/nubo-db/dynoxide */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { JsonObject } from '../../../local/cloud/service.ts';

const BINARY = join(import.meta.dirname, '../../../node_modules/@dynoxide/linux-x64/dynoxide');

/** Why it cannot be asked here; undefined when it can. */
export const whyNot: string | undefined =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? `dynoxide is installed for linux-x64 only, this is ${process.platform}-${process.arch}`
    : existsSync(BINARY)
      ? undefined
      : 'the optional package @dynoxide/linux-x64 is not installed';

/** An answer or a refusal. */
export type Outcome = { readonly answer: JsonObject } | { readonly code: string; readonly message: string };

export interface Dynoxide {
  call(operation: string, input: JsonObject): Promise<Outcome>;
  close(): Promise<void>;
}

/** Starts it, empty and in memory, on a free port. */
export async function startDynoxide(): Promise<Dynoxide> {
  const port = await freePort();
  const child = spawn(BINARY, ['serve', '--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child.stderr, 'data'); // says that it listens
  return {
    async call(operation, input) {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          authorization:
            'AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
          'x-amz-date': '20260101T000000Z',
        },
        body: JSON.stringify(input),
      });
      const body = (await response.json()) as JsonObject;
      if (response.ok) return { answer: body };
      return { code: String(body.__type).replace(/.*#/, ''), message: String(body.message ?? body.Message) };
    },
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('Cannot find a free port: the server has no address');
  return address.port;
}
