/**
 * One loopback port for everything: looks at the first bytes of a connection and hands it to HTTP/1.1 or to HTTP/2
 * without TLS (the SDK's Kinesis client speaks nothing else by default).
 */
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import type { HttpRequest, HttpResponse } from '../cloud/service.ts';
import { sendStream } from './send-stream.ts';

/** Larger than any request that AWS accepts in one piece here (a multipart part may be larger in AWS). */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;
const KEEP_ALIVE_MS = 120_000;
const HTTP2_PREFACE = 'PRI';

export type RequestHandler = (request: HttpRequest) => Promise<HttpResponse>;

export interface WireServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
}

type IncomingRequest = http.IncomingMessage | http2.Http2ServerRequest;

/** Serves `handle` on one port. @throws when the port is taken (`EADDRINUSE`) */
export async function listen(handle: RequestHandler, options: ListenOptions): Promise<WireServer> {
  const answer = (incoming: IncomingRequest, outgoing: http.ServerResponse) => void respond(handle, incoming, outgoing);
  const http1 = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  // Node's HTTP/2 compatibility API answers like a ServerResponse, but is not declared as one.
  const http2c = http2.createServer((incoming, outgoing) =>
    answer(incoming, outgoing as unknown as http.ServerResponse),
  );
  http2c.on('sessionError', () => {}); // a client that goes away ends its own session only
  const sockets = new Set<net.Socket>();

  const server = net.createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (!first) return;
      socket.unshift(first);
      const isHttp2 = first.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE;
      (isHttp2 ? http2c : http1).emit('connection', socket);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  const address = server.address() as net.AddressInfo; // listening on TCP, so there is one
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

async function respond(
  handle: RequestHandler,
  incoming: IncomingRequest,
  outgoing: http.ServerResponse,
): Promise<void> {
  const response = await answerTo(handle, incoming);
  if (outgoing.destroyed || outgoing.writableEnded) return;
  const body = typeof response.body === 'string' ? Buffer.from(response.body) : response.body;
  const headers: http.OutgoingHttpHeaders = { ...response.headers };
  if (response.stream) {
    outgoing.writeHead(response.status, headers);
    if (body.length > 0) outgoing.write(body);
    return sendStream(response.stream, outgoing);
  }
  if (response.status !== 204 && headers['content-length'] === undefined) headers['content-length'] = body.length;
  outgoing.writeHead(response.status, headers);
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

async function answerTo(handle: RequestHandler, incoming: IncomingRequest): Promise<HttpResponse> {
  try {
    const body = await readBody(incoming);
    if (!body) return problem(413, `the body is larger than ${LARGEST_BODY_BYTES} bytes`);
    return await handle(toRequest(incoming, body));
  } catch (error) {
    return problem(500, error instanceof Error ? error.message : String(error));
  }
}

function problem(status: number, message: string): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/** @returns undefined when the body is too large */
async function readBody(incoming: IncomingRequest): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

function toRequest(incoming: IncomingRequest, body: Buffer): HttpRequest {
  const target = incoming.url ?? '/';
  const queryAt = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined) continue;
    if (name === ':authority') headers.host ??= String(value);
    else if (!name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1)),
    headers,
    body,
  };
}
