import { expect, test } from 'vitest';
import { CALL, hostedFunction, START_MS } from './hosted-function.ts';

test('a function sees its own variables and nothing of the machine, the cloud’s time, and a role’s credentials', async () => {
  const source = `export const handler = async () => ({
    stage: process.env.STAGE, home: process.env.HOME, region: process.env.AWS_REGION,
    now: Date.now(), today: new Date().toISOString(), isDate: new Date(0) instanceof Date,
  });`;
  const outcome = await hostedFunction(source, { environment: { STAGE: 'dev' }, skewMs: () => 5_000 }).run();
  expect(outcome).toMatchObject({ kind: 'done' });
  expect(JSON.parse(outcome.kind === 'done' ? outcome.payload : '')).toEqual({
    stage: 'dev',
    region: 'eu-west-1',
    now: START_MS + 5_000,
    today: '2026-01-05T00:00:05.000Z',
    isDate: true,
  });
});

test('module state lives as long as its environment: it is there when warm, and gone after a crash', async () => {
  const source = `let count = 0; globalThis.leak = 'leaked';
    export const handler = async ({ exit }) => { count++; if (exit) process.exit(1); return count; };`;
  const { run, host } = hostedFunction(source);
  expect(await run()).toMatchObject({ payload: '1' });
  expect(await run()).toMatchObject({ payload: '2' });
  expect(await run({ exit: true })).toMatchObject({
    kind: 'failed',
    fatal: true,
    error: { errorType: 'Runtime.ExitError' },
  });
  expect(await run()).toMatchObject({ payload: '1' });
  expect(host.coldStarts).toBe(2);
  expect('leak' in globalThis).toBe(false);
});

test('two hosts share no module state, though they share the compiled code', async () => {
  const source =
    'const known = new Set(); export const handler = async ({ id }) => { known.add(id); return [...known]; };';
  const [first, second] = [hostedFunction(source), hostedFunction(source)];
  await first.run({ id: 'a' });
  expect(await second.run({ id: 'b' })).toMatchObject({ payload: '["b"]' });
});

test('concurrent invocations have environments of their own', async () => {
  const source = `let busy = 0;
    export const handler = async () => { busy++; await new Promise(r => setTimeout(r, 100)); return busy--; };`;
  const { begin, clock, host } = hostedFunction(source);
  const both = Promise.all([begin(), begin()]);
  await clock.advance(200);
  expect((await both).map(outcome => outcome.kind === 'done' && outcome.payload)).toEqual(['1', '1']);
  expect(host.coldStarts).toBe(2);
});

test('time is up on the cloud’s clock: the invocation ends, and the handler does nothing any more', async () => {
  const source = `${CALL} export const handler = async () => {
    await new Promise(r => setTimeout(r, 5_000)); await call('/late'); return 'late';
  };`;
  const { run, clock, requests } = hostedFunction(source, { timeoutMs: 3_000 });
  const outcome = await run();
  expect(outcome).toMatchObject({
    kind: 'failed',
    fatal: true,
    error: { errorType: 'Sandbox.Timedout' },
    durationMs: 3_000,
  });
  await clock.advance(60_000);
  expect(requests).toEqual([]);
});

test('an error of the handler is the invocation’s, and the environment goes on', async () => {
  const source = "let n = 0; export const handler = () => { n++; if (n === 1) throw new TypeError('bad'); return n; };";
  const { run } = hostedFunction(source);
  expect(await run()).toMatchObject({
    kind: 'failed',
    fatal: false,
    error: { errorType: 'TypeError', errorMessage: 'bad' },
  });
  expect(await run()).toMatchObject({ kind: 'done', payload: '2' });
});

test('an error in a timer ends the environment', async () => {
  const source = "export const handler = () => new Promise(() => setTimeout(() => { throw new Error('later'); }, 10));";
  expect(await hostedFunction(source).run()).toMatchObject({
    kind: 'failed',
    fatal: true,
    error: { errorMessage: 'later' },
  });
});

test('a crash in the middle of a call: what was sent is carried out, the answer is not heard, nothing more is sent', async () => {
  const source = `${CALL} export const handler = async () => { await call('/one'); await call('/two'); return 'done'; };`;
  const function_ = hostedFunction(source, {
    async answer(request) {
      const { principal } = function_.requests.at(-1) ?? {};
      if (request.path === '/one' && principal) function_.host.callers.crash(principal);
      return { status: 200, headers: {}, body: 'ok' };
    },
  });
  expect(await function_.run()).toMatchObject({
    kind: 'failed',
    fatal: true,
    error: { errorType: 'Runtime.ExitError' },
  });
  await function_.clock.advance(60_000);
  expect(function_.requests.map(({ path }) => path)).toEqual(['/one']);
  expect(function_.requests[0]).toMatchObject({ body: 'body of /one', principal: { session: 'dev-function' } });
});

test('the same seed gives the same randomness, another seed another', async () => {
  const source = `import { randomUUID, randomBytes } from 'node:crypto';
    export const handler = async () => [Math.random(), randomUUID(), randomBytes(4).toString('hex'), crypto.randomUUID()];`;
  const drawn = async (seed: number) => (await hostedFunction(source, { seed }).run()) as { payload: string };
  expect((await drawn(7)).payload).toBe((await drawn(7)).payload);
  expect((await drawn(7)).payload).not.toBe((await drawn(8)).payload);
});

test('the disk and unknown modules are out of reach', async () => {
  const source = `import { readFile } from 'node:fs/promises';
    export const handler = async () => { await readFile('/etc/hostname'); };`;
  expect(await hostedFunction(source).run()).toMatchObject({ kind: 'failed', error: { errorMessage: /ENOENT/ } });
  const net = "import net from 'node:net'; export const handler = async () => net;";
  expect(await hostedFunction(net).run()).toMatchObject({ kind: 'failed', error: { errorMessage: /node:net/ } });
});
