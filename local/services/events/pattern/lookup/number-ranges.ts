import type { EventValue } from '../event-value.ts';
import type { Bound } from '../value-matcher.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

export interface NumberRange {
  readonly bottom: Bound | undefined;
  readonly top: Bound | undefined;
}

interface RangeTarget<Target> {
  readonly range: NumberRange;
  readonly target: Target;
}

/** Of each entry its bottom, followed by the highest top of the stretch that it is the middle of. */
type Stretches = Float64Array;

/** So few ranges are tried one by one. */
const FEW = 8;

/**
 * Targets of ranges of numbers, in the order of their bottoms, as a balanced tree that is implied by the order: the middle
 * of a stretch is above its two halves. Of each stretch the highest top is known, so that a search turns back where
 * no range reaches up to the value. Sorted when it is first asked after a change: rules change seldom.
 */
export class NumberRanges<Target> implements ValueLookup<NumberRange, Target> {
  readonly #entries: RangeTarget<Target>[] = [];
  #stretches: Stretches | undefined;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(range: NumberRange, target: Target): void {
    this.#entries.push({ range, target });
    this.#stretches = undefined;
  }

  remove(range: NumberRange, target: Target): void {
    const at = this.#entries.findIndex(entry => entry.target === target && equalRanges(entry.range, range));
    if (at < 0) return;
    this.#entries.splice(at, 1);
    this.#stretches = undefined;
  }

  find({ number }: EventValue, found: Found<Target>): void {
    if (number === undefined) return;
    if (this.#entries.length > FEW) {
      this.#stretches ??= this.#sort();
      this.#findBetween(number, found, { stretches: this.#stretches, from: 0, to: this.#entries.length });
    } else for (const { range, target } of this.#entries) if (inside(number, range)) found(target);
  }

  #sort(): Stretches {
    this.#entries.sort((a, b) => bottomOf(a.range) - bottomOf(b.range) || 0); // two without a bottom: NaN
    const stretches = new Float64Array(2 * this.#entries.length);
    this.#note({ stretches, from: 0, to: this.#entries.length });
    return stretches;
  }

  /** Notes what is to be known of a stretch; answers its highest top. */
  #note({ stretches, from, to }: Stretch): number {
    const middle = (from + to) >>> 1;
    const entry = this.#entries[middle];
    if (from === to || !entry) return Number.NEGATIVE_INFINITY;
    const left = this.#note({ stretches, from, to: middle });
    const right = this.#note({ stretches, from: middle + 1, to });
    const highest = Math.max(topOf(entry.range), left, right);
    stretches.set([bottomOf(entry.range), highest], 2 * middle);
    return highest;
  }

  #findBetween(number: number, found: Found<Target>, { stretches, from, to }: Stretch): void {
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (number > (stretches[2 * middle + 1] as number)) return; // as long as twice the entries
      if (number < (stretches[2 * middle] as number)) to = middle;
      else {
        const entry = this.#entries[middle];
        if (entry && inside(number, entry.range)) found(entry.target);
        if (from < middle) this.#findBetween(number, found, { stretches, from, to: middle });
        from = middle + 1;
      }
    }
  }
}

/** The entries from one to before another. */
interface Stretch {
  readonly stretches: Stretches;
  from: number;
  to: number;
}

function bottomOf({ bottom }: NumberRange): number {
  return bottom?.value ?? Number.NEGATIVE_INFINITY;
}

function topOf({ top }: NumberRange): number {
  return top?.value ?? Number.POSITIVE_INFINITY;
}

function inside(number: number, { bottom, top }: NumberRange): boolean {
  if (bottom && (number < bottom.value || (bottom.open && number === bottom.value))) return false;
  return !top || number < top.value || (number === top.value && !top.open);
}

function equalRanges(a: NumberRange, b: NumberRange): boolean {
  return equalBounds(a.bottom, b.bottom) && equalBounds(a.top, b.top);
}

function equalBounds(a: Bound | undefined, b: Bound | undefined): boolean {
  return a?.value === b?.value && a?.open === b?.open;
}
