/**
 * The modules of Node.js that a function may load. Those that reach the network, the disk or the machine's randomness are
 * replaced; the others only compute, and are Node's own.
 */
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import type { Ids } from '../../local/cloud/ids.ts';
import { HttpAgent, httpRequest } from './http-client.ts';
import type { SendRequest } from './send-request.ts';
import { webCrypto } from './web-crypto.ts';

/** `require`, as the bundle knows it. */
export type NodeModules = (name: string) => unknown;

const nodeRequire = createRequire(import.meta.url);

const COMPUTE_ONLY: ReadonlySet<string> = new Set([
  'assert',
  'async_hooks',
  'buffer',
  'events',
  'os',
  'path',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'url',
  'util',
  'zlib',
]);

export interface NodeModulesOptions {
  readonly ids: Ids;
  readonly send: SendRequest;
}

/** @returns `require` for one environment; the last step gives it the environment's own `process` */
export function nodeModules({ ids, send }: NodeModulesOptions): (process: object) => NodeModules {
  const http = { request: httpRequest(send), Agent: HttpAgent };
  const replaced: Readonly<Record<string, unknown>> = {
    crypto: {
      ...crypto,
      ...webCrypto(ids),
      randomBytes: (length: number) => webCrypto(ids).getRandomValues(Buffer.alloc(length)),
      randomInt: (limit: number) => Math.floor(ids.random() * limit),
    },
    fs: { readFileSync: notThere, existsSync: () => false, promises: { readFile: notThereLater }, constants: {} },
    'fs/promises': { readFile: notThereLater },
    http,
    https: http,
    http2: {}, // loaded with the SDK; no client of a handler speaks it
  };
  return process => name => {
    const plain = name.replace(/^node:/, '');
    if (plain === 'process') return { ...process, default: process, __esModule: true };
    if (plain in replaced) return replaced[plain];
    if (COMPUTE_ONLY.has(plain) || plain.startsWith('ajv/')) return nodeRequire(name);
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
}

function notThere(path: unknown): never {
  throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
}

async function notThereLater(path: unknown): Promise<never> {
  return notThere(path);
}
