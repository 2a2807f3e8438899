import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../../time/clock.ts';
import { DeliveryError } from './delivery-failure.ts';

export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface IncomingAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What EventBridge waits at most. Real time: who answers does not know the cloud's clock. */
const TIMEOUT_MS = 5_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Sends a request to this machine. The embedded cloud never calls anything else.
 *
 * @throws DeliveryError when the address is another machine's, when nobody answers, or not in time
 */
export async function sendToLoopback(clock: Clock, outgoing: OutgoingRequest): Promise<IncomingAnswer> {
  const { hostname, protocol, href } = outgoing.url;
  if (!LOOPBACK.test(hostname) || !/^https?:$/.test(protocol)) {
    throw new DeliveryError({
      code: 'SDK_CLIENT_ERROR',
      message: `Cannot call ${href}: the embedded cloud calls only loopback addresses over HTTP`,
      retryable: false,
    });
  }
  const release = clock.hold();
  try {
    return await send(outgoing);
  } catch (error) {
    throw unanswered(href, error);
  } finally {
    release();
  }
}

function send({ method, url, headers, body }: OutgoingRequest): Promise<IncomingAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const length = { 'Content-Length': String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...length }, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const sent = request(url, options, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', chunk => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode: status = 0, headers } = answer;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function unanswered(href: string, error: unknown): DeliveryError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError' || name === 'AbortError') {
    const message = `Cannot call ${href}: no answer within ${TIMEOUT_MS} ms`;
    return new DeliveryError({ code: 'TIMEOUT', message, retryable: true });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new DeliveryError({ code: 'ERROR_FROM_TARGET', message: `Cannot call ${href}: ${reason}`, retryable: true });
}
