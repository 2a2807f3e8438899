/**
 * One batch of the log through a fold processor: read all keys at once, fold each, write each, report.
 *
 * 1. Keys are independent: one that fails stops at its first record not yet written, the others go on.
 * 2. A write that finds a changed item reads again and folds again, a few times; then the key fails and is delivered
 *    again.
 * 3. Every record that is not reported as failed has been applied, known as a duplicate, or parked, durably.
 */

import { ConflictError, messageOf } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldStore } from '../ports/fold-store.ts';
import { defaultFoldLimits, type FoldLimits, fold, type RecordFate } from './fold.ts';
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
  const keys = [...byKey.keys()];
  const stored = await dependencies.store.read(keys);
  const failures: KeyFailure[] = [];
  const queue = [...byKey];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [key, ofKey] = next;
      const failure = await processKey(processor, { key, stored: stored.get(key), records: ofKey }, dependencies);
      if (failure) failures.push(failure);
    }
  }
  await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, keys.length) }, work));
  return failures;
}

interface KeyBatch<State, Incoming extends CloudEvent> {
  readonly key: string;
  readonly stored: FoldItem<State> | undefined;
  readonly records: readonly FoldRecord<Incoming>[];
}

async function processKey<State, Incoming extends CloudEvent>(
  processor: FoldProcessor<State, Incoming>,
  batch: KeyBatch<State, Incoming>,
  dependencies: BatchDependencies<State>,
): Promise<KeyFailure | undefined> {
  const { key } = batch;
  const dealtWith = new Set<string>();
  try {
    let stored = batch.stored;
    for (let attempt = 1; ; attempt++) {
      try {
        const rest = batch.records.filter(record => !dealtWith.has(record.sequence));
        await carryOut(fold(processor, { key, stored, records: rest }, dependencies.limits ?? defaultFoldLimits));
        return undefined;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === TRIES_PER_KEY) throw error;
        stored = (await dependencies.store.read([key])).get(key);
      }
    }
  } catch (error) {
    const failed = batch.records.find(record => !dealtWith.has(record.sequence));
    return failed && { key, sequence: failed.sequence, reason: messageOf(error) };
  }

  async function carryOut(result: ReturnType<typeof fold<State, Incoming>>): Promise<void> {
    for (const record of result.redelivered) dealtWith.add(record.sequence);
    for (const step of result.steps) {
      await dependencies.store.write(step.write);
      for (const fate of step.fates) dealtWith.add(fate.record.sequence);
      dependencies.onWritten?.(step.fates);
    }
  }
}
