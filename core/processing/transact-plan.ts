/**
 * What of a batch goes into the next transaction of the `transact` guarantee.
 *
 * 1. As many events as fit, in the order of the stream; of a key, the first ones that wait, without a gap.
 * 2. An event that reads what an earlier one of the plan writes, or writes it in a way that cannot be joined, waits for the next
 *    transaction, and so does what follows of its key.
 * 3. An event that cannot be planned alone never can: its key is to be parked once what stands before it is settled.
 */

import { messageOf } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { AddressedWrite, ItemRef, Transaction } from '../ports/idempotency-transactions.ts';
import type { FoldRecord } from './fold-item.ts';
import { jsonBytes } from './fold-limits.ts';
import type { DeliveryRow } from './idempotency-row.ts';
import type { Effects } from './transact-definition.ts';
import { type FoundItem, itemName, joinWrites, keyOfWrite, meets, type TableRules } from './transact-write.ts';

/** An event that waits for its transaction. */
export interface Waiting {
  readonly record: FoldRecord;
  readonly key: string;
  readonly row: DeliveryRow;
}

export interface Plan {
  readonly events: readonly Waiting[];
  readonly transaction: Transaction;
  /** Whose each write is. */
  readonly writers: readonly (readonly Waiting[])[];
  /** The event whose key is to be parked, if nothing could be planned before it. */
  readonly hopeless?: { readonly waiting: Waiting; readonly reason: string };
}

export interface PlanRules {
  readonly tables: TableRules;
  readonly effects: (event: CloudEvent, found: (ref: ItemRef) => FoundItem | undefined) => Effects<string>;
  /** The items that an event reads. */
  readonly reads: (waiting: Waiting) => readonly ItemRef[];
  /** Items as they were read, by name. */
  readonly items: ReadonlyMap<string, FoundItem | undefined>;
  /** Events that have to go alone. */
  readonly isAlone: (waiting: Waiting) => boolean;
  readonly limits: TransactLimits;
}

export interface TransactLimits {
  /** Rows, writes and outbox entries of one transaction: DynamoDB takes 100. */
  readonly maxItems: number;
  /** JSON bytes of one transaction: DynamoDB takes 4 MB of its own counting. */
  readonly maxBytes: number;
  /** JSON bytes of the facts of one key. */
  readonly maxOutboxBytes: number;
}

export const defaultTransactLimits: TransactLimits = { maxItems: 100, maxBytes: 2_500_000, maxOutboxBytes: 150_000 };

/** About what a row takes besides what it says of the event. */
const ROW_BYTES = 300;

interface Draft {
  readonly events: Waiting[];
  readonly writes: Map<string, { readonly write: AddressedWrite; readonly writers: readonly Waiting[] }>;
  readonly outbox: Map<string, { readonly sequence: string; readonly facts: readonly CloudEvent[] }>;
  bytes: number;
}

/** Plans the next transaction out of what waits, in the order of the stream. */
export function planTransaction(waiting: readonly Waiting[], rules: PlanRules): Plan {
  const draft: Draft = { events: [], writes: new Map(), outbox: new Map(), bytes: 0 };
  const held = new Set<string>();
  const ids = new Set<string>();
  for (const next of waiting) {
    if (held.has(next.key)) continue;
    const isFirst = draft.events.length === 0;
    if (ids.has(next.row.id) || (!isFirst && rules.isAlone(next))) {
      held.add(next.key);
      continue;
    }
    const tried = addTo(draft, next, rules);
    if (tried === undefined) {
      ids.add(next.row.id);
      if (isFirst && rules.isAlone(next)) break;
    } else if (isFirst) return { ...planOf(draft), hopeless: { waiting: next, reason: tried } };
    else held.add(next.key);
    if (draft.events.length >= rules.limits.maxItems) break;
  }
  return planOf(draft);
}

/** Adds an event to a draft, or leaves it as it was and says why. */
function addTo(draft: Draft, next: Waiting, rules: PlanRules): string | undefined {
  try {
    const writes = new Map(draft.writes);
    const read = new Set(rules.reads(next).map(({ table, key }) => itemName(table, key)));
    if ([...read].some(name => writes.has(name))) return 'reads what an earlier event writes';
    const { writes: wanted, emitted = [] } = rules.effects(next.record.event, ({ table, key }) => {
      const name = itemName(table, key);
      if (!read.has(name)) throw new Error(`Cannot find item: 'reads' must name it, received ${name}`);
      return rules.items.get(name);
    });
    for (const write of wanted) join(writes, addressed(write, rules.tables), { next, read, items: rules.items });
    const outbox = withFacts(draft.outbox, next, { emitted, maxBytes: rules.limits.maxOutboxBytes });
    const bytes = draft.bytes + ROW_BYTES + jsonBytes([wanted, emitted]);
    const items = draft.events.length + 1 + writes.size + outbox.size;
    const { maxItems, maxBytes } = rules.limits;
    if (items > maxItems) return `Cannot write together: at most ${maxItems} items, reached ${items}`;
    if (bytes > maxBytes) return `Cannot write together: at most ${maxBytes} bytes, reached ${bytes}`;
    draft.bytes = bytes;
    draft.events.push(next);
    for (const [name, write] of writes) draft.writes.set(name, write);
    for (const [key, entry] of outbox) draft.outbox.set(key, entry);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function addressed(write: AddressedWrite['write'], tables: TableRules): AddressedWrite {
  return { table: write.table, key: keyOfWrite(write, tables), write };
}

interface Joining {
  readonly next: Waiting;
  readonly read: ReadonlySet<string>;
  readonly items: PlanRules['items'];
}

/** @throws Error when the write cannot be made together with those that are planned, or contradicts what was read */
function join(writes: Draft['writes'], added: AddressedWrite, { next, read, items }: Joining): void {
  const name = itemName(added.table, added.key);
  const { expect } = added.write;
  if (expect !== undefined && read.has(name) && !meets(items.get(name), expect)) {
    throw new Error(`Cannot write ${name}: it must be ${JSON.stringify(expect)}, and is not`);
  }
  const planned = writes.get(name);
  if (!planned) {
    writes.set(name, { write: added, writers: [next] });
    return;
  }
  const joined = joinWrites(planned.write.write, added.write);
  if (!joined) throw new Error(`Cannot write ${name} twice: only changes that expect nothing can be joined`);
  writes.set(name, { write: { ...planned.write, write: joined }, writers: [...planned.writers, next] });
}

function withFacts(
  outbox: Draft['outbox'],
  { key, record }: Waiting,
  { emitted, maxBytes }: { readonly emitted: readonly CloudEvent[]; readonly maxBytes: number },
): Draft['outbox'] {
  if (emitted.length === 0) return outbox;
  const { sequence, facts } = outbox.get(key) ?? { sequence: record.sequence, facts: [] };
  const together = [...facts, ...emitted];
  const bytes = jsonBytes(together);
  if (bytes > maxBytes) throw new Error(`Cannot emit facts: at most ${maxBytes} bytes per event, reached ${bytes}`);
  return new Map(outbox).set(key, { sequence, facts: together });
}

function planOf({ events, writes, outbox }: Draft): Plan {
  const expiryOf = (key: string) =>
    Math.max(...events.filter(each => each.key === key).map(({ row }) => row.expiresAtMs));
  const planned = [...writes.values()];
  return {
    events,
    transaction: {
      rows: events.map(({ row }) => row),
      writes: planned.map(({ write }) => write),
      outbox: [...outbox].map(([key, entry]) => ({ key, ...entry, expiresAtMs: expiryOf(key) })),
    },
    writers: planned.map(({ writers }) => writers),
  };
}
