/** What one shard takes in a second (Kinesis developer guide, "Quotas and limits"). */
const SHARD_RECORDS_PER_SECOND = 1000;
const SHARD_BYTES_PER_SECOND = 1024 * 1024;

/** What one shard gives in a second. */
const SHARD_READ_CALLS_PER_SECOND = 5;
const SHARD_READ_BYTES_PER_SECOND = 2 * 1024 * 1024;

const WINDOW_MS = 1000;

interface Written {
  readonly atMs: number;
  records: number;
  bytes: number;
}

/** Counts what was written in the last second: at most so many records and bytes per shard that it stands for. */
export class WriteWindow {
  #written: Written[] = [];
  #records = 0;
  #bytes = 0;

  /** Counts a record in, or refuses it. A record greater than the limit is let into an empty window. */
  admit(write: { nowMs: number; bytes: number; shards: number }): boolean {
    this.#forget(write.nowMs - WINDOW_MS);
    if (this.#records + 1 > SHARD_RECORDS_PER_SECOND * write.shards) return false;
    if (this.#bytes > 0 && this.#bytes + write.bytes > SHARD_BYTES_PER_SECOND * write.shards) return false;
    this.#count(write.nowMs, write.bytes);
    return true;
  }

  #count(nowMs: number, bytes: number): void {
    const last = this.#written.at(-1);
    if (last?.atMs === nowMs) {
      last.records++;
      last.bytes += bytes;
    } else {
      this.#written.push({ atMs: nowMs, records: 1, bytes });
    }
    this.#records++;
    this.#bytes += bytes;
  }

  #forget(untilMs: number): void {
    while (this.#written[0] && this.#written[0].atMs <= untilMs) {
      const old = this.#written.shift() as Written; // just seen
      this.#records -= old.records;
      this.#bytes -= old.bytes;
    }
  }
}

/** Five calls a second, and after a large answer a pause until it has been paid for at 2 MiB a second. */
export class ReadWindow {
  #callsMs: number[] = [];
  #paidMs = 0;

  admit(nowMs: number): boolean {
    this.#callsMs = this.#callsMs.filter(atMs => atMs > nowMs - WINDOW_MS);
    if (this.#callsMs.length >= SHARD_READ_CALLS_PER_SECOND || this.#paidMs > nowMs + WINDOW_MS) return false;
    this.#callsMs.push(nowMs);
    return true;
  }

  charge(nowMs: number, bytes: number): void {
    this.#paidMs = Math.max(this.#paidMs, nowMs) + (bytes / SHARD_READ_BYTES_PER_SECOND) * 1000;
  }
}

/** What one consumer is pushed from one shard: 2 MiB a second, and as much at once after a pause. */
export class PushAllowance {
  #paidMs = 0;

  /** @returns 0 when more may be sent now */
  readyInMs(nowMs: number): number {
    return Math.max(0, Math.ceil(this.#paidMs - nowMs - WINDOW_MS));
  }

  spend(nowMs: number, bytes: number): void {
    this.#paidMs = Math.max(this.#paidMs, nowMs) + (bytes / SHARD_READ_BYTES_PER_SECOND) * 1000;
  }
}
