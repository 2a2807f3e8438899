/**
 * The environments of one deployment: who waits, who is warm, when another thread is started.
 *
 * 1. Each environment runs one invocation at a time; the warmest one is used first.
 * 2. A waiting invocation takes whatever is free first: an environment that has just finished, or one that has just booted.
 * 3. Lambda would start an environment for every concurrent invocation. A machine has few cores, so growth is gentle above
 *    `gentleAboveCount`: another thread only when nobody has become free for a while (handlers that wait for each other).
 * 4. Who can wait before it says what is to be run (a mapping, whose batch grows meanwhile) comes when an environment is
 *    free. That is a hint, not a reservation: whoever runs first has the environment.
 * 5. Where the machine itself is what all wait for, another thread would only take from those that are there: it is started
 *    when nobody has become free for long.
 */
import type { Clock } from '../time/clock.ts';
import type { Invocation, InvocationOutcome } from './deployment.ts';
import { exited } from './environment-errors.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';

const IDLE_LIMIT_MS = 5 * 60_000;
const STALL_MS = 500;
/** After so many stalls in a row another thread is started even on a busy machine: handlers may be waiting for each other. */
const LONGEST_STALL_COUNT = 10;
/** A comer that was called takes so long at most to bring its invocation; then the next one is called. */
const COMING_MS = 5;
/** Share of the time in which an event loop is at work, or is kept from it; above it the thread lacks a core. */
const BUSY_UTILIZATION = 0.7;

export interface PoolOptions {
  readonly clock: Clock;
  /** Starts a thread. */
  readonly start: () => ExecutionEnvironment;
  readonly gentleAboveCount: number;
  /** Booting keeps a core busy: more at once only means that the first one is ready later. */
  readonly bootAtOnce: number;
  readonly mostEnvironments: number;
}

interface Waiting {
  readonly invocation: Invocation;
  readonly onStart: (environment: ExecutionEnvironment) => void;
  readonly resolve: (outcome: InvocationOutcome) => void;
}

interface Idle {
  readonly environment: ExecutionEnvironment;
  readonly sinceMs: number;
}

export class EnvironmentPool {
  readonly #options: PoolOptions;
  readonly #waiting: Waiting[] = [];
  /** Those that come when they are called. */
  readonly #comers: (() => void)[] = [];
  /** Runs while a comer is on its way. */
  #coming: NodeJS.Timeout | undefined;
  /** Ordered by `sinceMs`; taken from the end. */
  readonly #idle: Idle[] = [];
  readonly #live = new Set<ExecutionEnvironment>();
  #booting = 0;
  #retired = false;
  #stallTimer: NodeJS.Timeout | undefined;
  #reaping = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get environmentCount(): number {
    return this.#live.size;
  }

  /** Runs the invocation as soon as an environment is free; `onStart` is told which. Never rejects. */
  run(invocation: Invocation, onStart: (environment: ExecutionEnvironment) => void): Promise<InvocationOutcome> {
    return new Promise(resolve => {
      const waiting = { invocation, onStart, resolve };
      const warm = this.#takeWarm();
      if (warm) {
        void this.#serve(warm, waiting);
        this.#callNext();
      } else {
        this.#waiting.push(waiting);
      }
      this.#grow();
    });
  }

  /** Resolves when an environment is free, or has just become it. */
  async whenFree(): Promise<void> {
    if (this.#retired || (this.#idle.length > 0 && this.#comers.length === 0)) return;
    await new Promise<void>(resolve => {
      this.#comers.push(resolve);
      this.#grow();
      this.#callComers();
    });
  }

  /** Ends the idle environments now and the busy ones when they become free; for a deployment that was replaced. */
  retire(): void {
    this.#retired = true;
    this.#callAll();
    this.letIdleGo();
  }

  /** Ends the environments that wait for work: a machine has better use for their memory. */
  letIdleGo(): void {
    for (const { environment } of this.#idle.splice(0)) this.#discard(environment);
  }

  /** Ends every thread. */
  async close(): Promise<void> {
    this.#clearStall();
    clearTimeout(this.#coming);
    this.#retired = true;
    this.#callAll();
    this.#idle.length = 0;
    for (const { invocation, resolve } of this.#waiting.splice(0)) resolve(neverStarted(invocation.requestId));
    await Promise.all([...this.#live].map(environment => environment.terminate()));
    this.#live.clear();
  }

  /** An environment may have crashed while it was idle: nobody hears of it, and it is not used again. */
  #takeWarm(): ExecutionEnvironment | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.environment.ended) return idle.environment;
      this.#discard(idle.environment);
    }
    return undefined;
  }

  #grow(): void {
    const { gentleAboveCount, bootAtOnce } = this.#options;
    const wanted = Math.min(this.#wantedCount, bootAtOnce);
    while (this.#booting < wanted && this.#live.size < gentleAboveCount) {
      void this.#startOne();
    }
    if (this.#wantedCount > 0 && this.#booting === 0) this.#watchForStall();
  }

  get #wantedCount(): number {
    return this.#waiting.length + this.#comers.length;
  }

  /** One at a time, as long as an environment is free. */
  #callComers(): void {
    if (this.#coming || this.#idle.length === 0) return;
    const comer = this.#comers.shift();
    if (!comer) return;
    this.#coming = setTimeout(() => this.#callNext(), COMING_MS);
    comer();
  }

  /** The one that was called last has come, or has thought better of it. */
  #callNext(): void {
    clearTimeout(this.#coming);
    this.#coming = undefined;
    this.#callComers();
  }

  #callAll(): void {
    for (const comer of this.#comers.splice(0)) comer();
  }

  #watchForStall(stalls = 1): void {
    if (this.#stallTimer) return;
    const busy = [...this.#live].map(environment => environment.watchUtilization());
    const before = performance.eventLoopUtilization();
    this.#stallTimer = setTimeout(() => {
      this.#stallTimer = undefined;
      if (this.#wantedCount === 0) return;
      const cloud = performance.eventLoopUtilization(before).utilization;
      const isMachineBusy = cloud > BUSY_UTILIZATION || busy.every(utilization => utilization() > BUSY_UTILIZATION);
      const grows =
        this.#booting === 0 &&
        this.#live.size < this.#options.mostEnvironments &&
        (!isMachineBusy || stalls >= LONGEST_STALL_COUNT);
      if (grows) void this.#startOne();
      this.#watchForStall(grows ? 1 : stalls + 1);
    }, STALL_MS);
  }

  #clearStall(): void {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
  }

  async #startOne(): Promise<void> {
    this.#booting++;
    const environment = this.#options.start();
    this.#live.add(environment);
    await environment.boot();
    this.#booting--;
    this.#next(environment);
  }

  /** `environment` is free. One that failed to boot hands its error to the invocation that it was started for. */
  #next(environment: ExecutionEnvironment): void {
    const waiting = this.#waiting.shift();
    if (waiting) {
      this.#clearStall();
      void this.#serve(environment, waiting);
      this.#grow();
    } else if (this.#retired || environment.ended) {
      this.#discard(environment);
      this.#comers.shift()?.();
    } else {
      this.#idle.push({ environment, sinceMs: this.#options.clock.now() });
      this.#reapLater();
      this.#clearStall();
      this.#callComers();
    }
  }

  async #serve(environment: ExecutionEnvironment, { invocation, onStart, resolve }: Waiting): Promise<void> {
    onStart(environment);
    const outcome = await environment.invoke(invocation);
    if (environment.ended) {
      this.#discard(environment);
      this.#grow();
    } else {
      this.#next(environment);
    }
    resolve(outcome);
  }

  #discard(environment: ExecutionEnvironment): void {
    this.#live.delete(environment);
    void environment.terminate();
  }

  #reapLater(): void {
    const oldest = this.#idle[0];
    if (this.#reaping || !oldest) return;
    this.#reaping = true;
    this.#options.clock.schedule(oldest.sinceMs + IDLE_LIMIT_MS - this.#options.clock.now(), () => {
      this.#reaping = false;
      const limitMs = this.#options.clock.now() - IDLE_LIMIT_MS;
      while (this.#idle[0] && this.#idle[0].sinceMs <= limitMs) {
        const idle = this.#idle.shift();
        if (idle) this.#discard(idle.environment);
      }
      this.#reapLater();
    });
  }
}

function neverStarted(requestId: string): InvocationOutcome {
  return { kind: 'failed', error: exited(requestId, 0), fatal: true, durationMs: 0, memoryUsedMb: 0 };
}
