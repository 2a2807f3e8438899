import type { IdempotencyStore } from '../ports/idempotency-store.ts';
import type { FoldRecord } from './fold-item.ts';
import type { RecordFate } from './fold-step.ts';
import { type DeliveryRow, type IdempotencyRow, type KnownAs, knownAs, sightingOf } from './idempotency-row.ts';

/** A delivery whose event is remembered. */
export interface Known {
  readonly record: FoldRecord;
  readonly delivery: DeliveryRow;
  readonly row: IdempotencyRow;
}

export interface KnownDependencies {
  readonly store: Pick<IdempotencyStore, 'note'>;
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
}

/**
 * The fates of deliveries whose events are remembered. None takes effect; each is counted once, however often it is delivered:
 * a further acceptance by a row of its own, another content under a known id by its place in the quarantine.
 */
export async function fatesOfKnown(
  known: readonly Known[],
  { store, quarantine }: KnownDependencies,
): Promise<readonly RecordFate[]> {
  const judged = known.map(each => ({ ...each, as: knownAs(each.row, each.delivery) }));
  const again = judged.filter(({ as }) => as === 'duplicate');
  const added = again.length === 0 ? [] : await store.note(again.map(({ delivery }) => sightingOf(delivery)));
  const isNew = new Map(again.map(({ record }, index) => [record, added[index] === true]));
  const fates: RecordFate[] = [];
  for (const { record, as } of judged) {
    const outcome = OUTCOMES[as];
    if (as === 'conflicting') isNew.set(record, await quarantine({ record, outcome, reason: conflictReason(record) }));
    const fate = isNew.get(record) === false ? ({ record, outcome: 'redelivered' } as const) : { record, outcome };
    fates.push(fate.outcome === 'quarantined' ? { ...fate, reason: conflictReason(record) } : fate);
  }
  return fates;
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
