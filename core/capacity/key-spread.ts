/**
 * How records spread over keys, and keys over shards and lanes. A few heavy keys are followed one by one; all others are
 * taken to be spread evenly, as a hash does with many of them.
 */

export interface KeySpread {
  /** Distinct keys among the records that are not heavy. */
  readonly keys: number;
  /** Shares of the heavy keys, greatest first; together at most 1. */
  readonly heavy: readonly number[];
}

const MOST_HEAVY = 64;

/** All keys alike, but for one that has `hotShare` of the records. */
export function evenKeys(keys: number, hotShare = 0): KeySpread {
  return { keys: Math.max(1, keys), heavy: hotShare > 0 ? [hotShare] : [] };
}

/** The key of rank r has a share in proportion to r^-exponent: 0 is even, 1 is Zipf's law. */
export function skewedKeys(keys: number, exponent: number): KeySpread {
  const weights = Array.from({ length: keys }, (_, rank) => (rank + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const heavy = weights
    .slice(0, MOST_HEAVY)
    .map(weight => weight / total)
    .filter(share => share > 2 / keys);
  return { keys: Math.max(1, keys - heavy.length), heavy };
}

/** Heavy keys are dealt to the shards in turn. */
export function heavyKeysOf(spread: KeySpread, { shard, shards }: { shard: number; shards: number }): number[] {
  return spread.heavy.flatMap((_, key) => (key % shards === shard ? [key] : []));
}

/** How many different keys are to be expected among records that are drawn evenly from a number of keys. */
export function expectedDistinct(records: number, keys: number): number {
  if (records <= 1) return records;
  return Math.min(records, Math.max(1, Math.round(keys * (1 - (1 - 1 / keys) ** records))));
}

/**
 * Deals whole records in given proportions: what was dealt of all so far never strays from its share by more than a few.
 */
export class Dealer {
  readonly #credits: number[];

  constructor(parts: number) {
    this.#credits = Array.from({ length: parts }, () => 0);
  }

  /** @param shares together 1 @returns how many of `count` each part gets */
  deal(count: number, shares: readonly number[]): number[] {
    const credits = this.#credits;
    let left = count;
    const dealt = shares.map((share, part) => {
      const credit = (credits[part] ?? 0) + count * share;
      const whole = Math.max(0, Math.min(left, Math.floor(credit + 1e-9)));
      credits[part] = credit - whole;
      left -= whole;
      return whole;
    });
    while (left > 0) left -= this.#giveOne(dealt, shares);
    return dealt;
  }

  #giveOne(dealt: number[], shares: readonly number[]): number {
    let best = 0;
    for (let part = 0; part < shares.length; part++) {
      const isBetter = (this.#credits[part] ?? 0) > (this.#credits[best] ?? 0) + 1e-9;
      if ((shares[part] ?? 0) > 0 && (isBetter || shares[best] === 0)) best = part;
    }
    dealt[best] = (dealt[best] ?? 0) + 1;
    this.#credits[best] = (this.#credits[best] ?? 0) - 1;
    return 1;
  }
}
