import type { FoldItem, FoldWrite } from '../processing/fold-item.ts';

/** Where fold states live. */
export interface FoldStore<State> {
  /** The items of some keys, strongly consistent; keys without an item are absent. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, FoldItem<State>>>;
  /**
   * Writes one item, and with it the rows of its lane if a key is being parked, all or nothing, if the item is still
   * the one that was read.
   * @throws ConflictError when it is not; ThrottledError
   */
  write(write: FoldWrite<State>): Promise<void>;
}
