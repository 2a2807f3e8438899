/** Capacity units, as `ConsumedCapacity` reports them. */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** What a provisioned table or index may consume per second; zeros when it is on demand. */
export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

/** Which detail a client asked for. @default NONE */
export type CapacityDetail = 'NONE' | 'TOTAL' | 'INDEXES';

/** One write unit per KB begun; at least one. */
export function writeUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / WRITE_UNIT_BYTES));
}

/** One read unit per 4 KB begun, half when eventual consistency will do; at least one (or a half). */
export function readUnits(sizeBytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(sizeBytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);
}

interface IndexUnits {
  readonly scope: 'global' | 'local';
  units: number;
}

interface TableUnits {
  table: number;
  readonly indexes: Map<string, IndexUnits>;
}

/** Adds up the units that one request consumes, by table and index. */
export class CapacityMeter {
  readonly #detail: CapacityDetail;
  readonly #factor: number;
  readonly #kind: 'ReadCapacityUnits' | 'WriteCapacityUnits' | undefined;
  readonly #tables = new Map<string, TableUnits>();

  /** A transaction reads or writes twice, and says which. */
  constructor(detail: CapacityDetail, transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits') {
    this.#detail = detail;
    this.#factor = transaction ? 2 : 1;
    this.#kind = transaction;
  }

  addTable(tableName: string, units: number): void {
    if (this.#detail === 'NONE') return;
    this.#table(tableName).table += units * this.#factor;
  }

  addIndex(
    tableName: string,
    index: { readonly name: string; readonly scope: 'global' | 'local' },
    units: number,
  ): void {
    if (this.#detail === 'NONE') return;
    const { indexes } = this.#table(tableName);
    const entry = indexes.get(index.name) ?? { scope: index.scope, units: 0 };
    entry.units += units * this.#factor;
    indexes.set(index.name, entry);
  }

  /** `{ConsumedCapacity: {…}}` of a request to one table, or nothing when it was not asked for. */
  single(): { ConsumedCapacity?: unknown } {
    const [consumed] = this.#report();
    return consumed ? { ConsumedCapacity: consumed } : {};
  }

  /** `{ConsumedCapacity: [{…}]}` of a request to several tables, or nothing when it was not asked for. */
  several(): { ConsumedCapacity?: unknown } {
    return this.#detail === 'NONE' ? {} : { ConsumedCapacity: this.#report() };
  }

  #table(name: string): TableUnits {
    const entry = this.#tables.get(name) ?? { table: 0, indexes: new Map() };
    this.#tables.set(name, entry);
    return entry;
  }

  #report(): Record<string, unknown>[] {
    return [...this.#tables].map(([name, { table, indexes }]) => {
      const total = [...indexes.values()].reduce((sum, { units }) => sum + units, table);
      return { TableName: name, ...this.#units(total), ...this.#detailOf(table, indexes) };
    });
  }

  #detailOf(table: number, indexes: ReadonlyMap<string, IndexUnits>): Record<string, unknown> {
    if (this.#detail !== 'INDEXES') return {};
    const ofScope = (scope: string) => [...indexes].filter(([, entry]) => entry.scope === scope && entry.units > 0);
    const described = (entries: [string, IndexUnits][]) =>
      Object.fromEntries(entries.map(([name, { units }]) => [name, this.#units(units)]));
    const global = ofScope('global');
    const local = ofScope('local');
    return {
      Table: this.#units(table),
      ...(global.length > 0 ? { GlobalSecondaryIndexes: described(global) } : {}),
      ...(local.length > 0 ? { LocalSecondaryIndexes: described(local) } : {}),
    };
  }

  #units(units: number): Record<string, number> {
    return { CapacityUnits: units, ...(this.#kind ? { [this.#kind]: units } : {}) };
  }
}
