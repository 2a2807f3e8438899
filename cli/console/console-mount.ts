/** Serves the console page and the one document that it polls. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../assembly.ts';

const FOLDER = path.join(ROOT, 'console');
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageRequest {
  readonly method: string;
  readonly path: string;
}

interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** `readState` answers `GET /console/api/state`; everything else below `/console/` is a file of `console/`. */
export function consoleMount(readState: () => Promise<unknown>): (request: PageRequest) => Promise<PageResponse> {
  return async request => {
    if (request.method !== 'GET') return text(405, 'the console is for reading');
    const name = request.path.slice('/console/'.length) || 'index.html';
    if (name === 'api/state') return json(await readState());
    return file(name);
  };
}

async function file(name: string): Promise<PageResponse> {
  const place = path.join(FOLDER, path.normalize(name));
  const contentType = CONTENT_TYPES[path.extname(place)];
  if (!place.startsWith(FOLDER + path.sep) || !contentType) return text(404, `no page '${name}'`);
  const body = await readFile(place).catch(() => undefined);
  if (!body) return text(404, `no page '${name}'`);
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-cache' }, body };
}

function json(document: unknown): PageResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(document),
  };
}

function text(status: number, message: string): PageResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: message };
}
