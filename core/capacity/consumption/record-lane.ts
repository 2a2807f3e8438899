/**
 * Records of one shard that are handed over one batch after the other (`ParallelizationFactor` lanes per shard, a key always in
 * the same one): gathers a batch by size, window and payload, has it run, and takes the next one when it is done.
 */
import { LARGEST_PAYLOAD_BYTES } from '../aws-limits.ts';
import { type Cohort, CohortQueue } from '../cohort.ts';
import { bytesInEvent } from '../event-bytes.ts';
import { expectedDistinct } from '../key-spread.ts';
import type { BatchWrites } from './table-writes.ts';
import type { Work } from './work.ts';

const FIRST_THROTTLE_PAUSE_MS = 100;
const LONGEST_THROTTLE_PAUSE_MS = 5000;

export interface RecordLaneOptions {
  readonly work: Work;
  /** Distinct keys of the lane, besides the heavy ones. */
  readonly lightKeys: number;
  readonly heavyKeys: readonly number[];
  /** A batch is done: there is room again. */
  readonly onDone: () => void;
}

interface Batch {
  readonly records: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly lightRecords: number;
  readonly heavyRecords: readonly number[];
}

export class RecordLane {
  readonly #options: RecordLaneOptions;
  readonly #waiting = new CohortQueue();
  #waitingSinceMs = 0;
  #busy = false;
  #wakesAtMs = -1;
  /** Of the batch that is in work. */
  inWork: { readonly records: number; readonly firstMs: number } | undefined;

  constructor(options: RecordLaneOptions) {
    this.#options = options;
  }

  get heavyKeys(): readonly number[] {
    return this.#options.heavyKeys;
  }

  get waitingCount(): number {
    return this.#waiting.count;
  }

  get oldestMs(): number {
    return this.inWork?.firstMs ?? this.#waiting.first?.atMs ?? Number.POSITIVE_INFINITY;
  }

  push(cohort: Cohort): void {
    if (this.#waiting.count === 0) this.#waitingSinceMs = this.#options.work.agenda.nowMs;
    this.#waiting.push(cohort);
  }

  /** Sends the next batch if it is due. */
  proceed(): void {
    if (this.#busy || this.#waiting.count === 0) return;
    const { agenda, configuration } = this.#options.work;
    const { batchSize, windowMs } = configuration.mapping;
    const dueMs = this.#waiting.count >= batchSize ? agenda.nowMs : this.#waitingSinceMs + windowMs;
    if (dueMs <= agenda.nowMs) this.#send(this.#takeBatch(batchSize));
    else this.#proceedAt(dueMs);
  }

  #proceedAt(dueMs: number): void {
    if (this.#wakesAtMs === dueMs) return;
    this.#wakesAtMs = dueMs;
    this.#options.work.agenda.at(dueMs, () => {
      if (this.#wakesAtMs === dueMs) this.#wakesAtMs = -1;
      this.proceed();
    });
  }

  #takeBatch(batchSize: number): Batch {
    let roomBytes = LARGEST_PAYLOAD_BYTES;
    let isFirst = true;
    const cohorts = this.#waiting.take(batchSize, ({ sizeBytes, count }) => {
      const inEvent = bytesInEvent(sizeBytes);
      const fitting = Math.max(isFirst ? 1 : 0, Math.floor(roomBytes / inEvent));
      isFirst = false;
      roomBytes -= Math.min(count, fitting) * inEvent;
      return fitting;
    });
    this.#waitingSinceMs = this.#options.work.agenda.nowMs;
    const records = cohorts.reduce((sum, { count }) => sum + count, 0);
    const heavyRecords = this.heavyKeys.map((_, key) => cohorts.reduce((sum, { heavy }) => sum + (heavy[key] ?? 0), 0));
    return {
      records,
      firstMs: cohorts[0]?.atMs ?? 0,
      lastMs: cohorts.at(-1)?.atMs ?? 0,
      lightRecords: records - heavyRecords.reduce((sum, each) => sum + each, 0),
      heavyRecords,
    };
  }

  #send(batch: Batch): void {
    const { agenda, record } = this.#options.work;
    this.#busy = true;
    this.inWork = { records: batch.records, firstMs: batch.firstMs };
    record.agesMs.push(agenda.nowMs - batch.lastMs);
    record.sentAtMs.push(agenda.nowMs);
    record.largestBatch = Math.max(record.largestBatch, batch.records);
    this.#attempt(batch, 0);
  }

  #attempt(batch: Batch, throttled: number): void {
    const { agenda, configuration, environments, record } = this.#options.work;
    const start = environments.enter(agenda.nowMs);
    if (start === undefined) {
      const pauseMs = Math.min(FIRST_THROTTLE_PAUSE_MS * 2 ** throttled, LONGEST_THROTTLE_PAUSE_MS);
      agenda.at(agenda.nowMs + pauseMs, () => this.#attempt(batch, throttled + 1));
      return;
    }
    const { perBatchMs, perEventMs, perKeyMs, coldStartMs, timeoutMs } = configuration.function;
    const workMs = perBatchMs + perEventMs * batch.records + perKeyMs * this.#distinctKeys(batch);
    const startedMs = agenda.nowMs;
    record.invocations++;
    agenda.at(startedMs + (start === 'cold' ? coldStartMs : 0) + workMs, () => {
      const waitMs = this.#write(batch);
      if (workMs + waitMs > timeoutMs) record.overTimeout++;
      agenda.at(agenda.nowMs + waitMs, () => this.#done(batch, startedMs));
    });
  }

  #distinctKeys({ lightRecords, heavyRecords }: Batch): number {
    return expectedDistinct(lightRecords, this.#options.lightKeys) + heavyRecords.filter(records => records > 0).length;
  }

  #write({ lightRecords, heavyRecords }: Batch): number {
    const { configuration, table, agenda } = this.#options.work;
    if (!table) return 0;
    const perEvent = configuration.table?.writesPer === 'event';
    const writes: BatchWrites = {
      light: perEvent ? lightRecords : expectedDistinct(lightRecords, this.#options.lightKeys),
      heavy: heavyRecords.flatMap((records, index) => {
        const key = this.heavyKeys[index];
        return records === 0 || key === undefined ? [] : [{ key, writes: perEvent ? records : 1 }];
      }),
    };
    return table.write(agenda.nowMs, writes);
  }

  #done(batch: Batch, startedMs: number): void {
    const { agenda, environments, record } = this.#options.work;
    environments.leave(agenda.nowMs);
    record.processed += batch.records;
    record.billedMs += Math.ceil(agenda.nowMs - startedMs);
    record.delaysMs.push(agenda.nowMs - batch.firstMs);
    this.#busy = false;
    this.inWork = undefined;
    this.proceed();
    this.#options.onDone();
  }
}
