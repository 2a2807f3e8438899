import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { mappedStream } from '../../../local/wire/mapped-stream.ts';
import { listen, type WireServer } from '../../../local/wire/server.ts';

/** Far more than two sockets and their streams hold. */
const PIECES = 200;
const PIECE_BYTES = 512 * 1024;

const servers: WireServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A stream that is fed by hand, and says how often it was asked and whether it was let go. */
function fedStream() {
  const waiting: ((step: IteratorResult<Buffer>) => void)[] = [];
  const ready: IteratorResult<Buffer>[] = [];
  const state = { asked: 0, returned: false };
  const give = (step: IteratorResult<Buffer>) => {
    const next = waiting.shift();
    if (next) next(step);
    else ready.push(step);
  };
  const stream: AsyncIterable<Buffer> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        state.asked++;
        const step = ready.shift();
        return step ? Promise.resolve(step) : new Promise(resolve => waiting.push(resolve));
      },
      async return() {
        state.returned = true;
        for (const next of waiting.splice(0)) next({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
    }),
  };
  return {
    stream,
    state,
    push: (text: string | Buffer) => give({ done: false, value: Buffer.from(text) }),
    end: () => give({ done: true, value: undefined }),
  };
}

async function serve(stream: AsyncIterable<Buffer>, body = 'begin,'): Promise<string> {
  const headers = { 'content-type': 'text/plain' };
  const server = await listen(async () => ({ status: 200, headers, body, stream }), { port: 0 });
  servers.push(server);
  return `http://127.0.0.1:${server.port}/`;
}

/** Resolves when `done` holds, turn by turn of the event loop. */
async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000 && !done(); turn++) await new Promise(resolve => setImmediate(resolve));
  expect(done()).toBe(true);
}

function get(url: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => http.get(url, resolve).once('error', reject));
}

describe('An answer with a stream', () => {
  it('sends its body at once and each piece as it comes, and ends with the stream', async () => {
    const { stream, push, end } = fedStream();
    const response = await get(await serve(stream));
    expect(response.headers['transfer-encoding']).toBe('chunked');
    let text = '';
    response.on('data', chunk => {
      text += chunk;
    });
    await until(() => text === 'begin,');
    push('1,');
    await until(() => text === 'begin,1,');
    push('2');
    end();
    await until(() => response.complete);
    expect(text).toBe('begin,1,2');
  });

  it('lets go of the stream when the client goes away, also while a piece is awaited', async () => {
    const { stream, state, push } = fedStream();
    const response = await get(await serve(stream));
    push('1');
    await until(() => state.asked === 2);
    response.destroy();
    await until(() => state.returned);
  });

  it('asks for no more than the connection holds while the client does not read', async () => {
    const { stream, state, push, end } = fedStream();
    const response = await get(await serve(stream));
    response.pause();
    for (let i = 0; i < PIECES; i++) push(Buffer.alloc(PIECE_BYTES));
    end();
    let asked = -1;
    let stable = 0;
    await until(() => {
      stable = asked === state.asked ? stable + 1 : 0;
      asked = state.asked;
      return stable > 500;
    });
    expect(asked).toBeLessThan(PIECES / 4);
    let received = 0;
    response.on('data', chunk => {
      received += chunk.length;
    });
    await new Promise(resolve => response.resume().once('end', resolve));
    expect(received).toBe(PIECES * PIECE_BYTES + 'begin,'.length);
  });

  it('is cut off, and not ended, when its stream fails', async () => {
    const { promise: next, reject: fail } = Promise.withResolvers<IteratorResult<Buffer>>();
    const response = await get(await serve({ [Symbol.asyncIterator]: () => ({ next: () => next }) }));
    const failure = new Promise(resolve => response.once('error', resolve));
    response.resume();
    fail(new Error('disk full'));
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends when the server is closed', async () => {
    const { stream, state } = fedStream();
    const response = await get(await serve(stream));
    response.on('error', () => {}).resume();
    await until(() => state.asked === 1);
    await servers.pop()?.close();
    await until(() => state.returned);
  });
});

describe('mappedStream', () => {
  it('waits for each item to be mapped, in order, and passes the end and a return on', async () => {
    const { stream, state, push, end } = fedStream();
    const mapped = mappedStream(stream, async piece => `<${piece}>`);
    for (const text of ['a', 'b']) push(text);
    end();
    const items: string[] = [];
    for await (const item of mapped) items.push(item);
    expect(items).toEqual(['<a>', '<b>']);
    const other = fedStream();
    const iterator = mappedStream(other.stream, piece => piece)[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await iterator.return?.();
    expect((await waiting).done).toBe(true);
    expect([state.returned, other.state.returned]).toEqual([false, true]);
  });
});
