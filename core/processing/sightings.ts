import { imprintedId } from './imprint.ts';
import type { Sighting } from './sighting.ts';

const NONE: readonly Sighting[] = [];
/** Ids of one time that are compared one by one, before an index is made. */
const MOST_COMPARED = 32;

/**
 * What one batch of a key brought, in order. An id that was made after all that are here is not among them, and ids nearly
 * always come in the order in which they were made: only when one does not is there an index, by a word of the id.
 */
export class Sightings {
  readonly all: Sighting[] = [];
  #newestTime = Number.NEGATIVE_INFINITY;
  /** Where the first one of the newest time stands in the list. */
  #newestFrom = 0;
  /** Where the last one with a word stands in the list. */
  #lastByWord: Map<number, number> | undefined;
  /** For each that is indexed, where the one before it with the same word stands; below 0 when there is none. */
  readonly #before: number[] = [];

  add(sighting: Sighting): void {
    if (sighting.idTime > this.#newestTime) {
      this.#newestTime = sighting.idTime;
      this.#newestFrom = this.all.length;
    }
    this.all.push(sighting);
  }

  /** Those of the same id, the oldest first. */
  ofSameId(sighting: Sighting): readonly Sighting[] {
    if (sighting.idTime > this.#newestTime || this.#isNewAmongNewest(sighting)) return NONE;
    const last = this.#index().get(sighting.fourth);
    if (last === undefined) return NONE;
    const id = imprintedId(sighting.imprint);
    const same: Sighting[] = [];
    for (let at = last; at >= 0; at = this.#before[at] ?? -1) {
      const other = this.all[at];
      if (other && imprintedId(other.imprint) === id) same.unshift(other);
    }
    return same;
  }

  /** Whether an id of the newest time is certainly not here: few others are of that time, and none of them ends like it. */
  #isNewAmongNewest(sighting: Sighting): boolean {
    if (sighting.idTime < this.#newestTime || this.all.length - this.#newestFrom > MOST_COMPARED) return false;
    const word = sighting.fourth;
    for (let at = this.#newestFrom; at < this.all.length; at++) {
      const other = this.all[at];
      if (other?.fourth === word) return false;
    }
    return true;
  }

  /** Brings the index up to what was added. */
  #index(): Map<number, number> {
    this.#lastByWord ??= new Map();
    for (let at = this.#before.length; at < this.all.length; at++) {
      const sighting = this.all[at];
      const word = sighting?.fourth ?? 0;
      this.#before.push(this.#lastByWord.get(word) ?? -1);
      this.#lastByWord.set(word, at);
    }
    return this.#lastByWord;
  }
}
