/** Items, each for itself, under the id of its table: a new table of an old name does not get the old one's items. */
import type { Journal } from '../../../cloud/journal.ts';
import { locate } from '../keys/key-schema.ts';
import { updateIndex } from '../secondary-index.ts';
import type { ItemLocation, StoredItem } from '../storage/item-store.ts';
import type { Table } from '../table.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemSizeBytes } from '../values/item-size.ts';
import type { StateChanges } from './state-changes.ts';

/** Does not occur within a partition (see `key-order.ts`). */
const SEPARATOR = '\0\0';

/** Tables must be back before. */
export function keepItems(journal: Journal, tables: ReadonlyMap<string, Table>): StateChanges['item'] {
  const byId = new TablesById(tables);
  const touch = journal.keep<Item>({
    name: 'dynamodb/items',
    *keys() {
      for (const { id, definition, items } of tables.values()) {
        for (const { item } of items.scan()) yield keyOf(id, locate(definition.schema, item));
      }
    },
    read: key => {
      const { tableId, location } = parseKey(key);
      return byId.find(tableId)?.items.get(location)?.item;
    },
    restore: (key, item) => {
      const { tableId, location } = parseKey(key);
      const table = byId.find(tableId);
      if (table) putBack(table, location, { item, sizeBytes: itemSizeBytes(item) });
    },
  });
  return (tableId, location) => touch(keyOf(tableId, location));
}

function putBack(table: Table, location: ItemLocation, stored: StoredItem): void {
  table.items.put(location, stored);
  table.itemCount++;
  table.sizeBytes += stored.sizeBytes;
  for (const index of table.indexes.values()) {
    updateIndex(index, table.definition.schema, { before: undefined, after: stored });
  }
}

function keyOf(tableId: string, { partition, position }: ItemLocation): string {
  return tableId + SEPARATOR + partition + SEPARATOR + position;
}

function parseKey(key: string): { readonly tableId: string; readonly location: ItemLocation } {
  const [tableId = '', partition = ''] = key.split(SEPARATOR, 2);
  const position = key.slice(tableId.length + partition.length + 2 * SEPARATOR.length);
  return { tableId, location: { partition, position } };
}

/** Remembers the last one asked for: records of one table come in long rows. */
class TablesById {
  readonly #tables: ReadonlyMap<string, Table>;
  #last: Table | undefined;

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  find(id: string): Table | undefined {
    if (this.#last?.id === id && this.#tables.get(this.#last.name) === this.#last) return this.#last;
    this.#last = undefined;
    for (const table of this.#tables.values()) {
      if (table.id === id) this.#last = table;
    }
    return this.#last;
  }
}
