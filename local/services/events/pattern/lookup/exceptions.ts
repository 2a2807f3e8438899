import type { EventValue } from '../event-value.ts';
import type { AnythingBut, ValueMatcher } from '../value-matcher.ts';
import type { Finder, Found, ValueLookup } from './value-lookup.ts';

/** One matcher that holds for all values but some. */
interface Exception<Target> {
  readonly matcher: AnythingBut;
  readonly target: Target;
  /** The last search in which it was found that the matcher does not hold. */
  excludedIn: number;
}

/** What values lead to, by whichever matchers. */
export interface Excluded<Target> extends Finder<Target> {
  add(matcher: ValueMatcher, target: Target): void;
  remove(matcher: ValueMatcher, target: Target): void;
}

/**
 * Targets of `anything-but`: a value leads to all of them but those that it is looked up to be excluded by. What they
 * exclude are matchers as any other.
 */
export class Exceptions<Target> implements ValueLookup<AnythingBut, Target> {
  readonly #exceptions: Exception<Target>[] = [];
  readonly #excluded: Excluded<Exception<Target>>;
  #searches = 0;
  readonly #exclude = (exception: Exception<Target>): void => {
    exception.excludedIn = this.#searches;
  };

  constructor(excluded: Excluded<Exception<Target>>) {
    this.#excluded = excluded;
  }

  get isEmpty(): boolean {
    return this.#exceptions.length === 0;
  }

  add(matcher: AnythingBut, target: Target): void {
    const exception = { matcher, target, excludedIn: 0 };
    this.#exceptions.push(exception);
    for (const excluded of exclusions(matcher)) this.#excluded.add(excluded, exception);
  }

  remove(matcher: AnythingBut, target: Target): void {
    const at = this.#exceptions.findIndex(one => one.matcher === matcher && one.target === target);
    const [exception] = at < 0 ? [] : this.#exceptions.splice(at, 1);
    if (!exception) return;
    for (const excluded of exclusions(matcher)) this.#excluded.remove(excluded, exception);
  }

  find(value: EventValue, found: Found<Target>): void {
    this.#searches++;
    this.#excluded.find(value, this.#exclude);
    for (const exception of this.#exceptions) if (exception.excludedIn !== this.#searches) found(exception.target);
  }
}

/** The matchers whose values `anything-but` does not hold for. */
function exclusions(matcher: AnythingBut): readonly ValueMatcher[] {
  switch (matcher.kind) {
    case 'anything-but':
      return [...matcher.texts].map(text => ({ kind: 'equals', text }));
    case 'anything-but-numbers':
      return [...matcher.values].map(value => ({ kind: 'number', value }));
    case 'anything-but-prefix':
      return matcher.texts.map(text => ({ kind: 'prefix', text }));
    case 'anything-but-suffix':
      return matcher.texts.map(text => ({ kind: 'suffix', text }));
    case 'anything-but-ignore-case':
      return matcher.forms.map(forms => ({ kind: 'equals-ignore-case', forms }));
    case 'anything-but-wildcard':
      return matcher.literals.map(literals => ({ kind: 'wildcard', literals }));
  }
}
