import type { ItemLocation } from '../storage/item-store.ts';

/** To be told of every change of the database's state, in the turn of the event loop in which it happens. */
export interface StateChanges {
  /** A table was made, deleted, or got another definition. */
  table(name: string): void;
  item(tableId: string, location: ItemLocation): void;
  /** A stream or its shards were made, ended, trimmed or forgotten. */
  stream(arn: string): void;
  streamRecord(stream: { readonly arn: string }, shard: { readonly id: string }, ordinal: number): void;
  /** The transaction of a client token was completed, or is too old to be told apart. */
  transaction(token: string): void;
}

/** State ends with the process. */
export const NOTHING_KEPT: StateChanges = {
  table: () => {},
  item: () => {},
  stream: () => {},
  streamRecord: () => {},
  transaction: () => {},
};
