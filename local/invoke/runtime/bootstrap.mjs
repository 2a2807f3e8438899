/**
 * The Node.js runtime inside a worker thread: loads the handler, runs one invocation at a time, and says in Lambda's words
 * what became of it. Plain JavaScript on purpose: a thread that has to strip types starts 30 to 50 ms later.
 *
 * From the host:  { type: 'invoke', requestId, payload, invokedFunctionArn, deadlineMs, nowMs? } | { type: 'collect' }
 * To the host:    { type: 'ready' } | { type: 'init-error', error } | { type: 'line', text }
 *                 | { type: 'done', payload, heapBytes, cpuMs } | { type: 'failed', error } | { type: 'crashed', error }
 *
 * 1. Every error leaves as `{ errorType, errorMessage, trace }`.
 * 2. After `crashed` the thread ends: its state cannot be trusted.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { invocationContext } from './context.mjs';
import { errorDocument, runtimeError } from './error-document.mjs';
import { loadHandler } from './load-handler.mjs';
import { collectGarbage, collectWhenCrowded, usedHeapBytes } from './memory.mjs';
import { captureOutput } from './output.mjs';
import { followCloudTime } from './time.mjs';

const EXIT_AFTER_CRASH = 129;

const send = message => parentPort.postMessage(message);
const output = captureOutput({ logFormat: workerData.logFormat, emit: text => send({ type: 'line', text }) });
const setNow = workerData.cloudTime ? followCloudTime() : () => {};

process.on('uncaughtException', error => crash('Uncaught Exception', errorDocument(error)));
process.on('unhandledRejection', reason => {
  const error = runtimeError('Runtime.UnhandledPromiseRejection', String(reason), reason);
  crash('Unhandled Promise Rejection', errorDocument(error));
});
if (process.env.NODE_OPTIONS?.includes('--enable-source-maps')) process.setSourceMapsEnabled(true);

function crash(label, error) {
  output.logError(label, error);
  send({ type: 'crashed', error });
  process.exit(EXIT_AFTER_CRASH);
}

async function main() {
  setNow(workerData.nowMs);
  let handler;
  try {
    handler = await loadHandler(workerData);
  } catch (error) {
    const document = errorDocument(error);
    output.logError('Init Error', document);
    send({ type: 'init-error', error: document });
    return;
  }
  parentPort.on('message', message => (message.type === 'invoke' ? run(handler, message) : collectGarbage()));
  send({ type: 'ready' });
}

async function run(handler, invocation) {
  output.setRequestId(invocation.requestId);
  setNow(invocation.nowMs);
  const before = process.threadCpuUsage();
  try {
    const result = await handler(JSON.parse(invocation.payload), invocationContext(workerData, invocation));
    const payload = serialise(result);
    const { user, system } = process.threadCpuUsage(before);
    send({ type: 'done', payload, heapBytes: usedHeapBytes(), cpuMs: (user + system) / 1000 });
  } catch (error) {
    const document = errorDocument(error);
    output.logError('Invoke Error', document);
    send({ type: 'failed', error: document });
  }
  collectWhenCrowded(workerData.memorySizeMb);
}

function serialise(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw new Error('Unable to stringify response body', { cause });
  }
}

main();
