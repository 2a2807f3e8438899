/** As much of `node:http` as the SDK's handler for HTTP/1.1 uses, with the cloud in place of a socket. */
import { Readable, Writable } from 'node:stream';
import type { HttpResponse } from '../../local/cloud/service.ts';
import { answerOf, type SendRequest, toRequest } from './send-request.ts';

interface ClientRequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

type OnResponse = (response: Readable) => void;

export class HttpAgent {
  readonly sockets = {};
  readonly requests = {};
  destroy(): void {}
}

export function httpRequest(send: SendRequest): (options: ClientRequestOptions, onResponse: OnResponse) => Writable {
  return (options, onResponse) => new ClientRequest(send, options, onResponse);
}

class ClientRequest extends Writable {
  readonly #send: SendRequest;
  readonly #options: ClientRequestOptions;
  readonly #onResponse: OnResponse;
  readonly #body: Buffer[] = [];

  constructor(send: SendRequest, options: ClientRequestOptions, onResponse: OnResponse) {
    super({ autoDestroy: false });
    this.#send = send;
    this.#options = options;
    this.#onResponse = onResponse;
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#body.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { method = 'GET', path = '/', headers = {} } = this.#options;
    void this.#send(toRequest({ method, target: path, headers, body: this.#body })).then(response => {
      this.#onResponse(incomingMessage(response));
      this.emit('close');
    });
  }
}

function incomingMessage(response: HttpResponse): Readable {
  const { headers, body } = answerOf(response);
  const message = new Readable({ read() {} });
  message.push(body);
  message.push(null);
  return Object.assign(message, { statusCode: response.status, statusMessage: '', headers });
}
