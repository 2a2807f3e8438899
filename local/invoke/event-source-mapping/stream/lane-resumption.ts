import type { LaneProgress } from './checkpoints.ts';
import type { StreamBatch } from './next-step.ts';
import type { StreamRecord } from './shard-source.ts';

/** Puts the records that are read again in the place where an earlier poller had them. */
export class LaneResumption {
  #doneThrough: bigint | undefined;
  #batches: { readonly last: bigint; readonly attempts: number }[];

  constructor(progress: LaneProgress | undefined) {
    this.#doneThrough = progress?.doneThrough === undefined ? undefined : BigInt(progress.doneThrough);
    this.#batches = (progress?.batches ?? []).map(({ lastSequenceNumber, attempts }) => ({
      last: BigInt(lastSequenceNumber),
      attempts,
    }));
  }

  /** Batches were under way and have not been taken up yet. */
  get hasBatches(): boolean {
    return this.#batches.length > 0;
  }

  /** Whether the record was done before. Records are asked about in their order. */
  isDone(record: StreamRecord): boolean {
    if (this.#doneThrough === undefined) return false;
    if (BigInt(record.sequenceNumber) <= this.#doneThrough) return true;
    this.#doneThrough = undefined;
    return false;
  }

  /** Whether all records of the batches that are still there have been read. */
  isReady(waiting: readonly StreamRecord[], noMoreRecords: boolean): boolean {
    const newest = waiting.at(-1);
    const last = this.#batches.at(-1)?.last;
    return noMoreRecords || (newest !== undefined && last !== undefined && BigInt(newest.sequenceNumber) >= last);
  }

  /** The batches as they were, without the records that the stream no longer has. */
  takeBatches(waiting: readonly StreamRecord[]): readonly StreamBatch[] {
    let from = 0;
    const batches = this.#batches.map(({ last, attempts }) => {
      const after = waiting.findIndex((record, index) => index >= from && BigInt(record.sequenceNumber) > last);
      const records = waiting.slice(from, after < 0 ? waiting.length : after);
      from += records.length;
      return { records, attempts };
    });
    this.#batches = [];
    return batches.filter(({ records }) => records.length > 0);
  }
}
