/**
 * Durability as a port. An engine keeps its state in memory as it likes, in parts that are records by key, and says which
 * record it has changed; what an earlier process left is given back to it when it announces the part.
 *
 * 1. What has changed by the end of a turn of the event loop is one unit: recovered together, or not at all. State that
 *    has to change together must so be changed without waiting for anything but other engines' answers.
 * 2. Nobody outside the process is told of a change before it is on disk: every answer on the wire waits for `settled`.
 * 3. A part's records come back in the order in which their keys were first put.
 */

/** One part of an engine's state: records of plain JSON, each under a key of its own. */
export interface JournalPart<Stored> {
  /** For example `sqs/messages`; every part of a cloud has another one. */
  readonly name: string;
  /** The keys of everything that is there now. */
  keys(): Iterable<string>;
  /** The record as it is now; undefined once it is gone. Called at the end of the turn in which it was changed. */
  read(key: string): Stored | undefined;
  /** Takes back a record of an earlier process. Neither time nor other engines may be asked for anything yet. */
  restore(key: string, stored: Stored): void;
}

/** Says that the record under `key` was put, changed or deleted. */
export type Touch = (key: string) => void;

export interface Journal {
  /** Whether state outlives the process: what only serves recovery need not be kept otherwise. */
  readonly durable: boolean;
  /** Announces a part, and gives it back its records at once; parts that refer to each other are announced in order. */
  keep<Stored>(part: JournalPart<Stored>): Touch;
  /**
   * Has `resume` called once everything is back and the template provisioned: there timers are set, pollers started and
   * interrupted work taken up. In the order of the calls; when nothing was recovered too.
   */
  onResume(resume: () => void | Promise<void>): void;
  /** @returns undefined when every change so far is on disk; else resolves when it is, rejects when it cannot be written */
  settled(): Promise<void> | undefined;
}

/** No durability: everything ends with the process. */
export const memoryJournal: Journal = {
  durable: false,
  keep: () => () => {},
  onResume: () => {},
  settled: () => undefined,
};
