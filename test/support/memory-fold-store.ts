import {
  ConflictError,
  type FoldItem,
  type FoldReading,
  type FoldRecord,
  type FoldStore,
  type FoldWrite,
  type IdPages,
  type Imprints,
  pageName,
  TerminalError,
} from '../../core/index.ts';

/** What a fault does to one write. */
export type WriteFault = 'none' | 'fail-before' | 'fail-after';

/** A fold store in memory that keeps the fence as the real one does, and remembers every write that was done. */
export class MemoryFoldStore<State> implements FoldStore<State> {
  readonly items = new Map<string, FoldItem<State>>();
  readonly writes: FoldWrite<State>[] = [];
  /** Decides the fate of the next write. */
  fault: () => WriteFault = () => 'none';
  /** How many writes ago a read of an item finds it that may be stale. */
  lag: () => number = () => 0;

  /** What was parked or set aside, by key. */
  readonly lanes = new Map<string, FoldRecord[]>();

  async setAside(key: string, records: readonly FoldRecord[]): Promise<readonly FoldRecord[]> {
    const lane = this.lanes.get(key) ?? [];
    const added = records.filter(record => !lane.some(({ sequence }) => sequence === record.sequence));
    this.lanes.set(key, [...lane, ...added]);
    return added;
  }

  async read(
    keys: readonly string[],
    { mayBeStale = false }: FoldReading = {},
  ): Promise<ReadonlyMap<string, FoldItem<State>>> {
    return new Map(
      keys.flatMap(key => {
        const lag = mayBeStale ? this.lag() : 0;
        const item = lag === 0 ? this.items.get(key) : this.#itemBefore(key, lag);
        return item ? [[key, structuredClone(item)]] : [];
      }),
    );
  }

  #itemBefore(key: string, lag: number): FoldItem<State> | undefined {
    return this.writes.filter(({ item }) => item.key === key).at(-1 - lag)?.item;
  }

  /** Pages by key and name. */
  readonly pages = new Map<string, Map<string, Imprints>>();

  async readPages(names: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, IdPages>> {
    return new Map([...names].map(([key, ofKey]) => [key, new Map(ofKey.map(name => [name, this.#page(key, name)]))]));
  }

  #page(key: string, name: string): Imprints {
    const imprints = this.pages.get(key)?.get(name);
    if (imprints && pageName(key, imprints) === name) return imprints;
    throw new TerminalError(`Cannot read page '${name}' of '${key}': missing or damaged`);
  }

  async write(write: FoldWrite<State>): Promise<void> {
    const fault = this.fault();
    if (fault === 'fail-before') throw new Error('injected: nothing was written');
    for (const { name, imprints } of write.pages ?? []) {
      this.pages.set(write.item.key, (this.pages.get(write.item.key) ?? new Map()).set(name, imprints));
    }
    const stored = this.items.get(write.item.key);
    const { expected } = write;
    if (stored?.revision !== expected?.revision || stored?.lastSequence !== expected?.lastSequence) {
      throw new ConflictError(`expected revision ${expected?.revision}, found ${stored?.revision}`);
    }
    this.items.set(write.item.key, structuredClone(write.item));
    const left = (this.lanes.get(write.item.key) ?? []).filter(
      ({ sequence }) => !write.drained?.some(record => record.sequence === sequence),
    );
    this.lanes.set(write.item.key, [...left, ...structuredClone(write.lane)]);
    this.writes.push(structuredClone(write));
    if (fault === 'fail-after') throw new Error('injected: it was written, the answer was lost');
  }
}
