import type { DeliveryRow, IdempotencyRow } from '../processing/idempotency-row.ts';
import type { FoundItem, ItemKey, TableWrite } from '../processing/transact-write.ts';
import type { IdempotencyStore, OutboxEntry } from './idempotency-store.ts';

/** An item of a table. */
export interface ItemRef {
  readonly table: string;
  readonly key: ItemKey;
}

export interface AddressedWrite extends ItemRef {
  readonly write: TableWrite;
}

/** What takes effect together or not at all: rows that must not be there yet (parked ones give way to drainers), writes, facts. */
export interface Transaction {
  readonly rows: readonly DeliveryRow[];
  readonly writes: readonly AddressedWrite[];
  readonly outbox: readonly OutboxEntry[];
}

/**
 * Why a part of a transaction stood in the way: `unexpected`, the item is not what the write expects; `refused`, it will never
 * be taken; `busy`, it may be taken in a moment.
 */
export type Obstacle = 'unexpected' | 'refused' | 'busy';

/** What became of a transaction. When it was cancelled, nothing was written. */
export type TransactionOutcome =
  | { readonly status: 'committed' }
  | {
      readonly status: 'cancelled';
      /** The rows that were there already, by id. */
      readonly known: ReadonlyMap<string, IdempotencyRow>;
      /** In the order of the writes; `undefined` where nothing stood in the way. */
      readonly obstacles: readonly (Obstacle | undefined)[];
      readonly reason: string;
    };

/** Tables whose items change together with the memory of the events that changed them. */
export interface TransactionStore extends IdempotencyStore {
  /** Items, strongly consistent, in the order of `refs`. @throws ThrottledError; TerminalError for a key that cannot be */
  read(refs: readonly ItemRef[]): Promise<readonly (FoundItem | undefined)[]>;
  /** @throws ThrottledError; TerminalError when it will never be taken as it is */
  commit(transaction: Transaction): Promise<TransactionOutcome>;
}
