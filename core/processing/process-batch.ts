/**
 * One batch of the log through a fold processor: read all keys at once, fold each, write each, report.
 *
 * 1. Keys are independent: one that fails stops at its first record not yet written, the others go on.
 * 2. A write that finds a changed item reads again and folds again, a few times; then the key fails and is delivered
 *    again.
 * 3. A key whose write will never be taken is parked; the records of a key whose item cannot be read go to its lane
 *    without it. Only what may pass by itself (throttling, conflicts, outages) is delivered again: a shard is never held
 *    up for good, and nothing is given up because an outage lasted.
 * 4. Every record that is not reported as failed has been applied, known as a duplicate, or parked, durably.
 */

import { ConflictError, isRetryable, messageOf } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldStore } from '../ports/fold-store.ts';
import { defaultFoldLimits, type FoldLimits, type FoldResult, fold, parkKey, type RecordFate } from './fold.ts';
import type { FoldItem, FoldRecord } from './fold-item.ts';
import type { FoldProcessor } from './fold-processor.ts';

export interface BatchDependencies<State> {
  readonly store: FoldStore<State>;
  /** Called once for each write that is done, with the fates that it decided. */
  readonly onWritten?: (fates: readonly RecordFate[]) => void;
  /** @default defaultFoldLimits */
  readonly limits?: FoldLimits;
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
  const byKey = Map.groupBy(records, record => processor.key(record.event));
  const stored = await readAll(dependencies.store, [...byKey.keys()]);
  const failures: KeyFailure[] = [];
  const queue = [...byKey];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [key, ofKey] = next;
      const item = stored && { item: stored.get(key) };
      const failure = await processKey(processor, { key, records: ofKey, ...(item && { stored: item }) }, dependencies);
      if (failure) failures.push(failure);
    }
  }
  await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, byKey.size) }, work));
  return failures;
}

/** The items of all keys; nothing when one is damaged: then each key is read by itself. */
async function readAll<State>(store: FoldStore<State>, keys: readonly string[]) {
  try {
    return await store.read(keys);
  } catch (error) {
    if (isRetryable(error)) throw error;
    return undefined;
  }
}

interface KeyBatch<State, Incoming extends CloudEvent> {
  readonly key: string;
  /** What was read for the whole batch; absent when the key has to be read by itself. */
  readonly stored?: { readonly item: FoldItem<State> | undefined };
  readonly records: readonly FoldRecord<Incoming>[];
}

async function processKey<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  batch: KeyBatch<State, Incoming>,
  dependencies: BatchDependencies<State>,
): Promise<KeyFailure | undefined> {
  const { key } = batch;
  const { store, limits = defaultFoldLimits } = dependencies;
  const dealtWith = new Set<string>();
  const rest = () => batch.records.filter(record => !dealtWith.has(record.sequence));
  const settle = (fates: readonly RecordFate[]) => {
    for (const fate of fates) dealtWith.add(fate.record.sequence);
    if (fates.length > 0) dependencies.onWritten?.(fates);
  };
  async function carryOut(result: FoldResult<State>): Promise<void> {
    for (const record of result.redelivered) dealtWith.add(record.sequence);
    for (const step of result.steps) {
      await store.write(step.write);
      settle(step.fates);
    }
  }
  const readItem = async () => (await store.read([key])).get(key);
  try {
    let stored = batch.stored ? batch.stored.item : await readItem();
    let reason: string | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const input = { key, stored, records: rest() };
        await carryOut(
          reason === undefined ? fold(processor, input, limits) : parkKey(processor, { ...input, reason }, limits),
        );
        return undefined;
      } catch (error) {
        if (attempt === TRIES_PER_KEY) throw error;
        if (!isRetryable(error) && reason === undefined) reason = messageOf(error);
        else if (!(error instanceof ConflictError)) throw error;
        stored = await readItem();
      }
    }
  } catch (error) {
    const failed = rest()[0];
    if (!failed) return undefined;
    const failure = { key, sequence: failed.sequence, reason: messageOf(error) };
    return isRetryable(error) ? failure : setAside(store, failure, { records: rest(), settle });
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
