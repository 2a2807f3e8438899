/**
 * One execution environment: a worker thread that has loaded one bundle, and runs one invocation at a time.
 *
 * 1. Whatever the handler does (throw, exit, hang, exhaust its heap), the invocation gets exactly one outcome and the host
 *    lives on.
 * 2. After a fatal outcome the environment has ended and is never used again.
 * 3. Timeouts run on the machine's clock: a virtual clock stands still while a handler runs.
 * 4. The memory limit is kept by watching, far below the limit of V8's own: when V8 itself runs out of heap inside one big
 *    allocation, it takes the whole process with it.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Deployment, ErrorDocument, Invocation, InvocationOutcome } from './deployment.ts';
import { exited, outOfMemory, timedOut } from './environment-errors.ts';

const BOOTSTRAP = new URL('./runtime/bootstrap.mjs', import.meta.url);
/** What Lambda grants to the code outside the handler, at least. */
const SHORTEST_INIT_LIMIT_MS = 10_000;
const BYTES_PER_MB = 2 ** 20;
/** Above the function's memory size: more than any handler can allocate between two looks. */
const V8_HEADROOM_MB = 2048;
/** Small, because many environments share one machine. */
const YOUNG_GENERATION_MB = 16;
const WATCH_EVERY_MS = 100;
/** Looks in a row that must find too much memory in use; between them the worker is asked to collect its garbage. */
const LOOKS_BEFORE_KILL = 2;

// This phase of the optimising compiler also removes the stack checks of loops that call only built-ins, and with them the
// one place where V8 can be stopped from outside: such a loop could neither be timed out nor kept from eating the machine.
setFlagsFromString('--no-turboshaft-loop-unrolling');

type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'done'; readonly payload: string; readonly heapBytes: number; readonly cpuMs: number }
  | { readonly type: 'init-error' | 'failed' | 'crashed'; readonly error: ErrorDocument };

type Verdict =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly payload: string; readonly cpuMs: number }
  | { readonly kind: 'failed'; readonly error: ErrorDocument; readonly fatal: boolean };

export interface EnvironmentOptions {
  readonly deployment: Deployment;
  readonly variables: Record<string, string>;
  readonly logStream: string;
  /** Set when the handler is to see the cloud's time instead of the machine's. */
  readonly cloudNow?: () => number;
  readonly onLine: (text: string) => void;
}

export class ExecutionEnvironment {
  readonly logStream: string;
  readonly #deployment: Deployment;
  readonly #cloudNow: (() => number) | undefined;
  readonly #onLine: (text: string) => void;
  readonly #worker: Worker;
  readonly #startedAtMs = performance.now();
  #settle: ((verdict: Verdict) => void) | undefined;
  /** Set by the first thing that ends the environment, for the invocation that comes to it or waits in it. */
  #end: ((requestId: string) => ErrorDocument) | undefined;
  #initMs: number | undefined;
  #requestId = '';
  readonly #booted: Promise<Verdict>;
  #heapBytes = 0;

  constructor(options: EnvironmentOptions) {
    const { deployment } = options;
    this.#deployment = deployment;
    this.logStream = options.logStream;
    this.#cloudNow = options.cloudNow;
    this.#onLine = options.onLine;
    this.#worker = new Worker(BOOTSTRAP, {
      name: deployment.functionName,
      env: options.variables,
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: deployment.memorySizeMb + V8_HEADROOM_MB,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
      workerData: {
        functionName: deployment.functionName,
        version: deployment.version,
        folder: deployment.folder,
        handler: deployment.handler,
        runtime: deployment.runtime,
        memorySizeMb: deployment.memorySizeMb,
        logGroup: deployment.logGroup,
        logFormat: deployment.logFormat,
        logStream: options.logStream,
        cloudTime: options.cloudNow !== undefined,
        nowMs: options.cloudNow?.(),
      },
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', error => this.#finish(endOf(error)));
    this.#worker.on('exit', exitCode => this.#finish(requestId => exited(requestId, exitCode)));
    this.#booted = this.#nextVerdict(Math.max(SHORTEST_INIT_LIMIT_MS, deployment.timeoutMs));
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** @returns the share of the time from now on in which the thread's event loop was at work, 0 to 1 */
  watchUtilization(): () => number {
    const { performance } = this.#worker;
    const before = performance.eventLoopUtilization();
    return () => performance.eventLoopUtilization(before).utilization;
  }

  /** Resolves when the handler is loaded, or has failed to. */
  async boot(): Promise<void> {
    await this.#booted;
    this.#initMs ??= performance.now() - this.#startedAtMs;
  }

  /** Call it only when no other invocation is under way. Never throws. */
  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    this.#worker.ref();
    await this.boot();
    const initMs = this.#initMs;
    this.#initMs = 0;
    const startedAtMs = performance.now();
    const verdict = await this.#run(invocation);
    this.#worker.unref();
    const outcome = {
      durationMs: performance.now() - startedAtMs,
      memoryUsedMb: Math.ceil(this.#heapBytes / BYTES_PER_MB),
      ...(initMs ? { initMs } : {}),
    };
    return { ...outcome, ...verdict };
  }

  /** Ends the thread; an invocation that is under way gets an outcome. */
  async terminate(): Promise<void> {
    this.#finish(requestId => exited(requestId, 1));
    await this.#worker.terminate();
  }

  async #run(invocation: Invocation): Promise<Exclude<Verdict, { kind: 'ready' }>> {
    const booted = await this.#booted;
    if (booted.kind === 'failed') return booted;
    if (this.#end) return { kind: 'failed', error: this.#end(invocation.requestId), fatal: true };
    const { timeoutMs } = this.#deployment;
    const verdict = this.#nextVerdict(timeoutMs, invocation.requestId);
    this.#worker.postMessage({
      type: 'invoke',
      requestId: invocation.requestId,
      payload: invocation.payload,
      invokedFunctionArn: invocation.invokedFunctionArn,
      deadlineMs: performance.timeOrigin + performance.now() + timeoutMs,
      nowMs: this.#cloudNow?.(),
    });
    const settled = await verdict;
    if (settled.kind === 'ready') throw new Error('Cannot settle an invocation: the runtime said ready twice');
    return settled;
  }

  #nextVerdict(limitMs: number, requestId = ''): Promise<Verdict> {
    return new Promise(resolve => {
      const stopWatching = this.#watch(limitMs);
      this.#settle = verdict => {
        stopWatching();
        this.#settle = undefined;
        resolve(verdict);
      };
      this.#requestId = requestId;
    });
  }

  /** Ends the environment when the time is up or when it uses too much memory. */
  #watch(limitMs: number): () => void {
    const untilMs = performance.now() + limitMs;
    let looksTooHigh = 0;
    let timer: NodeJS.Timeout | undefined;
    const arm = () => {
      timer = setTimeout(look, Math.min(WATCH_EVERY_MS, Math.max(0, untilMs - performance.now())));
    };
    const look = async () => {
      if (performance.now() >= untilMs) return this.#finish(id => timedOut(id, limitMs));
      arm();
      looksTooHigh = (await this.#usesTooMuchMemory()) ? looksTooHigh + 1 : 0;
      if (timer && looksTooHigh >= LOOKS_BEFORE_KILL) this.#finish(outOfMemory);
    };
    arm();
    return () => {
      clearTimeout(timer);
      timer = undefined;
    };
  }

  async #usesTooMuchMemory(): Promise<boolean> {
    const heap = await this.#worker.getHeapStatistics().catch(() => undefined); // rejects once the thread has ended
    if (!heap) return false;
    const usedBytes = heap.used_heap_size + heap.external_memory;
    this.#heapBytes = Math.max(this.#heapBytes, usedBytes);
    const tooMuch = usedBytes > this.#deployment.memorySizeMb * BYTES_PER_MB;
    if (tooMuch) this.#worker.postMessage({ type: 'collect' });
    return tooMuch;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'line':
        this.#onLine(message.text);
        return;
      case 'ready':
        this.#settle?.({ kind: 'ready' });
        return;
      case 'done':
        this.#heapBytes = Math.max(this.#heapBytes, message.heapBytes);
        this.#settle?.({ kind: 'done', payload: message.payload, cpuMs: message.cpuMs });
        return;
      case 'failed':
        this.#settle?.({ kind: 'failed', error: message.error, fatal: false });
        return;
      case 'init-error':
      case 'crashed':
        this.#finish(() => message.error);
    }
  }

  #finish(end: (requestId: string) => ErrorDocument): void {
    if (this.#end) return;
    this.#end = end;
    this.#settle?.({ kind: 'failed', error: end(this.#requestId), fatal: true });
    void this.#worker.terminate();
  }
}

function endOf(error: unknown): (requestId: string) => ErrorDocument {
  const { code, name, message } = error as NodeJS.ErrnoException; // what a worker's `error` event carries
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return outOfMemory;
  return () => ({ errorType: name ?? 'Error', errorMessage: message ?? String(error) });
}
