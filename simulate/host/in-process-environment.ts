/**
 * One execution environment in this process: a bundle that was loaded into a sandbox, running one invocation at a time.
 *
 * 1. An invocation gets exactly one outcome: the handler's, or that of the environment's end (time is up, it crashed).
 * 2. After its end an environment does nothing more: its timers are cancelled, its requests are not sent, answers to
 *    those under way are not heard. What was sent is carried out.
 * 3. Time is the cloud's: timeouts and pauses pass on its clock.
 */
import type { Principal } from '../../local/cloud/principal.ts';
import type { Deployment, ErrorDocument, Invocation, InvocationOutcome } from '../../local/invoke/deployment.ts';
import { exited, timedOut } from '../../local/invoke/environment-errors.ts';
import type { Cancel, Clock } from '../../local/time/clock.ts';
import type { CompiledBundle } from './compiled-bundle.ts';
import type { Sandbox, Timers } from './sandbox.ts';

type Handler = (event: unknown, context: object) => unknown;

export interface InProcessEnvironmentOptions {
  readonly deployment: Deployment;
  readonly clock: Clock;
  /** What its calls are made as; no other environment has this very object. */
  readonly principal: Principal;
  readonly bundle: CompiledBundle;
  readonly sandbox: (environment: InProcessEnvironment) => Sandbox;
}

type Ended =
  | { readonly kind: 'done'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: ErrorDocument; readonly fatal: boolean };

const EXIT_CODE = 1;

export class InProcessEnvironment {
  readonly principal: Principal;
  readonly #options: InProcessEnvironmentOptions;
  readonly #timers = new Set<Timer>();
  #handler: Handler | undefined;
  #settle: ((ended: Ended) => void) | undefined;
  #requestId = '';
  #dead = false;

  constructor(options: InProcessEnvironmentOptions) {
    this.#options = options;
    this.principal = options.principal;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get isRunning(): boolean {
    return this.#settle !== undefined;
  }

  readonly timers: Timers = {
    set: (delayMs, run, repeat) => {
      const timer = new Timer();
      const arm = () => {
        timer.cancel = this.#options.clock.schedule(delayMs, () => {
          if (repeat) arm();
          else this.#timers.delete(timer);
          this.#guarded(run);
        });
      };
      if (this.#dead) return timer;
      this.#timers.add(timer);
      arm();
      return timer;
    },
    clear: timer => {
      if (!(timer instanceof Timer)) return;
      timer.cancel();
      this.#timers.delete(timer);
    },
  };

  /** Call it only when no other invocation is under way. Never rejects. */
  invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const { clock, deployment } = this.#options;
    const startedMs = clock.now();
    return new Promise(resolve => {
      const cancel = clock.schedule(deployment.timeoutMs, () =>
        this.#end(timedOut(invocation.requestId, deployment.timeoutMs)),
      );
      this.#requestId = invocation.requestId;
      this.#settle = ended => {
        this.#settle = undefined;
        cancel();
        resolve({ ...ended, durationMs: clock.now() - startedMs, memoryUsedMb: 0 });
      };
      void this.#run(invocation, startedMs + deployment.timeoutMs);
    });
  }

  /** Ends the environment in the middle of what it does. */
  crash(exitCode = EXIT_CODE): void {
    this.#end(exited(this.#requestId, exitCode));
  }

  async #run(invocation: Invocation, deadlineMs: number): Promise<void> {
    const settle = this.#settle;
    try {
      const handler = this.#load();
      const answer = await handler(JSON.parse(invocation.payload), this.#context(invocation, deadlineMs));
      if (this.#settle === settle) settle?.({ kind: 'done', payload: JSON.stringify(answer) ?? 'null' });
    } catch (error) {
      if (this.#settle === settle) settle?.({ kind: 'failed', error: errorDocument(error), fatal: false });
    }
  }

  #load(): Handler {
    if (this.#handler) return this.#handler;
    const { deployment, bundle, sandbox } = this.#options;
    const name = deployment.handler.slice(deployment.handler.lastIndexOf('.') + 1);
    const handler = bundle(sandbox(this))[name];
    if (typeof handler !== 'function') throw new Error(`Runtime.HandlerNotFound: ${deployment.handler} is no function`);
    this.#handler = handler as Handler; // what a handler is, is the bundle's business
    return this.#handler;
  }

  #context({ requestId, invokedFunctionArn }: Invocation, deadlineMs: number): object {
    const { clock, deployment } = this.#options;
    return {
      functionName: deployment.functionName,
      functionVersion: deployment.version,
      invokedFunctionArn,
      memoryLimitInMB: String(deployment.memorySizeMb),
      awsRequestId: requestId,
      logGroupName: deployment.logGroup,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - clock.now()),
    };
  }

  #guarded(run: () => void): void {
    if (this.#dead) return;
    try {
      run();
    } catch (error) {
      this.#end(errorDocument(error));
    }
  }

  #end(error: ErrorDocument): void {
    this.#dead = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#settle?.({ kind: 'failed', error, fatal: true });
  }
}

/** What `setTimeout` gives. */
class Timer {
  cancel: Cancel = () => {};
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return false;
  }
}

/** Without the stack: its frames say where this process runs, and a run must not depend on that. */
function errorDocument(thrown: unknown): ErrorDocument {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: [`${thrown.name}: ${thrown.message}`] };
}
