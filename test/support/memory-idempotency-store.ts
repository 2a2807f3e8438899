import {
  type ClaimOutcome,
  type Clock,
  type Expectation,
  type FoundItem,
  type IdempotencyRow,
  type ItemRef,
  isDrainers,
  isOneWriter,
  isParkedAs,
  itemName,
  type LeaseStore,
  meets,
  type Obstacle,
  type OutboxEntry,
  type Settlement,
  type TableWrite,
  type Transaction,
  type TransactionOutcome,
  type TransactionStore,
} from '../../core/index.ts';

/** Events remembered, tables changed and calls leased, in memory; every operation is atomic, as the real ones are. */
export class MemoryIdempotencyStore implements TransactionStore, LeaseStore {
  readonly rows = new Map<string, IdempotencyRow>();
  readonly items = new Map<string, FoundItem>();
  readonly outbox: OutboxEntry[] = [];
  /** Ids in the order in which they took effect. */
  readonly effects: string[] = [];
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, IdempotencyRow>> {
    return new Map(ids.flatMap(id => [this.rows.get(id)].flatMap(row => (row ? [[id, row] as const] : []))));
  }

  async note(rows: readonly IdempotencyRow[]): Promise<readonly boolean[]> {
    return rows.map(row => {
      const found = this.rows.get(row.id);
      if (!found) this.rows.set(row.id, row);
      return !found || (isOneWriter(found, row) && found.sequence === row.sequence);
    });
  }

  async claim(rows: Parameters<LeaseStore['claim']>[0]): Promise<readonly ClaimOutcome[]> {
    return rows.map(row => {
      const found = this.rows.get(row.id);
      const isFree =
        !found ||
        (isDrainers(row) && isParkedAs(found, row)) ||
        (found.status === 'claimed' &&
          found.fingerprint === row.fingerprint &&
          found.leaseUntilMs <= this.#clock.now());
      if (!isFree) return { status: 'known', row: found };
      this.rows.set(row.id, { ...row, status: 'claimed' });
      return { status: 'claimed' };
    });
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly boolean[]> {
    return settlements.map(settlement => {
      const { row, status } = settlement;
      const found = this.rows.get(row.id);
      if (found?.status !== 'claimed' || found.writer !== row.writer || found.sequence !== row.sequence) return false;
      if (status === 'released') this.rows.set(row.id, { ...found, leaseUntilMs: 0 });
      else if (status === 'refused' || status === 'parked')
        this.rows.set(row.id, { ...row, status, reason: settlement.reason });
      else {
        this.rows.set(row.id, { ...row, status, answer: settlement.answer });
        this.effects.push(row.id);
        if (settlement.outbox) this.outbox.push(settlement.outbox);
      }
      return true;
    });
  }

  async read(refs: readonly ItemRef[]): Promise<readonly (FoundItem | undefined)[]> {
    return refs.map(({ table, key }) => this.items.get(itemName(table, key)));
  }

  async commit({ rows, writes, outbox }: Transaction): Promise<TransactionOutcome> {
    const names = [...rows.map(({ id }) => id), ...writes.map(({ table, key }) => itemName(table, key))];
    if (new Set(names).size < names.length) throw new Error('one item twice in a transaction');
    if (names.length + outbox.length > 100) throw new Error('more than 100 items in a transaction');
    const known = new Map(
      rows.flatMap(row => {
        const found = this.rows.get(row.id);
        return found && !(isDrainers(row) && isParkedAs(found, row)) ? [[row.id, found] as const] : [];
      }),
    );
    const obstacles = writes.map(({ table, key, write }): Obstacle | undefined =>
      isMet(this.items.get(itemName(table, key)), write.expect) ? undefined : 'unexpected',
    );
    if (known.size > 0 || obstacles.some(Boolean))
      return { status: 'cancelled', known, obstacles, reason: 'cancelled' };
    for (const row of rows) {
      this.rows.set(row.id, { ...row, status: 'completed' });
      this.effects.push(row.id);
    }
    for (const { table, key, write } of writes) this.#apply(itemName(table, key), { ...key }, write);
    this.outbox.push(...outbox);
    return { status: 'committed' };
  }

  #apply(name: string, key: FoundItem, write: TableWrite): void {
    if (write.write === 'put') this.items.set(name, write.item);
    else if (write.write === 'remove') this.items.delete(name);
    else if (write.write === 'change') {
      const before = this.items.get(name) ?? key;
      const sums = Object.entries(write.add ?? {}).map(([each, by]) => [each, Number(before[each] ?? 0) + by] as const);
      this.items.set(name, { ...before, ...write.set, ...Object.fromEntries(sums) });
    }
  }
}

function isMet(item: FoundItem | undefined, expect: Expectation | undefined): boolean {
  return expect === undefined || meets(item, expect);
}

/** How many calls are left, and whether the last one still takes effect. */
export interface Fuse {
  callsLeft: number;
  readonly diesAfter: boolean;
}

/**
 * A port whose caller dies at a call: before it takes effect, or after, without hearing of it. From then on nothing takes
 * effect any more, whatever the dead one tries.
 */
export function mortal<Port extends object>(port: Port, fuse: Fuse): Port {
  return new Proxy(port, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...input: unknown[]) => {
        fuse.callsLeft -= 1;
        if (fuse.callsLeft === 0 && fuse.diesAfter) await Reflect.apply(member, target, input);
        if (fuse.callsLeft <= 0) throw new Error('dead');
        return Reflect.apply(member, target, input);
      };
    },
  });
}
