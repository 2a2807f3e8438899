import type { Journal, Touch } from '../cloud/journal.ts';

export interface AsyncEvent {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly acceptedAtMs: number;
}

/** How one attempt went; `payload` is the answer or the error document. */
export interface AttemptResult {
  readonly functionError?: 'Unhandled';
  readonly payload: string;
  readonly executedVersion: string;
}

/** How an event ends. */
export interface Ending {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly result: AttemptResult;
}

/** How far an event is. */
export interface AsyncProgress {
  readonly invokeCount: number;
  readonly throttleCount: number;
  /** When the next attempt begins, or the one that is under way began. */
  readonly nextAttemptMs: number;
  /** Of the last attempt. */
  readonly lastResult?: AttemptResult;
  /** It only has to be reported to destinations. */
  readonly ending?: Ending;
}

/** An event that was accepted and has not ended. */
export interface PendingEvent {
  readonly key: string;
  readonly event: AsyncEvent;
  progress: AsyncProgress;
}

/**
 * The events that were accepted and have not ended, kept in the journal: what was asked for once, and how far it is in a
 * small record beside it.
 */
export class AsyncEvents {
  readonly #pending = new Map<string, PendingEvent>();
  readonly #touchEvent: Touch;
  readonly #touchProgress: Touch;
  #nextKey = 0;

  constructor(journal: Journal) {
    this.#touchEvent = journal.keep<AsyncEvent>({
      name: 'lambda/async-events',
      keys: () => this.#pending.keys(),
      read: key => this.#pending.get(key)?.event,
      restore: (key, event) => this.#restore(key, event),
    });
    this.#touchProgress = journal.keep<AsyncProgress>({
      name: 'lambda/async-progress',
      keys: () => this.#pending.keys(),
      read: key => this.#pending.get(key)?.progress,
      restore: (key, progress) => {
        const pending = this.#pending.get(key);
        if (pending) pending.progress = progress;
      },
    });
  }

  get size(): number {
    return this.#pending.size;
  }

  get all(): readonly PendingEvent[] {
    return [...this.#pending.values()];
  }

  add(event: AsyncEvent): PendingEvent {
    const pending = fresh(String(this.#nextKey++), event);
    this.#pending.set(pending.key, pending);
    this.#touchEvent(pending.key);
    return pending;
  }

  advance(pending: PendingEvent, progress: AsyncProgress): void {
    pending.progress = progress;
    this.#touchProgress(pending.key);
  }

  remove({ key, progress }: PendingEvent): void {
    this.#pending.delete(key);
    this.#touchEvent(key);
    if (progress.invokeCount + progress.throttleCount > 0) this.#touchProgress(key);
  }

  #restore(key: string, event: AsyncEvent): void {
    this.#nextKey = Math.max(this.#nextKey, Number(key) + 1);
    this.#pending.set(key, fresh(key, event));
  }
}

function fresh(key: string, event: AsyncEvent): PendingEvent {
  return { key, event, progress: { invokeCount: 0, throttleCount: 0, nextAttemptMs: event.acceptedAtMs } };
}
