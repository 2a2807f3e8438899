import type { Journal, Touch } from '../../../cloud/journal.ts';
import type { Run } from './schedule-input.ts';

/** A run until its target or dead-letter queue has it, or it is dropped. */
export interface PendingRun {
  readonly key: string;
  run: Run;
  /** When the next attempt begins, or the one that is under way began. */
  nextAttemptMs: number;
}

type StoredRun = Omit<PendingRun, 'key'>;

/** The runs under way, kept in the journal. */
export class PendingRuns {
  readonly #pending = new Map<string, PendingRun>();
  readonly #touch: Touch;
  #nextKey = 0;

  constructor(journal: Journal) {
    this.#touch = journal.keep<StoredRun>({
      name: 'scheduler/runs',
      keys: () => this.#pending.keys(),
      read: key => this.#read(key),
      restore: (key, stored) => {
        this.#nextKey = Math.max(this.#nextKey, Number(key) + 1);
        this.#pending.set(key, { key, ...stored });
      },
    });
  }

  get all(): readonly PendingRun[] {
    return [...this.#pending.values()];
  }

  add(run: Run, nextAttemptMs: number): PendingRun {
    const pending = { key: String(this.#nextKey++), run, nextAttemptMs };
    this.#pending.set(pending.key, pending);
    this.#touch(pending.key);
    return pending;
  }

  advance(pending: PendingRun, next: { readonly run: Run; readonly nextAttemptMs: number }): void {
    Object.assign(pending, next);
    this.#touch(pending.key);
  }

  remove({ key }: PendingRun): void {
    this.#pending.delete(key);
    this.#touch(key);
  }

  #read(key: string): StoredRun | undefined {
    const pending = this.#pending.get(key);
    return pending && { run: pending.run, nextAttemptMs: pending.nextAttemptMs };
  }
}
