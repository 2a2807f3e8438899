import type { FoldItem, FoldRecord, FoldWrite } from '../processing/fold-item.ts';
import type { IdPages } from '../processing/id-page.ts';

export interface FoldReading {
  /** Whether items may be as they were a moment ago, at half the price: for what only acts by a write that fails then. @default false */
  readonly mayBeStale?: boolean;
}

/** Where fold states live. */
export interface FoldStore<State> {
  /**
   * The items of some keys; keys without an item are absent.
   * @throws TerminalError when one of them is damaged; ThrottledError
   */
  read(keys: readonly string[], options?: FoldReading): Promise<ReadonlyMap<string, FoldItem<State>>>;
  /**
   * Pages of the memory of some keys, by key and name.
   * @throws TerminalError when one of them is missing or damaged; ThrottledError
   */
  readPages(names: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, IdPages>>;
  /**
   * Writes the pages, then one item, and with it the rows of its lane if a key is being parked, all or nothing, if the
   * item is still the one that was read.
   * @throws ConflictError when it is not; TerminalError when the store will never take it; ThrottledError
   */
  write(write: FoldWrite<State>): Promise<void>;
  /**
   * Puts records of a key into its lane without its item, which cannot be read. Again changes nothing.
   * @returns those that were not in the lane yet
   */
  setAside(key: string, records: readonly FoldRecord[], reason: string): Promise<readonly FoldRecord[]>;
}
