import { SHARD_READ } from '../aws-limits.ts';

const CREDIT_MS = 1000;

/**
 * What one mapping may read of one shard: five calls and 2 MB per second, shared with the other mappings that read it. After
 * a large answer the next call waits until the bytes are paid for.
 */
export class ReadAllowance {
  readonly #calls: number;
  readonly #windowMs: number;
  readonly #msPerByte: number;
  #callsMs: number[] = [];
  #paidMs = 0;

  /** @param readers mappings that share the shard, each taken to read as much as the others */
  constructor(readers: number) {
    this.#calls = Math.ceil(SHARD_READ.calls / readers);
    this.#windowMs = (1000 * readers * this.#calls) / SHARD_READ.calls; // alone: five in a second; of three: two in 1.2 s
    this.#msPerByte = (readers * 1000) / SHARD_READ.bytes;
  }

  /** Counts a call in, or refuses it. */
  admit(nowMs: number): boolean {
    while (this.#callsMs[0] !== undefined && this.#callsMs[0] <= nowMs - this.#windowMs) this.#callsMs.shift();
    if (this.#callsMs.length >= this.#calls || this.#paidMs > nowMs + CREDIT_MS) return false;
    this.#callsMs.push(nowMs);
    return true;
  }

  charge(nowMs: number, bytes: number): void {
    this.#paidMs = Math.max(this.#paidMs, nowMs) + bytes * this.#msPerByte;
  }
}
