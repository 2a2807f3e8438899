/**
 * Drains the lane of a parked key: its records go through the fold as if the key had never been parked.
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
import { ConflictError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { LaneStore, Lease } from '../ports/lane-store.ts';
import { fold } from './fold.ts';
import type { FoldItem, FoldRecord, FoldWrite } from './fold-item.ts';
import { defaultFoldLimits, type FoldLimits } from './fold-limits.ts';
import type { FoldProcessor } from './fold-processor.ts';
import { expectation, type RecordFate } from './fold-step.ts';
import { type IdPages, idTime } from './id-page.ts';
import type { BatchDependencies } from './process-batch.ts';
import { pagesToRead } from './recent-ids.ts';
import { compareSequenceNumbers } from './sequence-number.ts';

export interface DrainDependencies<State> extends BatchDependencies<State> {
  readonly lanes: LaneStore;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether there is time for another step. */
  readonly hasTime: () => boolean;
}

export interface DrainRequest {
  readonly key: string;
  /** Who drains; no two drainers may have one name. */
  readonly holder: string;
}

/** What one drain did, and how it ended. `more`: time is up, and the lane is not empty. */
export interface Drained {
  readonly status: 'drained' | 'more' | 'stopped' | 'held';
  /** Records that left the lane, by what became of them. */
  readonly taken: DrainedCounts;
  /** The record that still cannot be applied. */
  readonly stopped?: { readonly sequence: string; readonly id: string; readonly reason: string };
  /** The lease of another drainer. */
  readonly held?: Lease;
}

/** `redelivered`: they had been dealt with before, and were counted then. */
export type DrainedCounts = Readonly<Record<'applied' | 'duplicate' | 'quarantined' | 'redelivered', number>>;

const LEASE_MS = 60_000;
/** Conflicts with the live processor, one after the other. */
const TRIES_PER_STEP = 10;

/**
 * Drains until the lane is empty, a record fails or time is up.
 * @throws ConflictError when the key is written to all the time; TerminalError when item or lane is damaged; ThrottledError
 */
export async function drainLane<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  { key, holder }: DrainRequest,
  dependencies: DrainDependencies<State>,
): Promise<Drained> {
  const { lanes, clock, hasTime } = dependencies;
  const taken = { applied: 0, duplicate: 0, quarantined: 0, redelivered: 0 };
  const hold = () => lanes.lease(key, { holder, untilMs: clock.now() + LEASE_MS }, clock.now());
  try {
    for (let tries = 1; ; ) {
      const held = await hold();
      if (held) return { status: 'held', taken, held };
      try {
        const step = await drainStep(processor, key, dependencies);
        for (const { outcome } of step.fates) if (outcome !== 'parked') taken[outcome] += 1;
        if (step.stopped) return { status: 'stopped', taken, stopped: step.stopped };
        if (step.isEmpty) return { status: 'drained', taken };
        tries = 1;
      } catch (error) {
        if (!(error instanceof ConflictError) || tries === TRIES_PER_STEP) throw error;
        tries += 1;
      }
      if (!hasTime()) return { status: 'more', taken };
    }
  } finally {
    await lanes.release(key, holder).catch(() => {}); // then it ends by itself
  }
}

interface DrainStep {
  readonly fates: readonly RecordFate[];
  readonly isEmpty?: boolean;
  readonly stopped?: Drained['stopped'];
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
  const known = leading(records, processor);
  if (known.length === 0) return stoppedAt(first, `events of type ${first.event.type} are not accepted any more`);
  const pages = item ? await readPages(store, item, { records: known, limits }) : new Map();
  const [step] = fold(processor, { key, stored: item && unfenced(item), pages, records: known }, limits).steps;
  if (!step || step.write.item.parked) return stoppedAt(first, step?.write.item.parked?.reason ?? '');
  const { fates } = step;
  const empties = !hasMore && fates.length === records.length;
  for (const fate of fates) if (fate.outcome === 'quarantined') await quarantine(fate);
  await store.write(drainingWrite(item, step.write, { fates, empties }));
  onWritten?.(fates);
  return { fates };
}

function stoppedAt({ sequence, event }: FoldRecord, reason: string): DrainStep {
  return { fates: [], stopped: { sequence, id: event.id, reason } };
}

/** The first records, as long as the processor still takes their events. */
function leading<State, Incoming extends CloudEvent>(
  records: readonly FoldRecord[],
  { accepts }: FoldProcessor<State, Incoming>,
): FoldRecord<Incoming>[] {
  const known: FoldRecord<Incoming>[] = [];
  for (const record of records) {
    const { event } = record;
    if (!accepts(event)) break;
    known.push({ ...record, event });
  }
  return known;
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

/** Invariant 3. */
function unfenced<State>({ parked, lastSequence, ...item }: FoldItem<State>): FoldItem<State> {
  return item;
}

interface Taking {
  readonly fates: readonly RecordFate[];
  readonly empties: boolean;
}

/** Invariants 1 to 3. */
function drainingWrite<State>(
  before: FoldItem<State> | undefined,
  { item, pages = [] }: FoldWrite<State>,
  { fates, empties }: Taking,
): FoldWrite<State> {
  const { counts, lastSequence } = item;
  const parked = before?.parked;
  const fence = highest([before?.lastSequence, lastSequence, empties ? parked?.through : undefined]);
  return {
    item: {
      ...item,
      counts: { ...counts, parked: Math.max(0, counts.parked - fates.length) }, // what was set aside was not counted
      ...(fence !== undefined && { lastSequence: fence }),
      ...(parked && !empties && { parked }),
    },
    ...(before ? expectation(before) : {}),
    lane: [],
    drained: fates.map(({ record }) => record),
    pages,
  };
}

function unparking<State>(before: FoldItem<State>): FoldWrite<State> {
  const fence = highest([before.lastSequence, before.parked?.through]);
  const item = { ...unfenced(before), ...(fence !== undefined && { lastSequence: fence }) };
  return { item: { ...item, revision: before.revision + 1, outbox: [] }, ...expectation(before), lane: [] };
}

function highest(sequences: readonly (string | undefined)[]): string | undefined {
  return sequences
    .filter(sequence => sequence !== undefined)
    .sort(compareSequenceNumbers)
    .at(-1);
}
