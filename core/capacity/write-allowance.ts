import { SHARD_WRITE } from './aws-limits.ts';

interface Written {
  readonly atMs: number;
  records: number;
  bytes: number;
}

/** How many records may still be written: over any second, what so many shards take. */
export class WriteAllowance {
  readonly #records: number;
  readonly #bytes: number;
  readonly #windowMs: number;
  #written: Written[] = [];
  #usedRecords = 0;
  #usedBytes = 0;

  constructor({ shards, resolutionMs }: { readonly shards: number; readonly resolutionMs: number }) {
    this.#windowMs = Math.max(1000, resolutionMs);
    this.#records = (SHARD_WRITE.records * shards * this.#windowMs) / 1000;
    this.#bytes = (SHARD_WRITE.bytes * shards * this.#windowMs) / 1000;
  }

  /** @returns how many of the records are accepted: a record greater than the limit only where nothing else was written */
  admit({ atMs, sizeBytes, count }: { atMs: number; sizeBytes: number; count: number }): number {
    this.#forget(atMs - this.#windowMs);
    const least = this.#usedBytes === 0 ? 1 : 0;
    const byBytes = sizeBytes === 0 ? count : Math.max(least, Math.floor((this.#bytes - this.#usedBytes) / sizeBytes));
    const admitted = Math.max(0, Math.min(count, Math.floor(this.#records - this.#usedRecords), byBytes));
    if (admitted > 0) this.#count(atMs, admitted, admitted * sizeBytes);
    return admitted;
  }

  #count(atMs: number, records: number, bytes: number): void {
    const last = this.#written.at(-1);
    if (last?.atMs === atMs) {
      last.records += records;
      last.bytes += bytes;
    } else {
      this.#written.push({ atMs, records, bytes });
    }
    this.#usedRecords += records;
    this.#usedBytes += bytes;
  }

  #forget(untilMs: number): void {
    for (let old = this.#written[0]; old && old.atMs <= untilMs; old = this.#written[0]) {
      this.#written.shift();
      this.#usedRecords -= old.records;
      this.#usedBytes -= old.bytes;
    }
  }
}
