/** As much of `node:http2` as the SDK's handler for HTTP/2 uses, with the cloud in place of a connection. */
import { EventEmitter } from 'node:events';
import http2 from 'node:http2';
import { Duplex } from 'node:stream';
import { answerOf, type SendRequest, toRequest } from './send-request.ts';

export const HTTP2_CONSTANTS = http2.constants;

export function connectHttp2(send: SendRequest): ClientSession {
  return new ClientSession(send);
}

class ClientSession extends EventEmitter {
  readonly #send: SendRequest;
  closed = false;
  destroyed = false;

  constructor(send: SendRequest) {
    super();
    this.#send = send;
  }

  request(headers: Readonly<Record<string, unknown>>): ClientStream {
    return new ClientStream(this.#send, headers);
  }

  settings(): void {}
  setTimeout(): void {}
  ref(): void {}
  unref(): void {}

  close(): void {
    this.closed = true;
  }

  destroy(): void {
    this.closed = true;
    this.destroyed = true;
  }
}

class ClientStream extends Duplex {
  readonly #send: SendRequest;
  readonly #headers: Readonly<Record<string, unknown>>;
  readonly #body: Buffer[] = [];
  readonly rstCode = 0;

  constructor(send: SendRequest, headers: Readonly<Record<string, unknown>>) {
    super();
    this.#send = send;
    this.#headers = headers;
  }

  setTimeout(): this {
    return this;
  }

  close(): void {
    this.destroy();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#body.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const method = String(this.#headers[':method'] ?? 'GET');
    const target = String(this.#headers[':path'] ?? '/');
    void this.#send(toRequest({ method, target, headers: this.#headers, body: this.#body })).then(response => {
      const { headers, body } = answerOf(response);
      this.emit('response', { ':status': response.status, ...headers });
      this.push(body);
      this.push(null);
    });
  }
}
