import type { EventValue } from '../event-value.ts';
import { type Reading, TextTree } from './text-tree.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

/** Targets of prefixes or, read backwards, of suffixes. */
export class Affixes<Target> implements ValueLookup<string, Target> {
  readonly #tree: TextTree<Target>;

  constructor(reading: Reading) {
    this.#tree = new TextTree(reading);
  }

  get isEmpty(): boolean {
    return this.#tree.isEmpty;
  }

  add(affix: string, target: Target): void {
    this.#tree.add(affix, target);
  }

  remove(affix: string, target: Target): void {
    this.#tree.remove(affix, target);
  }

  find(value: EventValue, found: Found<Target>): void {
    if (value.isString) this.#tree.find(value.text, found);
  }
}
