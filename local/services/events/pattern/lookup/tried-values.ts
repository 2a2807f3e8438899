import type { EventValue } from '../event-value.ts';
import { endsWithIgnoringCase, equalsIgnoringCase, startsWithIgnoringCase } from '../ignore-case.ts';
import type { CaselessMatcher } from '../value-matcher.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

/** Targets of matchers that disregard the case of texts that are not ASCII: each is tried, as their forms differ in length. */
export class TriedValues<Target> implements ValueLookup<CaselessMatcher, Target> {
  readonly #entries: { readonly matcher: CaselessMatcher; readonly target: Target }[] = [];

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(matcher: CaselessMatcher, target: Target): void {
    this.#entries.push({ matcher, target });
  }

  remove(matcher: CaselessMatcher, target: Target): void {
    const at = this.#entries.findIndex(entry => entry.target === target && same(entry.matcher, matcher));
    if (at >= 0) this.#entries.splice(at, 1);
  }

  find(value: EventValue, found: Found<Target>): void {
    if (!value.isString) return;
    for (const { matcher, target } of this.#entries) if (holds(matcher, value.text)) found(target);
  }
}

function same(a: CaselessMatcher, b: CaselessMatcher): boolean {
  return a.kind === b.kind && a.forms === b.forms;
}

function holds(matcher: CaselessMatcher, text: string): boolean {
  switch (matcher.kind) {
    case 'equals-ignore-case':
      return equalsIgnoringCase(text, matcher.forms);
    case 'prefix-ignore-case':
      return startsWithIgnoringCase(text, matcher.forms);
    case 'suffix-ignore-case':
      return endsWithIgnoringCase(text, matcher.forms);
  }
}
