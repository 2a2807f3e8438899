/** Serves what a running platform knows of itself, for the command line: one JSON document per name, below `/_millrace/`. */

interface InspectionRequest {
  readonly method: string;
  readonly path: string;
}

interface InspectionResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const INSPECTION_PATH = '/_millrace/';

/** Where a document of the platform is whose API is at `apiUrl`. */
export function inspectionUrl(apiUrl: string, name: string): string {
  return new URL(`${INSPECTION_PATH}${name}`, apiUrl).href;
}

/** Each document is read when it is asked for; one that is undefined is not there yet. */
export function inspectionMount(
  documents: Readonly<Record<string, () => unknown>>,
): (request: InspectionRequest) => Promise<InspectionResponse> {
  return async ({ method, path }) => {
    if (method !== 'GET') return json(405, { message: 'these documents are for reading' });
    const name = path.slice(INSPECTION_PATH.length);
    const read = Object.hasOwn(documents, name) ? documents[name] : undefined;
    const document = read?.();
    if (document !== undefined) return json(200, document);
    if (read) return json(503, { message: 'the platform is starting' });
    return json(404, { message: `no document '${name}' (there are ${Object.keys(documents).join(', ')})` });
  };
}

function json(status: number, document: unknown): InspectionResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(document) };
}
