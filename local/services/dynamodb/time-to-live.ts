/** Time to live of tables: expired items are deleted by the service itself, and marked so in the stream. */
import { commit } from './commit.ts';
import type { Database } from './database.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { locate } from './keys/key-schema.ts';
import type { ItemLocation } from './storage/item-store.ts';
import type { Table } from './table.ts';

/** Begins to expire a table's items, those that it has and those that come. */
export function startExpiring(database: Database, table: Table, attributeName: string): void {
  const expire = (locations: readonly ItemLocation[]) => deleteExpired(database, table, locations);
  const expiries = new ExpiryQueue({ clock: database.cloud.clock, attributeName, expire });
  for (const stored of table.items.scan()) {
    expiries.note(locate(table.definition.schema, stored.item), undefined, stored);
  }
  table.expiries = expiries;
  table.timeToLive = attributeName;
  database.changes.table(table.name);
}

/** Goes on where an earlier process was: what has expired meanwhile goes at the next sweep. */
export function resumeExpiring(database: Database): void {
  for (const table of database.tables.values()) {
    if (table.timeToLive !== undefined && !table.expiries) startExpiring(database, table, table.timeToLive);
  }
}

export function stopExpiring(database: Database, table: Table): void {
  table.expiries?.stop();
  table.expiries = undefined;
  table.timeToLive = undefined;
  database.changes.table(table.name);
}

function deleteExpired(database: Database, table: Table, locations: readonly ItemLocation[]): void {
  for (const location of locations) {
    commit(database, { table, location, before: table.items.get(location), after: undefined, expired: true });
  }
  database.cloud.metrics({
    namespace: 'AWS/DynamoDB',
    name: 'TimeToLiveDeletedItemCount',
    dimensions: { TableName: table.name },
    value: locations.length,
    unit: 'Count',
  });
}
