/**
 * What follows an attempt to have a batch processed. Pure.
 *
 * 1. Records stay in order: what comes out is a sequence of batches whose records, joined, are those that remain.
 * 2. A narrowed batch (partial response) has its own, fresh count of attempts; splitting uses up none.
 * 3. A batch is given up after `maximumRetryAttempts` + 1 attempts on exactly that batch.
 */
import type { MappingSettings } from '../event-source-mapping.ts';
import type { StreamRecord } from './shard-source.ts';

const FIRST_RETRY_PAUSE_MS = 500;
const LONGEST_RETRY_PAUSE_MS = 30_000;

/** Records that are to be processed in one invocation, and how often that was tried. */
export interface StreamBatch {
  readonly records: readonly StreamRecord[];
  readonly attempts: number;
}

export type AttemptVerdict =
  | { readonly kind: 'success' }
  | { readonly kind: 'failed' }
  /** All records before this index are done. */
  | { readonly kind: 'partial'; readonly firstFailed: number };

export type NextStep =
  | { readonly kind: 'done' }
  | { readonly kind: 'continue'; readonly batches: readonly StreamBatch[]; readonly pauseMs: number }
  | { readonly kind: 'give-up'; readonly batch: StreamBatch };

type RetrySettings = Pick<MappingSettings, 'bisectBatchOnFunctionError' | 'maximumRetryAttempts'>;

export function nextStep(batch: StreamBatch, verdict: AttemptVerdict, settings: RetrySettings): NextStep {
  if (verdict.kind === 'success') return { kind: 'done' };
  const { records } = batch;
  if (verdict.kind === 'partial' && verdict.firstFailed > 0) {
    return { kind: 'continue', batches: [{ records: records.slice(verdict.firstFailed), attempts: 0 }], pauseMs: 0 };
  }
  if (settings.bisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    return {
      kind: 'continue',
      batches: halves.map(half => ({ records: half, attempts: batch.attempts })),
      pauseMs: 0,
    };
  }
  const attempts = batch.attempts + 1;
  const { maximumRetryAttempts } = settings;
  if (maximumRetryAttempts >= 0 && attempts > maximumRetryAttempts)
    return { kind: 'give-up', batch: { records, attempts } };
  return { kind: 'continue', batches: [{ records, attempts }], pauseMs: retryPauseMs(attempts) };
}

/** Grows with every attempt. Observed on AWS: eight attempts within the first minute. */
export function retryPauseMs(attempts: number): number {
  return Math.min(FIRST_RETRY_PAUSE_MS * 2 ** (attempts - 1), LONGEST_RETRY_PAUSE_MS);
}
