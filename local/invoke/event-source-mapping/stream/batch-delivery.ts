/**
 * Has a batch of a shard processed: tries, waits, narrows, splits, gives up. Returns when every record of the batch is
 * done, reported to the on-failure destination, or the poller has stopped.
 */
import type { FunctionAnswer, PollerContext } from '../event-source-mapping.ts';
import { readBatchReport } from '../partial-batch-response.ts';
import type { Wakeup } from '../wakeup.ts';
import { reportFailedBatch } from './failed-batch.ts';
import { type AttemptVerdict, nextStep, type StreamBatch } from './next-step.ts';
import type { ShardSource, StreamRecord } from './shard-source.ts';

const FIRST_THROTTLE_PAUSE_MS = 100;
const LONGEST_THROTTLE_PAUSE_MS = 5_000;
const UNAVAILABLE_PAUSE_MS = 10_000;

type Answered = Extract<FunctionAnswer, { kind: 'answered' }>;

export interface BatchDeliveryOptions {
  readonly context: PollerContext;
  readonly source: ShardSource;
  readonly shardId: string;
  /** Ends pauses early; woken when the poller stops. */
  readonly wakeup: Wakeup;
  readonly stopped: () => boolean;
  /** What is left after each step, in order; the records before it are done. */
  readonly onProgress: (pending: readonly StreamBatch[]) => void;
  /** What the event holds besides the records: the members of a tumbling window. */
  readonly eventMembers?: () => Readonly<Record<string, unknown>>;
  /** Judges an answer that is no error. @default success */
  readonly judge?: (payload: string) => AttemptVerdict;
}

/**
 * @param batches in order; usually one, more when they were split by an earlier process
 * @returns whether all are done, and not stopped before
 */
export async function deliverBatches(batches: readonly StreamBatch[], options: BatchDeliveryOptions): Promise<boolean> {
  let pending = batches;
  const goOn = (left: readonly StreamBatch[]) => {
    pending = left;
    options.onProgress(left);
  };
  for (let batch = pending[0]; batch && !options.stopped(); batch = pending[0]) {
    const others = pending.slice(1);
    const fresh = await dropTooOld(batch, options);
    if (fresh !== batch) goOn(fresh ? [fresh, ...others] : others);
    if (!fresh) continue;
    const { left, pauseMs } = await attempt(fresh, options);
    goOn([...left, ...others]);
    if (pauseMs > 0) await options.wakeup.sleep(pauseMs);
  }
  return pending.length === 0;
}

interface Attempted {
  readonly left: readonly StreamBatch[];
  readonly pauseMs: number;
}

const ALL_DONE: Attempted = { left: [], pauseMs: 0 };

/** Runs the function once on the batch, however long it takes to get it to run. @returns the batches that remain */
async function attempt(batch: StreamBatch, options: BatchDeliveryOptions): Promise<Attempted> {
  const { context, source, shardId } = options;
  const { cloud, mapping } = context;
  const event = { Records: batch.records.map(record => record.event), ...options.eventMembers?.() };
  measureAge(batch, options);
  const answer = await callUntilAnswered(JSON.stringify(event), options);
  if (!answer) return { left: [batch], pauseMs: 0 };
  const verdict = judge(batch, answer, options);
  context.report(verdict.kind === 'success' ? 'OK' : 'PROBLEM: Function call failed');
  const step = nextStep(batch, verdict, mapping.settings);
  if (step.kind === 'done') return ALL_DONE;
  if (step.kind === 'continue') return { left: step.batches, pauseMs: step.pauseMs };
  if (batch.records.length === 0) return ALL_DONE; // the last invocation of a window: there is nothing to report
  await reportFailedBatch(
    { cloud, mapping, source, principal: context.principal() },
    {
      shardId,
      records: batch.records,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: step.batch.attempts,
      requestId: answer.requestId,
      response: { functionError: answer.functionError ?? null, executedVersion: answer.executedVersion },
      payload: event,
    },
  );
  return ALL_DONE;
}

/** Throttled calls are repeated without being counted. @returns undefined when the poller has stopped */
async function callUntilAnswered(payload: string, options: BatchDeliveryOptions): Promise<Answered | undefined> {
  for (let throttled = 0; !options.stopped(); throttled++) {
    const answer = await options.context.callFunction(payload);
    if (answer.kind === 'answered') return answer;
    const throttlePauseMs = Math.min(FIRST_THROTTLE_PAUSE_MS * 2 ** throttled, LONGEST_THROTTLE_PAUSE_MS);
    await options.wakeup.sleep(answer.kind === 'throttled' ? throttlePauseMs : UNAVAILABLE_PAUSE_MS);
  }
  return undefined;
}

function judge(batch: StreamBatch, answer: Answered, options: BatchDeliveryOptions): AttemptVerdict {
  if (answer.functionError) return { kind: 'failed' };
  const judged = options.judge?.(answer.payload) ?? { kind: 'success' };
  if (judged.kind !== 'success' || !options.context.mapping.settings.reportBatchItemFailures) return judged;
  const report = readBatchReport(answer.payload, new Set(batch.records.map(record => record.sequenceNumber)));
  switch (report.kind) {
    case 'success':
      return report;
    case 'failure':
      return { kind: 'failed' };
    case 'partial':
      return {
        kind: 'partial',
        firstFailed: batch.records.findIndex(record => report.failed.has(record.sequenceNumber)),
      };
  }
}

/** Records that are too old are given up without being tried (again). @returns the batch without them */
async function dropTooOld(batch: StreamBatch, options: BatchDeliveryOptions): Promise<StreamBatch | undefined> {
  const { cloud, mapping, principal } = options.context;
  const { maximumRecordAgeMs } = mapping.settings;
  if (maximumRecordAgeMs < 0) return batch;
  const oldestMs = cloud.clock.now() - maximumRecordAgeMs;
  const isTooOld = (record: StreamRecord) => record.arrivalMs < oldestMs;
  const tooOld = batch.records.filter(isTooOld);
  if (tooOld.length === 0) return batch;
  await reportFailedBatch(
    { cloud, mapping, source: options.source, principal: principal() },
    {
      shardId: options.shardId,
      records: tooOld,
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: batch.attempts + 1,
      requestId: cloud.ids.uuid(),
      payload: { Records: tooOld.map(record => record.event) },
    },
  );
  const records = batch.records.filter(record => !isTooOld(record));
  return records.length === 0 ? undefined : { records, attempts: batch.attempts };
}

function measureAge({ records }: StreamBatch, { context: { cloud, mapping } }: BatchDeliveryOptions): void {
  const last = records.at(-1);
  if (!last) return;
  cloud.metrics({
    namespace: 'AWS/Lambda',
    name: 'IteratorAge',
    dimensions: { FunctionName: mapping.functionName },
    value: Math.max(0, cloud.clock.now() - last.arrivalMs),
    unit: 'Milliseconds',
  });
}
