import type { EventValue } from '../event-value.ts';
import { eachTarget, type Targets, withoutTarget, withTarget } from './targets.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

/** Targets of matchers that a value meets by being equal to something. */
export class ExactValues<Key, Target> implements ValueLookup<Key, Target> {
  readonly #keyOf: (value: EventValue) => Key | undefined;
  readonly #targets = new Map<Key, Targets<Target>>();

  /** @param keyOf what of a value is compared, if it is of the kind */
  constructor(keyOf: (value: EventValue) => Key | undefined) {
    this.#keyOf = keyOf;
  }

  get isEmpty(): boolean {
    return this.#targets.size === 0;
  }

  add(key: Key, target: Target): void {
    this.#targets.set(key, withTarget(this.#targets.get(key), target));
  }

  remove(key: Key, target: Target): void {
    const targets = this.#targets.get(key);
    const left = targets && withoutTarget(targets, target);
    if (left === undefined) this.#targets.delete(key);
    else this.#targets.set(key, left);
  }

  find(value: EventValue, found: Found<Target>): void {
    const key = this.#keyOf(value);
    if (key !== undefined) eachTarget(this.#targets.get(key), found);
  }
}
