import path from 'node:path';
import type { CatalogueFiles } from './publish.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

interface PageRequest {
  readonly method: string;
  readonly path: string;
}

interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const CATALOGUE_PATH = '/catalogue/';

/** Serves the files of a catalogue below `/catalogue/`. They are made when the first is asked for, and kept. */
export function catalogueMount(
  make: () => Promise<CatalogueFiles | undefined>,
): (request: PageRequest) => Promise<PageResponse> {
  let made: Promise<CatalogueFiles | undefined> | undefined;
  return async request => {
    if (request.method !== 'GET') return text(405, 'the catalogue is for reading');
    made ??= make();
    const files = await made.catch(error => {
      made = undefined; // the next request tries again
      throw error;
    });
    if (!files) {
      made = undefined;
      return text(503, 'the platform is starting');
    }
    const name = fileName(request.path);
    const body = files.get(name);
    if (body === undefined) return text(404, `no page '${name}'`);
    const contentType = CONTENT_TYPES[path.extname(name)] ?? 'application/octet-stream';
    return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-cache' }, body };
  };
}

function fileName(requestPath: string): string {
  const name = requestPath.slice(CATALOGUE_PATH.length);
  return name === '' ? 'index.html' : name;
}

function text(status: number, message: string): PageResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: message };
}
