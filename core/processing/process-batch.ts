/**
 * One batch of the log through a fold processor: read all keys at once, fold each, write each, report.
 *
 * 1. Keys are independent: one that fails stops at its first record not yet written, the others go on.
 * 2. A write that finds a changed item reads again and folds again, a few times; then the key fails and is delivered
 *    again.
 * 3. A key whose write will never be taken, or whose memory is damaged, is parked; the records of a key whose item cannot
 *    be read go to its lane without it. Only what may pass by itself (throttling, conflicts, outages) is delivered again: a
 *    shard is never held up for good, and nothing is given up because an outage lasted.
 * 4. What is refused is in the quarantine before the fence moves past it.
 * 5. Every record that is not reported as failed has been applied, known as a copy, quarantined, or parked, durably.
 * 6. Keys are read cheaply first, as they were a moment ago perhaps. What was dealt with then still is, and what is done by a
 *    write fails where the item has changed (invariant 2). Nothing is refused by such a read: refused records are in the quarantine
 *    before the write. Every further read of a key is up to date.
 */

import { ConflictError, isRetryable, messageOf } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldReading, FoldStore } from '../ports/fold-store.ts';
import { type FoldResult, fold, parkKey } from './fold.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import { defaultFoldLimits, type FoldLimits } from './fold-limits.ts';
import type { FoldProcessor } from './fold-processor.ts';
import type { RecordFate } from './fold-step.ts';
import { type IdPages, idTime } from './id-page.ts';
import { pagesToRead } from './recent-ids.ts';
import { recordsByKey } from './records-by-key.ts';

export interface BatchDependencies<State> {
  readonly store: FoldStore<State>;
  /**
   * Keeps a record that was refused, with the reason; again changes nothing.
   * @returns whether it was not there yet
   */
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
  /** Called once for each write that is done, with the fates that it decided. */
  readonly onWritten?: (fates: readonly RecordFate[]) => void;
  /** @default defaultFoldLimits */
  readonly limits?: FoldLimits;
  /** What makes writes of a key's records: the promise is kept in there. @default fold */
  readonly folding?: typeof fold;
}

/** The first record of a key that was not dealt with; the log delivers again from there. */
export interface KeyFailure {
  readonly key: string;
  readonly sequence: string;
  readonly reason: string;
}

const TRIES_PER_KEY = 4;
const KEYS_AT_ONCE = 32;

/** Carries a batch through `processor`. Never throws for what concerns one key. */
export async function processBatch<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  records: readonly FoldRecord<Incoming>[],
  dependencies: BatchDependencies<State>,
): Promise<readonly KeyFailure[]> {
  const byKey = recordsByKey(processor, records);
  const stored = await readAll(byKey, dependencies);
  const failures: KeyFailure[] = [];
  const queue = [...byKey];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [key, ofKey] = next;
      const memory = stored?.(key);
      const batch = { key, records: ofKey, ...(memory && { stored: memory }) };
      const failure = await processKey(processor, batch, dependencies);
      if (failure) failures.push(failure);
    }
  }
  await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, byKey.size) }, work));
  return failures;
}

/** What is stored of a key: its item, and the pages of its memory that matter to a batch. */
interface Stored<State> {
  readonly item: FoldItem<State> | undefined;
  readonly pages: IdPages;
}

const NO_PAGES: IdPages = new Map();

/** What is stored of all keys; nothing when some of it is damaged: then each key is read by itself. */
async function readAll<State>(
  byKey: ReadonlyMap<string, readonly FoldRecord[]>,
  dependencies: BatchDependencies<State>,
): Promise<((key: string) => Stored<State>) | undefined> {
  try {
    return await readStored(byKey, dependencies, { mayBeStale: true });
  } catch (error) {
    if (isRetryable(error)) throw error;
    return undefined;
  }
}

async function readStored<State>(
  byKey: ReadonlyMap<string, readonly FoldRecord[]>,
  { store, limits = defaultFoldLimits }: BatchDependencies<State>,
  reading: FoldReading = {},
): Promise<(key: string) => Stored<State>> {
  const items = await store.read([...byKey.keys()], reading);
  const wanted = new Map<string, readonly string[]>();
  for (const [key, records] of byKey) {
    const item = items.get(key);
    const names = item && records.length > 0 ? namesOfPages(item, records, limits) : [];
    if (names.length > 0) wanted.set(key, names);
  }
  const pages = wanted.size > 0 ? await store.readPages(wanted) : new Map<string, IdPages>();
  return key => ({ item: items.get(key), pages: pages.get(key) ?? NO_PAGES });
}

function namesOfPages(
  { recentIds }: FoldItem<unknown>,
  records: readonly FoldRecord[],
  limits: FoldLimits,
): readonly string[] {
  if (recentIds.pages.length === 0) return [];
  const newestMs = Math.max(...records.map(({ arrivedAtMs }) => arrivedAtMs));
  return pagesToRead(recentIds, { idTimes: records.map(({ event }) => idTime(event.id)), newestMs }, limits.recentIds);
}

interface KeyBatch<State, Incoming extends CloudEvent> {
  readonly key: string;
  /** What was read for the whole batch; absent when the key has to be read by itself. */
  readonly stored?: Stored<State>;
  readonly records: readonly FoldRecord<Incoming>[];
}

async function processKey<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  batch: KeyBatch<State, Incoming>,
  dependencies: BatchDependencies<State>,
): Promise<KeyFailure | undefined> {
  const { key } = batch;
  const { store, limits = defaultFoldLimits, folding = fold } = dependencies;
  const settled: (readonly RecordFate[])[] = [];
  const rest = () => withoutSettled(batch.records, settled.flat());
  const settle = (fates: readonly RecordFate[]) => {
    settled.push(fates);
    if (fates.length > 0) dependencies.onWritten?.(fates);
  };
  const readKey = async () => (await readStored(new Map([[key, rest()]]), dependencies))(key);
  const readItem = async () => ({ item: (await store.read([key])).get(key), pages: NO_PAGES });
  const resultOf = ({ item, pages }: Stored<State>, reason: string | undefined) => {
    const input = { key, stored: item, pages, records: rest() };
    return reason === undefined ? folding(processor, input, limits) : parkKey(processor, { ...input, reason }, limits);
  };
  try {
    let stored = batch.stored;
    let reason: string | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        stored ??= await (reason === undefined ? readKey() : readItem());
        let result = resultOf(stored, reason);
        if (stored === batch.stored && refuses(result)) {
          stored = await readKey(); // invariant 6
          result = resultOf(stored, reason);
        }
        await carryOut(result, { ...dependencies, settle });
        return undefined;
      } catch (error) {
        if (attempt === TRIES_PER_KEY) throw error;
        if (!isRetryable(error) && reason === undefined) reason = messageOf(error);
        else if (!(error instanceof ConflictError)) throw error;
        stored = undefined;
      }
    }
  } catch (error) {
    const failed = rest()[0];
    if (!failed) return undefined;
    const failure = { key, sequence: failed.sequence, reason: messageOf(error) };
    return isRetryable(error) ? failure : setAside(store, failure, { records: rest(), settle });
  }
}

function refuses({ strays, steps }: FoldResult<unknown>): boolean {
  return strays.length > 0 || steps.some(({ fates }) => fates.some(({ outcome }) => outcome === 'quarantined'));
}

/** The records of a key that no fate has been decided for. */
function withoutSettled<Incoming extends CloudEvent>(
  records: readonly FoldRecord<Incoming>[],
  settled: readonly RecordFate[],
): readonly FoldRecord<Incoming>[] {
  if (settled.length === 0) return records;
  const dealtWith = new Set(settled.map(({ record }) => record.sequence));
  return records.filter(({ sequence }) => !dealtWith.has(sequence));
}

interface Settling<State> extends BatchDependencies<State> {
  readonly settle: (fates: readonly RecordFate[]) => void;
}

async function carryOut<State>(
  { redelivered, strays, steps }: FoldResult<State>,
  { store, quarantine, settle }: Settling<State>,
): Promise<void> {
  settle(redelivered.map((record): RecordFate => ({ record, outcome: 'redelivered' })));
  for (const stray of strays) {
    const isNew = await quarantine(stray);
    settle([isNew ? stray : { record: stray.record, outcome: 'redelivered' }]);
  }
  for (const step of steps) {
    for (const fate of step.fates) if (fate.outcome === 'quarantined') await quarantine(fate); // invariant 4
    await store.write(step.write);
    settle(step.fates);
  }
}

/** Invariant 3, for a key that can be neither folded nor parked. */
async function setAside<State>(
  store: FoldStore<State>,
  failure: KeyFailure,
  { records, settle }: { records: readonly FoldRecord[]; settle: (fates: readonly RecordFate[]) => void },
): Promise<KeyFailure | undefined> {
  try {
    const added = await store.setAside(failure.key, records, failure.reason);
    settle(added.map((record): RecordFate => ({ record, outcome: 'parked' })));
    return undefined;
  } catch {
    return failure; // the lane is out of reach as well: the records are delivered again
  }
}
