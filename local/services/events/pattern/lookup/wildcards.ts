import type { EventValue } from '../event-value.ts';
import { matchesWildcard } from '../wildcard.ts';
import { TextTree } from './text-tree.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

/** The literal texts between the stars. */
type Literals = readonly string[];

interface WildcardTarget<Target> {
  readonly literals: Literals;
  readonly target: Target;
  /** Where it is kept. */
  readonly place: Place<Target>;
}

interface Place<Target> {
  readonly tree: TextTree<WildcardTarget<Target>>;
  readonly literal: string;
}

/**
 * Targets of wildcards. Each is kept under one of its literals, at the start, at the end or inside; what is found there is
 * tried in full. It is the literal that fewest others are kept under, and of those the longest: what all rules have in
 * common (`https://…`) is not what tells them apart.
 */
export class Wildcards<Target> implements ValueLookup<Literals, Target> {
  readonly #starts = new TextTree<WildcardTarget<Target>>();
  readonly #ends = new TextTree<WildcardTarget<Target>>({ backwards: true });
  readonly #insides = new TextTree<WildcardTarget<Target>>();
  /** By the literals' JSON. */
  readonly #targets = new Map<string, Map<Target, WildcardTarget<Target>>>();

  get isEmpty(): boolean {
    return this.#targets.size === 0;
  }

  add(literals: Literals, target: Target): void {
    const key = JSON.stringify(literals);
    const known = this.#targets.get(key) ?? new Map<Target, WildcardTarget<Target>>();
    if (known.has(target)) return;
    const place = this.#choosePlace(literals);
    const entry = { literals, target, place };
    this.#targets.set(key, known.set(target, entry));
    place.tree.add(place.literal, entry);
  }

  remove(literals: Literals, target: Target): void {
    const key = JSON.stringify(literals);
    const known = this.#targets.get(key);
    const entry = known?.get(target);
    if (!known || !entry) return;
    known.delete(target);
    if (known.size === 0) this.#targets.delete(key);
    entry.place.tree.remove(entry.place.literal, entry);
  }

  find(value: EventValue, found: Found<Target>): void {
    if (!value.isString) return;
    const { text } = value;
    const tryIt = ({ literals, target }: WildcardTarget<Target>): void => {
      if (matchesWildcard(text, literals)) found(target);
    };
    this.#starts.find(text, tryIt);
    this.#ends.find(text, tryIt);
    this.#insides.findInside(text, tryIt);
  }

  #choosePlace(literals: Literals): Place<Target> {
    const start = { tree: this.#starts, literal: literals[0] ?? '' };
    const end = { tree: this.#ends, literal: literals.at(-1) ?? '' };
    const insides = literals.slice(1, -1).map(literal => ({ tree: this.#insides, literal }));
    return [start, end, ...insides].reduce((best, place) => (better(place, best) ? place : best));
  }
}

function better<Target>(place: Place<Target>, other: Place<Target>): boolean {
  const difference = place.tree.count(place.literal) - other.tree.count(other.literal);
  return difference < 0 || (difference === 0 && place.literal.length > other.literal.length);
}
