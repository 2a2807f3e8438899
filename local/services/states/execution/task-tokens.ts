import type { Ids } from '../../../cloud/ids.ts';
import { StateFailure } from './state-failure.ts';

/** A task that somebody outside has to complete. */
export interface PendingTask {
  readonly token: string;
  readonly completed: Promise<unknown>;
  /** Calls `listener` at every heartbeat. */
  onHeartbeat(listener: () => void): void;
  /** The token is of no use from now on. */
  close(): void;
}

interface Waiting {
  readonly succeed: (output: unknown) => void;
  readonly fail: (failure: StateFailure) => void;
  readonly listeners: (() => void)[];
}

/** What became of a token that somebody presents. */
export type TokenState = 'open' | 'closed' | 'unknown';

const TOKEN_LENGTH = 180;
const TOKEN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The task tokens that this cloud handed out. */
export class TaskTokens {
  readonly #ids: Ids;
  readonly #waiting = new Map<string, Waiting>();
  readonly #closed = new Set<string>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  open(): PendingTask {
    const token = `AQ${this.#ids.token(TOKEN_LENGTH, TOKEN_ALPHABET)}==`;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    promise.catch(() => {}); // whoever waits hears of the failure; it may also come after they have gone
    const listeners: (() => void)[] = [];
    this.#waiting.set(token, { succeed: resolve, fail: reject, listeners });
    return {
      token,
      completed: promise,
      onHeartbeat: listener => listeners.push(listener),
      close: () => this.#close(token),
    };
  }

  state(token: string): TokenState {
    if (this.#waiting.has(token)) return 'open';
    return this.#closed.has(token) ? 'closed' : 'unknown';
  }

  succeed(token: string, output: unknown): void {
    this.#waiting.get(token)?.succeed(output);
    this.#close(token);
  }

  fail(token: string, error: string | undefined, cause: string | undefined): void {
    this.#waiting.get(token)?.fail(new StateFailure({ error, cause }));
    this.#close(token);
  }

  heartbeat(token: string): void {
    for (const listener of this.#waiting.get(token)?.listeners ?? []) listener();
  }

  #close(token: string): void {
    if (this.#waiting.delete(token)) this.#closed.add(token);
  }
}
