/**
 * What of DynamoDB outlives the process: a record per table, item, stream, stream record and client token, so that a write
 * adds the item and its change to the journal and nothing else.
 *
 * 1. Indexes, counts, sizes and the order of expiry are not kept: they follow from the items.
 * 2. Items of a deleted table and trimmed stream records are not said to be gone one by one: they are passed over when they
 *    come back, because their table's id is unknown, or their ordinal lies below the shard's first.
 * 3. A stream never gives a sequence number twice, and a shard no ordinal, even when all its records have gone.
 */
import type { Journal } from '../../../cloud/journal.ts';
import type { CompletedTransaction } from '../completed-transactions.ts';
import type { Stream } from '../streams/stream.ts';
import type { Table } from '../table.ts';
import { keepItems } from './kept-items.ts';
import { keepStreamRecords, keepStreams } from './kept-streams.ts';
import { keepTables } from './kept-tables.ts';
import { NOTHING_KEPT, type StateChanges } from './state-changes.ts';

export interface DatabaseState {
  /** By name. */
  readonly tables: Map<string, Table>;
  /** By ARN; those of deleted tables too, until their retention ends. */
  readonly streams: Map<string, Stream>;
  /** By client request token, in the order of completion. */
  readonly transactions: Map<string, CompletedTransaction>;
}

/** Brings back into `state` what an earlier process left. */
export function keepState(journal: Journal, state: DatabaseState): StateChanges {
  if (!journal.durable) return NOTHING_KEPT;
  return {
    stream: keepStreams(journal, state.streams),
    streamRecord: keepStreamRecords(journal, state.streams),
    table: keepTables(journal, state),
    item: keepItems(journal, state.tables),
    transaction: keepTransactions(journal, state.transactions),
  };
}

function keepTransactions(journal: Journal, transactions: DatabaseState['transactions']) {
  return journal.keep<CompletedTransaction>({
    name: 'dynamodb/transactions',
    keys: () => transactions.keys(),
    read: token => transactions.get(token),
    restore: (token, completed) => {
      transactions.set(token, completed);
    },
  });
}
