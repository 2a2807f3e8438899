import type { IdempotencyStore } from '../ports/idempotency-store.ts';
import type { FoldRecord } from './fold-item.ts';
import type { RecordFate } from './fold-step.ts';
import {
  type DeliveryRow,
  type IdempotencyRow,
  type KnownAs,
  knownAs,
  sightingId,
  sightingOf,
} from './idempotency-row.ts';

/** A delivery whose event is remembered. */
export interface Known {
  readonly record: FoldRecord;
  readonly delivery: DeliveryRow;
  readonly row: IdempotencyRow;
}

export interface KnownDependencies {
  readonly store: Pick<IdempotencyStore, 'find' | 'note'>;
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
}

/**
 * The fates of deliveries whose events are remembered. None takes effect; each is counted once, however often it is delivered:
 * a further acceptance by a row of its own, another content under a known id by its place in the quarantine, and copies of it,
 * which would have another place, by such a row too.
 */
export async function fatesOfKnown(
  known: readonly Known[],
  { store, quarantine }: KnownDependencies,
): Promise<readonly RecordFate[]> {
  const judged = known.map(each => ({ ...each, as: knownAs(each.row, each.delivery) }));
  const again = judged.filter(({ as }) => as === 'duplicate');
  const added = again.length === 0 ? [] : await store.note(again.map(({ delivery }) => sightingOf(delivery)));
  const isNew = new Map(again.map(({ record }, index) => [record, added[index] === true]));
  const conflicting = judged.filter(({ as }) => as === 'conflicting');
  for (const [record, isKept] of await refuse(conflicting, { store, quarantine })) isNew.set(record, isKept);
  const fates: RecordFate[] = [];
  for (const { record, as } of judged) {
    const outcome = OUTCOMES[as];
    const fate = isNew.get(record) === false ? ({ record, outcome: 'redelivered' } as const) : { record, outcome };
    fates.push(fate.outcome === 'quarantined' ? { ...fate, reason: conflictReason(record) } : fate);
  }
  return fates;
}

/**
 * Puts deliveries into the quarantine, of each acceptance the first: its row is written once that is done, and names it.
 * @returns whether it was not there yet
 */
async function refuse(
  known: readonly Known[],
  { store, quarantine }: KnownDependencies,
): Promise<ReadonlyMap<FoldRecord, boolean>> {
  const isNew = new Map<FoldRecord, boolean>();
  if (known.length === 0) return isNew;
  const byAcceptance = Map.groupBy(known, ({ delivery }) => sightingId(delivery));
  const rows = await store.find([...byAcceptance.keys()]);
  for (const [id, [first, ...more]] of byAcceptance) {
    if (!first) continue;
    const taken = rows.get(id)?.sequence ?? first.delivery.sequence;
    for (const { record, delivery } of [first, ...more]) {
      const isCopy = delivery.sequence !== taken;
      isNew.set(
        record,
        !isCopy && (await quarantine({ record, outcome: 'quarantined', reason: conflictReason(record) })),
      );
    }
  }
  const unseen = [...byAcceptance].flatMap(([id, [first]]) => (first && !rows.has(id) ? [first] : []));
  if (unseen.length > 0) await store.note(unseen.map(({ delivery }) => sightingOf(delivery)));
  return isNew;
}

const OUTCOMES = {
  ours: 'applied',
  redelivered: 'redelivered',
  duplicate: 'duplicate',
  conflicting: 'quarantined',
} as const satisfies Record<KnownAs, RecordFate['outcome']>;

function conflictReason({ event }: FoldRecord): string {
  return `an id must stand for one event: '${event.id}' came with another content before`;
}
