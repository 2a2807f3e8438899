import type { Ids } from '../../../cloud/ids.ts';
import { StateFailure } from './state-failure.ts';

/** A task that somebody outside has to complete. */
export interface PendingTask {
  readonly token: string;
  readonly completed: Promise<unknown>;
  /** When its last heartbeat came, epoch milliseconds; undefined as long as none did. */
  readonly heartbeatMs: () => number | undefined;
  /** Calls `listener` at every heartbeat. */
  onHeartbeat(listener: () => void): void;
  /** The token is of no use from now on. */
  close(): void;
}

/** What somebody has made of a task. */
export type TaskAnswer =
  | { readonly output: unknown }
  | { readonly error: string | undefined; readonly cause: string | undefined };

/** A token as it is kept; one that is closed is only known. */
export type StoredToken = 'closed' | { readonly answer?: TaskAnswer; readonly heartbeatMs?: number };

interface Waiting {
  readonly completed: Promise<unknown>;
  readonly settle: (answer: TaskAnswer) => void;
  readonly listeners: (() => void)[];
  /** Set between the answer and the moment when the task has taken it. */
  answer?: TaskAnswer;
  heartbeatMs?: number;
}

/** What became of a token that somebody presents. */
export type TokenState = 'open' | 'closed' | 'unknown';

const TOKEN_LENGTH = 180;
const TOKEN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The task tokens that this cloud handed out. */
export class TaskTokens {
  /** Hears which tokens have changed. */
  changed: (token: string) => void = () => {};
  readonly #ids: Ids;
  readonly #waiting = new Map<string, Waiting>();
  readonly #closed = new Set<string>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  newToken(): string {
    return `AQ${this.#ids.token(TOKEN_LENGTH, TOKEN_ALPHABET)}==`;
  }

  /** Waits for whoever holds the token; they may have answered already, if the token was handed out before. */
  open(token: string): PendingTask {
    const waiting = this.#waiting.get(token) ?? this.#wait(token, {});
    return {
      token,
      completed: waiting.completed,
      heartbeatMs: () => waiting.heartbeatMs,
      onHeartbeat: listener => waiting.listeners.push(listener),
      close: () => this.#close(token),
    };
  }

  state(token: string): TokenState {
    const waiting = this.#waiting.get(token);
    if (waiting) return waiting.answer ? 'closed' : 'open';
    return this.#closed.has(token) ? 'closed' : 'unknown';
  }

  answer(token: string, answer: TaskAnswer): void {
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    waiting.answer = answer;
    waiting.settle(answer);
    this.changed(token);
  }

  heartbeat(token: string, nowMs: number): void {
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    waiting.heartbeatMs = nowMs;
    this.changed(token);
    for (const listener of waiting.listeners) listener();
  }

  *tokens(): Iterable<string> {
    yield* this.#closed;
    yield* this.#waiting.keys();
  }

  stored(token: string): StoredToken | undefined {
    if (this.#closed.has(token)) return 'closed';
    const waiting = this.#waiting.get(token);
    if (!waiting) return undefined;
    const { answer, heartbeatMs } = waiting;
    return { ...(answer ? { answer } : {}), ...(heartbeatMs === undefined ? {} : { heartbeatMs }) };
  }

  /** Takes back a token of an earlier process. */
  restore(token: string, stored: StoredToken): void {
    if (stored === 'closed') this.#closed.add(token);
    else this.#wait(token, stored);
  }

  #wait(token: string, { answer, heartbeatMs }: Exclude<StoredToken, 'closed'>): Waiting {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    promise.catch(() => {}); // whoever waits hears of the failure; it may also come after they have gone
    const settle = (given: TaskAnswer) =>
      'output' in given ? resolve(given.output) : reject(new StateFailure({ error: given.error, cause: given.cause }));
    const waiting: Waiting = {
      completed: promise,
      settle,
      listeners: [],
      ...(answer ? { answer } : {}),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    };
    this.#waiting.set(token, waiting);
    if (answer) settle(answer);
    this.changed(token);
    return waiting;
  }

  #close(token: string): void {
    if (!this.#waiting.delete(token)) return;
    this.#closed.add(token);
    this.changed(token);
  }
}
