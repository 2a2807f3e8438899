/**
 * One batch of the log through a processor with the `transact` guarantee: read, plan a transaction of as many events as fit,
 * commit, and again with the rest.
 *
 * 1. The effects of an event and the row that remembers it are in one transaction: both or neither, once.
 * 2. While nothing is known yet, no rows are read: the transaction itself says which of its events are known. Once one was,
 *    the rest of the batch is asked about in one read.
 * 3. Of a key, an event takes effect only after everything before it is settled. A key that cannot go on is parked from that
 *    event on, in its lane; a key for which something is busy fails there, and is delivered again. Other keys go on.
 * 4. A write that finds another item than the event had read is decided again on what is there now. One that had not read it
 *    never can be: that is terminal, like everything that the tables will never take.
 * 5. Every record that is not reported as failed has taken effect, is known as a copy, quarantined, or parked, durably.
 * 6. Before a key is parked, the row of its first event says so, on the condition that nobody remembers the event. So a
 *    transaction of an earlier attempt, which may still be on its way, either was there before, and is seen, or finds the row
 *    and is cancelled; and since the later events of a key come with the first or after it, none of theirs can be done.
 * 7. Records of a lane are processed in the same way, except that nothing is parked: a record that cannot take effect fails.
 */

import { isRetryable, messageOf, ThrottledError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { excerpt } from '../events/excerpt.ts';
import type { ItemRef, TransactionOutcome, TransactionStore } from '../ports/idempotency-transactions.ts';
import { type BackOff, backOffDelayMs } from './back-off.ts';
import type { FoldRecord } from './fold-item.ts';
import type { RecordFate } from './fold-step.ts';
import { closedKeys, parkRecords } from './idempotency-gates.ts';
import { fatesOfKnown, type Known } from './idempotency-known.ts';
import {
  type DeliveryRow,
  deliveryOf,
  forgetAtMs,
  type IdempotencyRow,
  isParkedAs,
  newWriter,
} from './idempotency-row.ts';
import { type IdempotentDependencies, withoutTwins } from './idempotent-batch.ts';
import type { KeyFailure } from './process-batch.ts';
import {
  defaultTransactLimits,
  type Plan,
  planTransaction,
  type TransactLimits,
  type Waiting,
} from './transact-plan.ts';
import type { TransactProcessor } from './transact-processor.ts';
import { type FoundItem, itemName, keyOfRead } from './transact-write.ts';

/** `fromLane`: see invariant 7. */
export interface TransactDependencies extends IdempotentDependencies {
  readonly store: TransactionStore;
  /** Whether there is time for so long a wait. @default always */
  readonly hasTime?: (waitMs: number) => boolean;
  /** @default defaultTransactLimits */
  readonly limits?: TransactLimits;
}

const BACK_OFF: BackOff = { tries: 8, firstDelayMs: 20, maxDelayMs: 1000 };

/** Carries a batch through `processor`. Never throws for what concerns one key. */
export async function transactBatch<Incoming extends CloudEvent>(
  processor: TransactProcessor<Incoming>,
  records: readonly FoldRecord<Incoming>[],
  dependencies: TransactDependencies,
): Promise<readonly KeyFailure[]> {
  const run = new TransactRun(processor, dependencies);
  return run.process(records);
}

/** What a run knows while it lasts. */
class TransactRun<Incoming extends CloudEvent> {
  readonly #processor: TransactProcessor<Incoming>;
  readonly #dependencies: TransactDependencies;
  readonly #failures: KeyFailure[] = [];
  /** Events that stood in the way of a transaction, and go alone. */
  readonly #alone = new Set<string>();
  readonly #tries = new Map<string, number>();
  #open: Waiting[] = [];
  /** The rows that were there already, by id, as far as anybody asked. */
  readonly #known = new Map<string, IdempotencyRow>();
  /** Whether the rows of what is left have been read (invariant 2). */
  #isAsked = false;

  constructor(processor: TransactProcessor<Incoming>, dependencies: TransactDependencies) {
    this.#processor = processor;
    this.#dependencies = dependencies;
  }

  async process(records: readonly FoldRecord<Incoming>[]): Promise<readonly KeyFailure[]> {
    const { gates, ids, fromLane = false } = this.#dependencies;
    const once = withoutTwins(records, this.#dependencies);
    const keys = fromLane ? [] : [...new Set(once.map(({ event }) => this.#processor.key(event)))];
    const closed = await closedKeys(gates, keys);
    const isClosed = ({ event }: FoldRecord<Incoming>) => closed.has(this.#processor.key(event));
    await this.#parkAll(once.filter(isClosed), key => closed.get(key) ?? '');
    const writer = newWriter(ids, fromLane);
    this.#open = once.filter(record => !isClosed(record)).map(record => this.#waiting(record, writer));
    while (this.#open.length > 0) await this.#step();
    return this.#failures;
  }

  #waiting(record: FoldRecord<Incoming>, writer: string): Waiting {
    const expiresAtMs = forgetAtMs(record, this.#dependencies.clock.now(), this.#processor);
    const row = { ...deliveryOf(record), writer, expiresAtMs };
    return { record, key: this.#processor.key(record.event), row };
  }

  async #step(): Promise<void> {
    await this.#settleKnown();
    await this.#parkHeld();
    const planned = await this.#plan();
    if (!planned) return;
    const { hopeless } = planned;
    if (hopeless) return this.#giveUp(hopeless.waiting, hopeless.reason);
    try {
      const outcome = await this.#dependencies.store.commit(planned.transaction);
      if (outcome.status === 'committed') this.#settle(planned.events.map(applied));
      else await this.#overcome(planned, outcome);
    } catch (error) {
      if (isRetryable(error)) await this.#wait(planned.events, messageOf(error));
      else await this.#separate(planned.events, messageOf(error));
    }
  }

  /** The next transaction; nothing when there is none, or what it needs could not be read. */
  async #plan(): Promise<Plan | undefined> {
    const { limits = defaultTransactLimits, store } = this.#dependencies;
    const isAlone = ({ record }: Waiting) => this.#alone.has(record.sequence);
    const unknown = this.#open.filter(({ row }) => !this.#knownOf(row));
    const [first] = unknown;
    if (!first) return undefined;
    const candidates = isAlone(first) ? [first] : unknown.slice(0, limits.maxItems);
    const { tables, effects } = this.#processor;
    const items = new Map<string, FoundItem | undefined>();
    try {
      const refs = distinct(candidates.flatMap(waiting => readable(() => this.#readsOf(waiting))));
      const found = refs.length === 0 ? [] : await store.read(refs);
      for (const [index, { table, key }] of refs.entries()) items.set(itemName(table, key), found[index]);
    } catch (error) {
      if (isRetryable(error)) await this.#wait(candidates, messageOf(error));
      else await this.#separate(candidates, messageOf(error));
      return undefined;
    }
    const reads = (waiting: Waiting) => this.#readsOf(waiting);
    return planTransaction(candidates, { tables, effects, reads, items, isAlone, limits });
  }

  #readsOf({ record }: Waiting): readonly ItemRef[] {
    const { reads, tables } = this.#processor;
    return reads(record.event).map(ref => ({ table: ref.table, key: keyOfRead(ref, tables) }));
  }

  /** What to do about a transaction that was cancelled. */
  async #overcome(plan: Plan, outcome: Extract<TransactionOutcome, { status: 'cancelled' }>): Promise<void> {
    const { known, obstacles, reason } = outcome;
    for (const [id, row] of known) this.#known.set(id, row);
    if (known.size > 0) return this.#askForRest();
    for (const [index, obstacle] of obstacles.entries()) {
      const writers = plan.writers[index] ?? [];
      if (obstacle === 'refused') return this.#separate(writers, reason);
      if (obstacle !== 'unexpected') continue;
      const name = namesOf(plan)[index];
      const hadRead = writers.some(each => this.#readsOf(each).some(ref => itemName(ref.table, ref.key) === name));
      return hadRead ? this.#wait(writers, reason) : this.#separate(writers, reason);
    }
    return this.#wait(plan.events, reason);
  }

  /** Invariant 2. */
  async #askForRest(): Promise<void> {
    const ids = new Set(this.#open.map(({ row }) => row.id).filter(id => !this.#known.has(id)));
    if (this.#isAsked || ids.size === 0) return;
    try {
      for (const [id, row] of await this.#dependencies.store.find([...ids])) this.#known.set(id, row);
      this.#isAsked = true;
    } catch (error) {
      if (!isRetryable(error)) throw error; // otherwise the transactions will say it
    }
  }

  /** The row that was there already; for drainers, that an event is parked is no news. */
  #knownOf(delivery: DeliveryRow): IdempotencyRow | undefined {
    const row = this.#known.get(delivery.id);
    return this.#dependencies.fromLane && isParkedAs(row, delivery) ? undefined : row;
  }

  /** Settles what is known, as far as everything before it of its key is settled (invariant 3). */
  async #settleKnown(): Promise<void> {
    const held = new Set<string>();
    const ready: { readonly waiting: Waiting; readonly known: Known }[] = [];
    for (const waiting of this.#open) {
      const row = this.#knownOf(waiting.row);
      if (!row || isParkedAs(row, waiting.row)) held.add(waiting.key);
      else if (!held.has(waiting.key)) {
        ready.push({ waiting, known: { record: waiting.record, delivery: waiting.row, row } });
      }
    }
    if (ready.length === 0) return;
    try {
      this.#settle(
        await fatesOfKnown(
          ready.map(({ known }) => known),
          this.#dependencies,
        ),
      );
    } catch (error) {
      this.#fail(
        ready.map(({ waiting }) => waiting),
        messageOf(error),
      );
    }
  }

  /** Parks keys whose first event an earlier attempt held for that, and died. */
  async #parkHeld(): Promise<void> {
    for (const [, [first]] of Map.groupBy(this.#open, ({ key }) => key)) {
      const row = first && this.#knownOf(first.row);
      if (first && isParkedAs(row, first.row)) await this.#park(first, row.reason);
    }
  }

  /** Tries the same events again in a while; fails their keys when that was often enough, or time is up. */
  async #wait(events: readonly Waiting[], reason: string): Promise<void> {
    const { clock, ids, hasTime = () => true } = this.#dependencies;
    const tries = 1 + Math.max(0, ...events.map(({ record }) => this.#tries.get(record.sequence) ?? 0));
    for (const { record } of events) this.#tries.set(record.sequence, tries);
    const delayMs = backOffDelayMs(BACK_OFF, tries, ids.random);
    if (tries >= BACK_OFF.tries || !hasTime(delayMs)) this.#fail(events, `${reason} (after ${tries} tries)`);
    else await clock.sleep(delayMs);
  }

  /** Finds out which of some events can never take effect: they go alone; one that was alone is parked. */
  async #separate(events: readonly Waiting[], reason: string): Promise<void> {
    const [only, ...more] = events;
    if (!only) throw new ThrottledError(`Cannot commit: ${reason}`);
    if (more.length === 0 && this.#alone.has(only.record.sequence)) return this.#giveUp(only, reason);
    for (const { record } of events) this.#alone.add(record.sequence);
  }

  /** Parks the key of an event that can never take effect, unless it has, by an attempt that was late (invariant 6). */
  async #giveUp(waiting: Waiting, reason: string): Promise<void> {
    const { store, fromLane = false } = this.#dependencies;
    if (fromLane) return this.#fail([waiting], reason);
    const { row } = waiting;
    try {
      const [isHeld] = await store.note([{ ...row, status: 'parked', reason: excerpt(reason) }]);
      const found = isHeld ? undefined : (await store.find([row.id])).get(row.id);
      if (found) this.#known.set(row.id, found);
      else await this.#park(waiting, reason);
    } catch (error) {
      if (isRetryable(error)) this.#fail([waiting], messageOf(error));
      else await this.#park(waiting, reason); // the event cannot be remembered at all, by no attempt
    }
  }

  /** Invariant 3: everything that is open of the key of an event goes to its lane. */
  async #park({ key }: Waiting, reason: string): Promise<void> {
    const records = this.#open.filter(each => each.key === key).map(({ record }) => record);
    this.#open = this.#open.filter(each => each.key !== key);
    await this.#parkAll(records as FoldRecord<Incoming>[], () => reason); // made from records of that type, above
  }

  async #parkAll(records: readonly FoldRecord<Incoming>[], reasonOf: (key: string) => string): Promise<void> {
    if (records.length === 0) return;
    const { gates, quarantine, onWritten } = this.#dependencies;
    const { name, key } = this.#processor;
    const parking = { name, key, gates, reasonOf, quarantine, ...(onWritten && { onWritten }) };
    this.#failures.push(...(await parkRecords(records, parking)));
  }

  /** Fails the keys of some events where they stand: they are delivered again from their first record that is open. */
  #fail(events: readonly Waiting[], reason: string): void {
    for (const key of new Set(events.map(event => event.key))) {
      const first = this.#open.find(each => each.key === key);
      if (first) this.#failures.push({ key, sequence: first.record.sequence, reason });
    }
    const failed = new Set(events.map(({ key }) => key));
    this.#open = this.#open.filter(({ key }) => !failed.has(key));
  }

  #settle(fates: readonly RecordFate[]): void {
    const settled = new Set(fates.map(({ record }) => record));
    this.#open = this.#open.filter(({ record }) => !settled.has(record));
    this.#report(fates);
  }

  #report(fates: readonly RecordFate[]): void {
    if (fates.length > 0) this.#dependencies.onWritten?.(fates);
  }
}

function applied({ record }: Waiting): RecordFate {
  return { record, outcome: 'applied' };
}

/** What cannot be read because `reads` throws is told when the event is planned. */
function readable(refs: () => readonly ItemRef[]): readonly ItemRef[] {
  try {
    return refs();
  } catch {
    return [];
  }
}

function namesOf({ transaction }: Plan): readonly string[] {
  return transaction.writes.map(({ table, key }) => itemName(table, key));
}

function distinct(refs: readonly ItemRef[]): readonly ItemRef[] {
  return [...new Map(refs.map(ref => [itemName(ref.table, ref.key), ref])).values()];
}
