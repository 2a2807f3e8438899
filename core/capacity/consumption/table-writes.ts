/**
 * The table that a function writes to: how long a batch waits for write units, and how many of its writes are throttled.
 *
 * 1. A provisioned table gives its units per second, and those of the last five minutes that nobody used; it begins with
 *    those of one second, as one that was just made.
 * 2. An on-demand table gives what it was made or has grown for; within a trace it does not grow, which is the careful view.
 * 3. No partition key takes more than 1,000 units per second.
 * 4. Writes that are refused are repeated until they are taken: the batch ends when the units have come.
 */
import { BURST_SECONDS, PARTITION_WRITE_UNITS } from '../aws-limits.ts';
import type { TableConfiguration } from '../configuration.ts';

/** What one batch writes. */
export interface BatchWrites {
  /** Items of keys that are not heavy. */
  readonly light: number;
  /** By heavy key: how often its item is written. */
  readonly heavy: readonly { readonly key: number; readonly writes: number }[];
}

class Units {
  readonly #perMs: number;
  readonly #most: number;
  #level: number;
  #atMs = 0;

  constructor(perSecond: number, keptSeconds: number) {
    this.#perMs = perSecond / 1000;
    this.#most = perSecond * keptSeconds;
    this.#level = perSecond;
  }

  /** @returns how many of the units were not there */
  take(nowMs: number, units: number): number {
    this.#level = Math.min(this.#most, this.#level + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    const short = Math.min(units, Math.max(0, units - Math.max(0, this.#level)));
    this.#level -= units;
    return short;
  }

  /** Until what was taken on credit has come. */
  get waitMs(): number {
    return this.#level >= 0 ? 0 : -this.#level / this.#perMs;
  }
}

export class TableWrites {
  readonly #table: TableConfiguration;
  readonly #whole: Units;
  readonly #byKey = new Map<number, Units>();
  writes = 0;
  throttled = 0;
  /** Most units of one second. */
  peakUnits = 0;
  #second = -1;
  #secondUnits = 0;

  constructor(table: TableConfiguration) {
    this.#table = table;
    this.#whole = new Units(table.writeUnits, table.mode === 'provisioned' ? BURST_SECONDS : 1);
  }

  get units(): number {
    return this.writes * this.#table.unitsPerWrite;
  }

  /** @returns how long the batch waits until all of it is written */
  write(nowMs: number, { light, heavy }: BatchWrites): number {
    const { unitsPerWrite } = this.#table;
    const writes = heavy.reduce((sum, each) => sum + each.writes, light);
    let short = this.#whole.take(nowMs, writes * unitsPerWrite);
    let waitMs = this.#whole.waitMs;
    for (const { key, writes: ofKey } of heavy) {
      const units = this.#byKey.get(key) ?? new Units(PARTITION_WRITE_UNITS, 1);
      this.#byKey.set(key, units);
      short = Math.max(short, units.take(nowMs, ofKey * unitsPerWrite));
      waitMs = Math.max(waitMs, units.waitMs);
    }
    this.writes += writes;
    this.throttled += Math.ceil(short / unitsPerWrite);
    this.#countPeak(nowMs, writes * unitsPerWrite);
    return waitMs;
  }

  #countPeak(nowMs: number, units: number): void {
    const second = Math.floor(nowMs / 1000);
    this.#secondUnits = second === this.#second ? this.#secondUnits + units : units;
    this.#second = second;
    this.peakUnits = Math.max(this.peakUnits, this.#secondUnits);
  }
}
