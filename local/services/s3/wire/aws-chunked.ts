/** `aws-chunked` bodies: `<size>[;chunk-signature=…]\r\n<bytes>\r\n …`, a last chunk of size 0, then trailing headers. */
import { badRequest } from '../s3-error.ts';

export interface ChunkedBody {
  readonly body: Buffer;
  /** By name in lower case: the checksum, when it comes last. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** @throws AwsError `IncompleteBody` when the framing does not hold */
export function decodeChunked(raw: Buffer): ChunkedBody {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const end = raw.indexOf('\r\n', position);
    if (end < 0) throw incomplete();
    const size = Number.parseInt(raw.toString('latin1', position, end), 16);
    position = end + 2;
    if (!Number.isInteger(size) || position + size > raw.length) throw incomplete();
    if (size === 0) break;
    chunks.push(raw.subarray(position, position + size));
    position += size + 2;
  }
  return { body: Buffer.concat(chunks), trailers: readTrailers(raw.toString('latin1', position)) };
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incomplete() {
  return badRequest('IncompleteBody', 'The request body terminated unexpectedly');
}
