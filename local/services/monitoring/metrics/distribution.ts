/** Up to this many different values are kept exactly. */
const EXACT_VALUES = 256;
/** Beyond that, values within 1 % of each other share a bin: a percentile is then right to within half a percent. */
const BIN_GROWTH = 1.01;
const LOG_GROWTH = Math.log(BIN_GROWTH);

/** Values and their counts, in turns. */
export interface StoredDistribution {
  readonly binned: boolean;
  readonly counts: readonly number[];
}

/**
 * How often which value occurred: enough to answer percentiles, in bounded memory. Which values are kept does not depend
 * on the order in which they came, nor on chance.
 */
export class Distribution {
  #counts = new Map<number, number>();
  #isBinned = false;

  add(value: number, count: number): void {
    const key = this.#isBinned ? binned(value) : value;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    if (!this.#isBinned && this.#counts.size > EXACT_VALUES) this.#bin();
  }

  addAll(other: Distribution): void {
    for (const [value, count] of other.#counts) this.add(value, count);
  }

  /** The values in ascending order, with how often each occurred. */
  sorted(): [value: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  stored(): StoredDistribution {
    return { binned: this.#isBinned, counts: [...this.#counts].flat() };
  }

  /** Takes back one of an earlier process. */
  restore({ binned: isBinned, counts }: StoredDistribution): void {
    this.#isBinned = isBinned;
    for (let i = 0; i + 1 < counts.length; i += 2) this.#counts.set(counts[i] ?? 0, counts[i + 1] ?? 0);
  }

  #bin(): void {
    const exact = this.#counts;
    this.#counts = new Map();
    this.#isBinned = true;
    for (const [value, count] of exact) this.add(value, count);
  }
}

/** The middle of the bin that `value` falls into. */
function binned(value: number): number {
  if (value === 0) return 0;
  const bin = Math.round(Math.log(Math.abs(value)) / LOG_GROWTH);
  return Math.sign(value) * Math.exp(bin * LOG_GROWTH);
}
