/**
 * Drains the lane of a key that a fold parked: its records go through the fold as if the key had never been parked.
 *
 * 1. A step is one write: the item with the effects of the lane's first records, and the end of these records' rows, on the
 *    condition that the item is the one that was read. The item is read before its lane, so that whatever the live processor
 *    parks afterwards makes the write fail; then both are read again.
 * 2. The write that empties the lane unparks the key. While it is not empty, `parked` and its fence stay, and the live
 *    processor goes on to add to the end: nothing is overtaken.
 * 3. A row is there as long as its record has not been dealt with. So it does not stand behind the item's fence, and only the
 *    memory can know its event; the fence never goes back.
 * 4. The first record that still cannot be applied ends it, with its reason. It and all behind it stay as they are.
 * 5. The lease keeps two drainers from working for nothing. What is right does not depend on it: that is invariant 1.
 */
import type { CloudEvent } from '../events/cloud-event.ts';
import {
  type Drained,
  type DrainPorts,
  type DrainRequest,
  type DrainStep,
  drainUnderLease,
  leading,
  notAccepted,
  stoppedAt,
} from './drain-lease.ts';
import { drainingWrite, unfenced, unparking } from './drain-write.ts';
import { fold } from './fold.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import { defaultFoldLimits, type FoldLimits } from './fold-limits.ts';
import type { FoldProcessor } from './fold-processor.ts';
import { type IdPages, idTime } from './id-page.ts';
import type { BatchDependencies } from './process-batch.ts';
import { pagesToRead } from './recent-ids.ts';

export interface DrainDependencies<State> extends BatchDependencies<State>, DrainPorts {}

/**
 * Drains until the lane is empty, a record fails or time is up.
 * @throws ConflictError when the key is written to all the time; TerminalError when item or lane is damaged; ThrottledError
 */
export function drainLane<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  request: DrainRequest,
  dependencies: DrainDependencies<State>,
): Promise<Drained> {
  return drainUnderLease(request, dependencies, () => drainStep(processor, request.key, dependencies));
}

async function drainStep<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  key: string,
  { store, lanes, quarantine, onWritten, limits = defaultFoldLimits }: DrainDependencies<State>,
): Promise<DrainStep> {
  const item = (await store.read([key])).get(key); // invariant 1: before the lane
  const { records, hasMore } = await lanes.read(key, limits.maxLaneRecords);
  const [first] = records;
  if (!first) {
    if (item?.parked) await store.write(unparking(item));
    return { fates: [], isEmpty: true };
  }
  const known = leading(records, processor.accepts);
  if (known.length === 0) return stoppedAt(first, notAccepted(first));
  const pages = item ? await readPages(store, item, { records: known, limits }) : new Map();
  const stored = item && unfenced(item); // invariant 3
  const [step] = fold(processor, { key, stored, pages, records: known }, limits).steps;
  if (!step || step.write.item.parked) return stoppedAt(first, step?.write.item.parked?.reason ?? '');
  const { fates } = step;
  const empties = !hasMore && fates.length === records.length;
  for (const fate of fates) if (fate.outcome === 'quarantined') await quarantine(fate);
  await store.write(drainingWrite(item, step.write, { fates, empties })); // invariants 1 and 2
  onWritten?.(fates);
  return { fates };
}

async function readPages<State>(
  store: BatchDependencies<State>['store'],
  { key, recentIds }: FoldItem<State>,
  { records, limits }: { readonly records: readonly FoldRecord[]; readonly limits: FoldLimits },
): Promise<IdPages> {
  const newestMs = Math.max(...records.map(({ arrivedAtMs }) => arrivedAtMs));
  const idTimes = records.map(({ event }) => idTime(event.id));
  const names = pagesToRead(recentIds, { idTimes, newestMs }, limits.recentIds);
  if (names.length === 0) return new Map();
  return (await store.readPages(new Map([[key, names]]))).get(key) ?? new Map();
}
