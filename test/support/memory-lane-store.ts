import type { Lane, LaneStore, Lease } from '../../core/index.ts';
import type { MemoryFoldStore } from './memory-fold-store.ts';

/** The lanes of a fold store in memory, and their leases. */
export class MemoryLaneStore implements LaneStore {
  readonly leases = new Map<string, Lease>();
  readonly #store: Pick<MemoryFoldStore<never>, 'lanes'>;

  constructor(store: Pick<MemoryFoldStore<never>, 'lanes'>) {
    this.#store = store;
  }

  async read(key: string, limit: number): Promise<Lane> {
    const records = this.#store.lanes.get(key) ?? [];
    return { records: structuredClone(records.slice(0, limit)), hasMore: records.length > limit };
  }

  async lease(key: string, lease: Lease, nowMs: number): Promise<Lease | undefined> {
    const held = this.leases.get(key);
    if (held && held.untilMs > nowMs && held.holder !== lease.holder) return held;
    this.leases.set(key, lease);
    return undefined;
  }

  async release(key: string, holder: string): Promise<void> {
    if (this.leases.get(key)?.holder === holder) this.leases.delete(key);
  }
}
