/**
 * What a key's item has to be by the records that the log still holds, and where the stored one differs.
 *
 * 1. Records above the item's fence are on their way: they are not looked at.
 * 2. Records between the fence and that of the lane are in the lane of a parked key: they are not applied here either.
 * 3. What is not in the log any more cannot be rebuilt: an item that counts more than the log holds is older, not wrong,
 *    unless the log never lost anything.
 */
import type { CloudEvent } from '../events/cloud-event.ts';
import { fold, parkKey } from './fold.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import type { FoldLimits } from './fold-limits.ts';
import type { FoldProcessor } from './fold-processor.ts';
import { emptyItem } from './fold-step.ts';
import type { IdPage } from './id-page.ts';
import { compareSequenceNumbers } from './sequence-number.ts';

export interface RebuildInput<Incoming extends CloudEvent> {
  readonly key: string;
  /** All records of the key that the log holds, in any order. */
  readonly records: readonly FoldRecord<Incoming>[];
  /** Sequence number of the last record that took effect; absent when none has. */
  readonly fence?: string;
  /** What is in the key's lane; absent when it is not parked. */
  readonly lane?: { readonly through: string; readonly reason: string };
}

export interface Rebuilt<State> {
  readonly item: FoldItem<State>;
  /** Pages of its memory, which a new item needs. */
  readonly pages: readonly IdPage[];
}

/** Folds the records of a key from the beginning, as far as they were dealt with. Their facts are not in the item. */
export function rebuildItem<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  { key, records, fence, lane }: RebuildInput<Incoming>,
  limits: FoldLimits,
): Rebuilt<State> {
  const applied = records.filter(({ sequence }) => isUpTo(sequence, fence));
  const steps = [...fold(processor, { key, stored: undefined, records: applied }, limits).steps];
  const folded = steps.at(-1)?.write.item ?? emptyItem(key, processor.initialState(key));
  if (lane && !folded.parked) {
    const waiting = records.filter(({ sequence }) => !isUpTo(sequence, fence) && isUpTo(sequence, lane.through));
    steps.push(...parkKey(processor, { key, stored: folded, records: waiting, reason: lane.reason }, limits).steps);
  }
  const item = steps.at(-1)?.write.item ?? folded;
  const names = new Set(item.recentIds.pages.map(({ name }) => name));
  const pages = steps.flatMap(({ write }) => write.pages ?? []).filter(({ name }) => names.has(name));
  return { item: { ...item, outbox: [] }, pages };
}

function isUpTo(sequence: string, fence: string | undefined): boolean {
  return fence !== undefined && compareSequenceNumbers(sequence, fence) <= 0;
}

/** Where two items differ; a side that has nothing there is absent. */
export interface StateDifference {
  /** `state.purchases.lines`, for example. */
  readonly path: string;
  readonly stored?: unknown;
  readonly rebuilt?: unknown;
}

/** What is compared of an item. */
export type Comparable = Pick<FoldItem<unknown>, 'state' | 'lastSequence'> & {
  readonly parked?: { readonly through: string };
  readonly counts: { readonly applied: number; readonly duplicate: number };
};

/** Compares state, counts, fence and parking, field by field, in the order of their names. */
export function compareItems(stored: Comparable, rebuilt: Comparable): StateDifference[] {
  return differences('', comparable(stored), comparable(rebuilt));
}

function comparable({ state, counts, lastSequence, parked }: Comparable): unknown {
  const { applied, duplicate } = counts;
  const lane = parked && { through: parked.through }; // where it begins moves when it is drained: the fence says it
  return JSON.parse(JSON.stringify({ counts: { applied, duplicate }, lastSequence, parked: lane, state })); // as stored
}

function differences(path: string, stored: unknown, rebuilt: unknown): StateDifference[] {
  if (isObject(stored) && isObject(rebuilt) && Array.isArray(stored) === Array.isArray(rebuilt)) {
    const names = [...new Set([...Object.keys(stored), ...Object.keys(rebuilt)])].toSorted();
    return names.flatMap(name =>
      differences(path === '' ? name : `${path}.${name}`, valueAt(stored, name), valueAt(rebuilt, name)),
    );
  }
  if (Object.is(stored, rebuilt) || stored === rebuilt) return [];
  if (isObject(stored) && isObject(rebuilt) && JSON.stringify(stored) === JSON.stringify(rebuilt)) return [];
  return [{ path, ...(stored !== undefined && { stored }), ...(rebuilt !== undefined && { rebuilt }) }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function valueAt(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Events that an item counts and the log does not hold; negative when the log holds more. */
export function eventsMissing(stored: FoldItem<unknown>['counts'], rebuilt: FoldItem<unknown>['counts']): number {
  return countedEvents(stored) - countedEvents(rebuilt);
}

function countedEvents({ applied, duplicate, quarantined }: FoldItem<unknown>['counts']): number {
  return applied + duplicate + quarantined;
}
