/** Tables without their items: what CreateTable and the operations on tables have set. */
import type { Journal, Touch } from '../../../cloud/journal.ts';
import type { SecondaryIndex } from '../secondary-index.ts';
import { ItemStore } from '../storage/item-store.ts';
import type { Stream } from '../streams/stream.ts';
import { newTable, type Table, type TableDefinition } from '../table.ts';
import { restoredStream, type StoredStream, storedStream } from './kept-streams.ts';

type StoredIndex = Omit<SecondaryIndex, 'items' | 'throughput'> & Partial<Pick<SecondaryIndex, 'throughput'>>;

interface StoredTable {
  readonly arn: string;
  readonly id: string;
  readonly createdAtMs: number;
  readonly definition: Omit<TableDefinition, 'indexes' | 'tableClass' | 'encryption' | 'warmth'> &
    Partial<Pick<TableDefinition, 'tableClass' | 'encryption' | 'warmth'>>;
  readonly indexes: readonly StoredIndex[];
  readonly streamArn?: string | undefined;
  /** The table's last stream once it is forgotten: the table is still described with it. */
  readonly forgottenStream?: StoredStream | undefined;
  readonly timeToLive?: string | undefined;
  readonly pointInTimeRecovery: Table['pointInTimeRecovery'];
  readonly tags: readonly (readonly [string, string])[];
}

interface TablesAndStreams {
  readonly tables: Map<string, Table>;
  readonly streams: ReadonlyMap<string, Stream>;
}

/** Streams must be back before. */
export function keepTables(journal: Journal, { tables, streams }: TablesAndStreams): Touch {
  return journal.keep<StoredTable>({
    name: 'dynamodb/tables',
    keys: () => tables.keys(),
    read: name => {
      const table = tables.get(name);
      return table && storedTable(table, streams);
    },
    restore: (name, stored) => {
      tables.set(name, restoredTable(stored, streams));
    },
  });
}

function storedTable(table: Table, streams: ReadonlyMap<string, Stream>): StoredTable {
  const { arn, id, createdAtMs, pointInTimeRecovery, stream, timeToLive } = table;
  const { indexes: _indexes, ...definition } = table.definition;
  return {
    arn,
    id,
    createdAtMs,
    definition,
    indexes: [...table.indexes.values()].map(({ items: _items, ...index }) => index),
    streamArn: stream?.arn,
    forgottenStream: stream && !streams.has(stream.arn) ? storedStream(stream) : undefined,
    timeToLive,
    pointInTimeRecovery,
    tags: [...table.tags],
  };
}

function restoredTable(stored: StoredTable, streams: ReadonlyMap<string, Stream>): Table {
  const { arn, id, createdAtMs, definition } = stored;
  const { tableClass, encryption, warmth } = definition;
  const indexes = stored.indexes.map(index => ({ ...index, throughput: index.throughput, items: new ItemStore() }));
  const table = newTable({ ...definition, indexes, tableClass, encryption, warmth }, { arn, id, createdAtMs });
  table.stream = stored.forgottenStream ? restoredStream(stored.forgottenStream) : streams.get(stored.streamArn ?? '');
  table.timeToLive = stored.timeToLive;
  Object.assign(table.pointInTimeRecovery, stored.pointInTimeRecovery);
  for (const [key, value] of stored.tags) table.tags.set(key, value);
  return table;
}
