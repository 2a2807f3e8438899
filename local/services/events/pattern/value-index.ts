import type { EventValue } from './event-value.ts';
import { AffixIndex, KeyIndex, type TargetIndex } from './key-index.ts';
import type { ValueMatcher } from './value-matcher.ts';
import { type ValueTest, valueTest } from './value-test.ts';

/**
 * Which targets a value leads to, over all matchers that rules set on one field in one place. Exact texts, numbers,
 * addresses, prefixes, suffixes and ASCII texts without regard to case are looked up; the other kinds are tried one by one.
 */
export class ValueIndex<Target> {
  readonly #texts = new KeyIndex<string, Target>();
  readonly #spellings = new KeyIndex<string, Target>();
  readonly #numbers = new KeyIndex<number, Target>();
  readonly #addresses = new KeyIndex<string, Target>();
  readonly #caseless = new KeyIndex<string, Target>();
  readonly #prefixes = new AffixIndex<Target>();
  readonly #suffixes = new AffixIndex<Target>();
  readonly #existing = new Set<Target>();
  readonly #tested: { readonly matcher: ValueMatcher; readonly test: ValueTest; readonly target: Target }[] = [];

  add(matcher: ValueMatcher, target: Target): void {
    const place = this.#place(matcher);
    if (place) place.add(target);
    else this.#tested.push({ matcher, test: valueTest(matcher), target });
  }

  remove(matcher: ValueMatcher, target: Target): void {
    const place = this.#place(matcher);
    if (place) {
      place.remove(target);
      return;
    }
    const at = this.#tested.findIndex(entry => entry.matcher === matcher && entry.target === target);
    if (at >= 0) this.#tested.splice(at, 1);
  }

  /** Whether no value leads anywhere. */
  get isEmpty(): boolean {
    const indexes = [this.#texts, this.#spellings, this.#numbers, this.#addresses, this.#caseless];
    const others = [this.#prefixes, this.#suffixes, this.#existing];
    return this.#tested.length === 0 && [...indexes, ...others].every(({ size }) => size === 0);
  }

  /** Calls `found` for each target, perhaps more than once. */
  find(value: EventValue, found: (target: Target) => void): void {
    if (value.isString) this.#findText(value, found);
    else {
      this.#spellings.find(value.text, found);
      if (this.#numbers.size > 0 && value.number !== undefined) this.#numbers.find(value.number, found);
    }
    if (this.#existing.size > 0) this.#existing.forEach(found);
    for (let at = 0; at < this.#tested.length; at++) {
      const entry = this.#tested[at];
      if (entry?.test(value)) found(entry.target);
    }
  }

  #findText(value: EventValue, found: (target: Target) => void): void {
    this.#texts.find(value.text, found);
    this.#prefixes.find(value.text, cutStart, found);
    this.#suffixes.find(value.text, cutEnd, found);
    if (this.#caseless.size > 0) this.#caseless.find(value.text.toLowerCase(), found);
    if (this.#addresses.size > 0 && value.address !== undefined) this.#addresses.find(value.address, found);
  }

  /** Where targets of a matcher are kept, when they are looked up and not tried. */
  #place(matcher: ValueMatcher): Place<Target> | undefined {
    switch (matcher.kind) {
      case 'equals':
        return at(this.#texts, matcher.text);
      case 'literal':
        return at(this.#spellings, matcher.spelling);
      case 'number':
        return at(this.#numbers, matcher.value);
      case 'address':
        return at(this.#addresses, matcher.digits);
      case 'prefix':
        return at(this.#prefixes, matcher.text);
      case 'suffix':
        return at(this.#suffixes, matcher.text);
      case 'equals-ignore-case':
        return isAscii(matcher.text) ? at(this.#caseless, matcher.text.toLowerCase()) : undefined;
      case 'exists':
        return { add: target => void this.#existing.add(target), remove: target => void this.#existing.delete(target) };
      case 'absent': // no value leads there
        return { add: () => {}, remove: () => {} };
      default:
        return undefined;
    }
  }
}

interface Place<Target> {
  add(target: Target): void;
  remove(target: Target): void;
}

function at<Key, Target>(index: TargetIndex<Key, Target>, key: Key): Place<Target> {
  return { add: target => index.add(key, target), remove: target => index.remove(key, target) };
}

function cutStart(text: string, length: number): string {
  return text.slice(0, length);
}

function cutEnd(text: string, length: number): string {
  return text.slice(text.length - length);
}

/** Only ASCII letters have one form per case and no others that fold to them. */
function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
