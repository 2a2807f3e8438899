/** The one place where items are put into tables and taken out of them: indexes, stream, expiry and counts follow. */
import { type CapacityMeter, writeUnits } from './capacity.ts';
import type { Database } from './database.ts';
import { keyOf } from './keys/key-schema.ts';
import { updateIndex } from './secondary-index.ts';
import type { ItemLocation, StoredItem } from './storage/item-store.ts';
import { appendChange } from './streams/stream.ts';
import type { Table } from './table.ts';
import { sameItem } from './values/attribute-value.ts';

export interface Write {
  readonly table: Table;
  readonly location: ItemLocation;
  readonly before: StoredItem | undefined;
  /** Undefined: the item goes. */
  readonly after: StoredItem | undefined;
  /** Time to live took it. @default false */
  readonly expired?: boolean;
}

/** Carries out one write and tells the stream's readers. */
export function commit(database: Database, write: Write, meter?: CapacityMeter): void {
  if (store(database, write, meter)) notifyReaders(database, write.table);
}

/** Carries out writes of one transaction; readers see all of them or none. */
export function commitAll(database: Database, writes: readonly Write[], meter: CapacityMeter): void {
  const changed = new Set<Table>();
  for (const write of writes) {
    if (store(database, write, meter)) changed.add(write.table);
  }
  for (const table of changed) notifyReaders(database, table);
}

/** @returns whether a stream record was made */
function store(database: Database, write: Write, meter?: CapacityMeter): boolean {
  const { table, location, before, after } = write;
  meter?.addTable(table.name, writeUnits(Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0)));
  if (!before && !after) return false;
  if (after) table.items.put(location, after);
  else table.items.delete(location);
  database.changes.item(table.id, location);
  table.itemCount += (after ? 1 : 0) - (before ? 1 : 0);
  table.sizeBytes += (after?.sizeBytes ?? 0) - (before?.sizeBytes ?? 0);
  for (const index of table.indexes.values()) {
    for (const { sizeBytes } of updateIndex(index, table.definition.schema, write)) {
      meter?.addIndex(table.name, index, writeUnits(sizeBytes));
    }
  }
  table.expiries?.note(location, before, after);
  return record(database, write);
}

/** A write that leaves the item as it was makes no record. */
function record(database: Database, { table, location, before, after, expired = false }: Write): boolean {
  const stream = table.stream;
  if (!stream || stream.closedAtMs !== undefined) return false;
  if (before && after && sameItem(before.item, after.item)) return false;
  const item = (after ?? before)?.item;
  if (!item) return false;
  const keys = keyOf(table.definition.schema, item);
  appendChange(database, stream, { partition: location.partition, keys, before, after, expired });
  return true;
}

function notifyReaders(database: Database, table: Table): void {
  if (table.stream) database.cloud.signals.notify(table.stream.arn);
}
