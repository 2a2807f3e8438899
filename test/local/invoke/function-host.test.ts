import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { issueCredentials } from '../../../local/iam/credentials.ts';
import type { Deployment, InvocationOutcome } from '../../../local/invoke/deployment.ts';
import { FunctionHost } from '../../../local/invoke/function-host.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const clock = new VirtualClock();
const hosts: FunctionHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map(host => host.close()));
});

function newHost() {
  const lines: string[] = [];
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.endpoint = 'http://127.0.0.1:4700';
  cloud.logs = line => lines.push(line.message);
  const host = new FunctionHost({
    cloud,
    credentialsFor: (roleArn, session) => issueCredentials({ kind: 'role', roleArn, session }),
  });
  hosts.push(host);
  return { host, cloud, lines };
}

let revision = 0;

function deployment(source: string, changes: Partial<Deployment> & { file?: string } = {}): Deployment {
  const { file = 'index.mjs', ...rest } = changes;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bundle-'));
  writeFileSync(join(folder, file), source);
  return {
    revisionId: `r${revision++}`,
    functionName: 'f',
    version: '$LATEST',
    functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
    roleArn: 'arn:aws:iam::000000000000:role/f',
    folder,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutMs: 10_000,
    memorySizeMb: 128,
    environment: {},
    logGroup: '/aws/lambda/f',
    logFormat: 'Text',
    ...rest,
  };
}

let request = 0;

async function run(host: FunctionHost, to: Deployment, event: unknown = {}): Promise<InvocationOutcome> {
  const invocation = {
    requestId: `req-${request++}`,
    payload: JSON.stringify(event),
    invokedFunctionArn: to.functionArn,
  };
  return (await host.invoke(to, invocation)).outcome;
}

function answer(outcome: InvocationOutcome): unknown {
  if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.error));
  return JSON.parse(outcome.payload);
}

function failure(outcome: InvocationOutcome) {
  if (outcome.kind === 'done') throw new Error(`Cannot take the error: the handler answered ${outcome.payload}`);
  return outcome.error;
}

describe('FunctionHost', () => {
  it('answers what an async handler returns, null for undefined', async () => {
    const { host } = newHost();
    expect(
      answer(await run(host, deployment('export const handler = async e => ({ got: e.x });'), { x: [1] })),
    ).toEqual({
      got: [1],
    });
    expect(answer(await run(host, deployment('export const handler = async () => {};')))).toBeNull();
  });

  it('shows the handler exactly the template environment and Lambda own variables', async () => {
    process.env.LEAK = 'from the host';
    const { host } = newHost();
    const source = 'export const handler = async () => process.env;';
    const env = answer(await run(host, deployment(source, { environment: { TABLE: 't' } }))) as Record<string, string>;
    delete process.env.LEAK;
    expect(env).toMatchObject({
      TABLE: 't',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4700',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/f',
      _HANDLER: 'index.handler',
    });
    expect(env.LEAK).toBeUndefined();
    expect(env.AWS_ACCESS_KEY_ID).toMatch(/^ASIA[A-Z2-7]{16}$/);
  });

  it('gives the context object its members', async () => {
    const { host } = newHost();
    const source = `export const handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis() });`;
    const context = answer(await run(host, deployment(source))) as Record<string, unknown>;
    expect(context).toMatchObject({
      functionName: 'f',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
      logGroupName: '/aws/lambda/f',
    });
    expect(context.left).toBeGreaterThan(5_000);
    expect(context.left).toBeLessThanOrEqual(10_000);
  });

  it('keeps module state between invocations of a warm environment', async () => {
    const { host } = newHost();
    const counter = deployment('let n = 0; export const handler = async () => ++n;');
    expect(answer(await run(host, counter))).toBe(1);
    expect(answer(await run(host, counter))).toBe(2);
    expect(host.environmentCount(counter.revisionId)).toBe(1);
  });

  it('never runs two invocations at once in one environment', async () => {
    const { host } = newHost();
    const source = `let busy = 0; export const handler = async () => {
      busy++; await new Promise(r => setTimeout(r, 5)); const seen = busy; busy--; return seen; };`;
    const to = deployment(source);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => run(host, to)));
    expect(outcomes.map(answer)).toEqual(Array(30).fill(1));
  });

  it('reaps environments that were idle for some minutes of the cloud time', async () => {
    const { host } = newHost();
    const to = deployment('export const handler = async () => 1;');
    await run(host, to);
    await clock.advance(4 * 60_000);
    expect(host.environmentCount(to.revisionId)).toBe(1);
    await clock.advance(2 * 60_000);
    expect(host.environmentCount(to.revisionId)).toBe(0);
    expect(answer(await run(host, to))).toBe(1);
  });

  it('keeps no environment warm for a deployment that is complete', async () => {
    const { host, cloud } = newHost();
    const to = deployment('export const handler = async () => new Promise(r => setTimeout(r, 30, 1));');
    await run(host, to);
    const busy = run(host, to);
    cloud.deployed();
    expect(answer(await busy)).toBe(1);
    expect(host.environmentCount(to.revisionId)).toBe(1);
    cloud.deployed();
    expect(host.environmentCount(to.revisionId)).toBe(0);
    expect(answer(await run(host, to))).toBe(1);
  });

  it('calls who waits for a free environment, one for each that is', async () => {
    const { host } = newHost();
    const to = deployment('export const handler = async () => new Promise(r => setTimeout(r, 60, 1));');
    let running = 0;
    let most = 0;
    const comer = async () => {
      await host.whenFree(to);
      most = Math.max(most, ++running);
      const outcome = await run(host, to);
      running--;
      return answer(outcome);
    };
    expect(await Promise.all(Array.from({ length: 12 }, comer))).toEqual(Array(12).fill(1));
    expect(most).toBeLessThanOrEqual(host.environmentCount(to.revisionId) + 1);
  });

  it('calls the next one when the one that was called does not come', async () => {
    const { host } = newHost();
    const to = deployment('export const handler = async () => new Promise(r => setTimeout(r, 30, 1));');
    const free = Array.from({ length: 5 }, () => host.whenFree(to));
    await Promise.all(free);
    expect(answer(await run(host, to))).toBe(1);
  });

  it('calls who waits although no environment can be started, so that the error is seen', async () => {
    const { host } = newHost();
    const to = deployment('throw new Error("no init");');
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, async () => {
        await host.whenFree(to);
        return run(host, to);
      }),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
  });

  it('lets nobody wait for a deployment that was replaced', async () => {
    const { host } = newHost();
    const to = deployment('export const handler = async () => new Promise(r => setTimeout(r, 60, 1));');
    const busy = [run(host, to), run(host, to)];
    const waiting = host.whenFree(to);
    host.retire(to.revisionId);
    await waiting;
    expect((await Promise.all(busy)).map(answer)).toEqual([1, 1]);
  });

  it('shows the handler the time of a virtual cloud', async () => {
    const { host } = newHost();
    const to = deployment(
      'export const handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime()];',
    );
    expect(answer(await run(host, to))).toEqual([clock.now(), clock.now(), 5]);
    await clock.advance(1000);
    expect(answer(await run(host, to))).toEqual([clock.now(), clock.now(), 5]);
  });

  it('serves waiting invocations of handlers that wait for each other', async () => {
    const { host } = newHost();
    const inner = deployment('export const handler = async () => 1;');
    const outer = deployment('export const handler = async () => new Promise(r => setTimeout(r, 30, 2));');
    const all = await Promise.all([...Array(20)].flatMap(() => [run(host, outer), run(host, inner)]));
    expect(all.every(outcome => outcome.kind === 'done')).toBe(true);
  });
});

describe('FunctionHost, when the handler fails', () => {
  it('reports what was thrown with its name, message and trace', async () => {
    const { host, lines } = newHost();
    const source = `class Refused extends Error { name = 'Refused' }
      export const handler = async () => { throw new Refused('no seats'); };`;
    const error = failure(await run(host, deployment(source)));
    expect(error).toMatchObject({ errorType: 'Refused', errorMessage: 'no seats' });
    expect(error.trace?.[0]).toBe('Refused: no seats');
    expect(lines.some(line => line.includes('\tERROR\tInvoke Error \t{"errorType":"Refused"'))).toBe(true);
  });

  it('reports thrown values that are no errors', async () => {
    const { host } = newHost();
    const error = failure(await run(host, deployment(`export const handler = async () => { throw 'just text'; };`)));
    expect(error).toEqual({ errorType: 'string', errorMessage: 'just text', trace: [] });
  });

  it('keeps the environment after a thrown error', async () => {
    const { host } = newHost();
    const to = deployment(
      `let n = 0; export const handler = async e => { n++; if (e.fail) throw new Error('x'); return n; };`,
    );
    await run(host, to, { fail: true });
    expect(answer(await run(host, to))).toBe(2);
  });

  it('ends a handler that exceeds its timeout, even in a busy loop, and starts afresh', async () => {
    const { host, lines } = newHost();
    const to = deployment('let n = 0; export const handler = async e => { n++; while (e.hang); return n; };', {
      timeoutMs: 100,
    });
    const error = failure(await run(host, to, { hang: true }));
    expect(error.errorType).toBe('Sandbox.Timedout');
    expect(error.errorMessage).toMatch(/^RequestId: req-\d+ Error: Task timed out after 0\.10 seconds$/);
    expect(lines.some(line => line.endsWith('Task timed out after 0.10 seconds'))).toBe(true);
    expect(answer(await run(host, to))).toBe(1);
  });

  it('survives process.exit', async () => {
    const { host } = newHost();
    const to = deployment(
      'export const handler = async e => { if (e.code !== undefined) process.exit(e.code); return 1; };',
    );
    expect(failure(await run(host, to, { code: 3 }))).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: req-\d+ Error: Runtime exited with error: exit status 3$/),
    });
    expect(failure(await run(host, to, { code: 0 })).errorMessage).toMatch(
      /Runtime exited without providing a reason$/,
    );
    expect(answer(await run(host, to))).toBe(1);
  });

  it.each([
    ['many small objects', 'kept.push(new Array(1000).fill({}))'],
    ['one array that grows', 'kept.push(kept.length)'],
    ['big blocks', 'kept.push(new Array(5e6).fill(0.5))'],
    ['buffers outside the heap', 'kept.push(Buffer.alloc(1e6, 1)); if (kept.length % 20 === 0) await null'],
  ])('survives exhausted memory: %s', async (_, eat) => {
    const { host } = newHost();
    const to = deployment(
      `export const handler = async e => { const kept = []; while (e.eat) { ${eat}; } return 1; };`,
    );
    expect(failure(await run(host, to, { eat: true })).errorType).toBe('Runtime.OutOfMemory');
    expect(answer(await run(host, to))).toBe(1);
  });

  it('does not take garbage for used memory', async () => {
    const { host } = newHost();
    const to = deployment(`export const handler = async () => {
      const end = performance.now() + 700; let text;
      while (performance.now() < end) { text = Array.from({ length: 300_000 }, (_, i) => ({ i })); await new Promise(setImmediate); }
      return text.length; };`);
    expect(answer(await run(host, to))).toBe(300_000);
  });

  it('reports unhandled rejections and uncaught exceptions of forgotten work', async () => {
    const { host } = newHost();
    const wait = 'await new Promise(r => setTimeout(r, 2000));';
    const rejecting = deployment(`export const handler = async () => { Promise.reject(new Error('lost')); ${wait} };`);
    expect(failure(await run(host, rejecting))).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
    const throwing = deployment(
      `export const handler = async () => { setTimeout(() => { throw new TypeError('late'); }); ${wait} };`,
    );
    expect(failure(await run(host, throwing))).toMatchObject({ errorType: 'TypeError', errorMessage: 'late' });
  });

  it('reports a bundle that cannot be loaded, as Lambda names the reason', async () => {
    const { host } = newHost();
    const type = async (to: Deployment) => failure(await run(host, to)).errorType;
    expect(await type(deployment('', { handler: 'other.handler' }))).toBe('Runtime.ImportModuleError');
    expect(await type(deployment(`import 'no-such-package';`))).toBe('Runtime.ImportModuleError');
    expect(await type(deployment('export const handler = 1;'))).toBe('Runtime.HandlerNotFound');
    expect(await type(deployment('export const other = () => 1;'))).toBe('Runtime.HandlerNotFound');
    expect(await type(deployment('const {', {}))).toBe('Runtime.UserCodeSyntaxError');
    expect(await type(deployment('', { handler: 'handler' }))).toBe('Runtime.MalformedHandlerName');
    expect(await type(deployment(`throw new RangeError('at init');`))).toBe('RangeError');
    expect(await type(deployment('process.exit(4);'))).toBe('Runtime.ExitError');
  });

  it('refuses an answer above 6 MB', async () => {
    const { host } = newHost();
    const error = failure(await run(host, deployment(`export const handler = async () => 'x'.repeat(7e6);`)));
    expect(error.errorType).toBe('Function.ResponseSizeTooLarge');
  });

  it('does not hand an environment that crashed while idle to the next invocation', async () => {
    const { host } = newHost();
    const to = deployment(
      `export const handler = async e => { if (e.later) setTimeout(() => process.exit(1), 1); return 1; };`,
    );
    await run(host, to, { later: true });
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(answer(await run(host, to))).toBe(1);
  });
});

describe('FunctionHost and module kinds', () => {
  it('takes a .js file without package.json as CommonJS, whatever lies above the bundle', async () => {
    const { host } = newHost();
    const source = `const { basename } = require('node:path'); exports.handler = async () => basename(__filename);`;
    expect(answer(await run(host, deployment(source, { file: 'index.js' })))).toBe('index.js');
  });

  it('accepts callbacks up to Node.js 22 and refuses them from 24 on', async () => {
    const { host } = newHost();
    const source =
      'exports.handler = (event, context, callback) => { setTimeout(() => callback(null, event.n + 1), 1); };';
    const old = deployment(source, { file: 'index.cjs', runtime: 'nodejs22.x' });
    expect(answer(await run(host, old, { n: 1 }))).toBe(2);
    const current = deployment(source, { file: 'index.cjs' });
    expect(failure(await run(host, current)).errorType).toBe('Runtime.CallbackHandlerDeprecated');
  });
});

describe('FunctionHost and logs', () => {
  it('frames the lines of an invocation and prefixes what the console prints', async () => {
    const { host, lines } = newHost();
    const source = `export const handler = async () => {
      console.log('hello %s', 'world'); console.error('bad'); process.stdout.write('{"_aws":{}}\\nrest'); process.stdout.write(' of line\\n'); };`;
    await run(host, deployment(source));
    expect(lines[0]).toMatch(/^START RequestId: req-\d+ Version: \$LATEST$/);
    expect(lines[1]).toMatch(/^2026-\S+Z\treq-\d+\tINFO\thello world$/);
    expect(lines[2]).toMatch(/\tERROR\tbad$/);
    expect(lines[3]).toBe('{"_aws":{}}');
    expect(lines[4]).toBe('rest of line');
    expect(lines[5]).toMatch(/^END RequestId/);
    expect(lines[6]).toMatch(/^REPORT RequestId: .*Duration: .*Memory Size: 128 MB.*Init Duration: /s);
  });

  it('writes JSON lines when the function asks for them', async () => {
    const { host, lines } = newHost();
    await run(host, deployment(`export const handler = async () => console.warn({ a: 1 });`, { logFormat: 'JSON' }));
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { type: 'platform.start' },
      { level: 'WARN', message: { a: 1 } },
      { type: 'platform.report', record: { status: 'success' } },
    ]);
  });

  it('leaves out what is no warning when only warnings of Lambda are wanted, and says which invocation failed', async () => {
    const { host, lines } = newHost();
    const quiet = { logFormat: 'JSON', systemLogLevel: 'WARN' } as const;
    await run(host, deployment(`export const handler = async () => process.stdout.write('{"own":1}\\n');`, quiet));
    expect(lines).toEqual(['{"own":1}']);
    await run(host, deployment(`export const handler = async () => { throw new Error('no'); };`, quiet)).catch(
      () => {},
    );
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'platform.report', record: { status: 'error' } });
  });

  it('hands back the end of the log when asked', async () => {
    const { host } = newHost();
    const to = deployment(`export const handler = async () => console.log('x'.repeat(9000) + 'end');`);
    const { logTail } = await host.invoke(
      to,
      { requestId: 'r', payload: '{}', invokedFunctionArn: to.functionArn },
      { keepLogTail: true },
    );
    const text = Buffer.from(logTail ?? '', 'base64').toString();
    expect(text).toHaveLength(4096);
    expect(text).toContain('xend\nEND RequestId: r');
  });
});
