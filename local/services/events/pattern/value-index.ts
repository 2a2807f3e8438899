import type { EventValue } from './event-value.ts';
import { asciiForm, lowerAscii } from './ignore-case.ts';
import { AddressRanges } from './lookup/address-ranges.ts';
import { Affixes } from './lookup/affixes.ts';
import { AnyValue } from './lookup/any-value.ts';
import { ExactValues } from './lookup/exact-values.ts';
import { Exceptions } from './lookup/exceptions.ts';
import { NumberRanges } from './lookup/number-ranges.ts';
import { TriedValues } from './lookup/tried-values.ts';
import type { Finder, Found, ValueLookup } from './lookup/value-lookup.ts';
import { Wildcards } from './lookup/wildcards.ts';
import type { CaselessMatcher, ValueMatcher } from './value-matcher.ts';

/**
 * Which targets a value leads to, over all matchers that rules set on one field in one place. Each kind of matcher has a
 * lookup of its own, made when it is first needed: most places have one or two. Only what disregards the case of texts
 * that are not ASCII is tried one by one.
 */
export class ValueIndex<Target> implements Finder<Target> {
  readonly #lookups: Finder<Target>[] = [];
  #texts: ExactValues<string, Target> | undefined;
  #spellings: ExactValues<string, Target> | undefined;
  #numbers: ExactValues<number, Target> | undefined;
  #addresses: ExactValues<string, Target> | undefined;
  #caseless: ExactValues<string, Target> | undefined;
  #any: AnyValue<Target> | undefined;
  #prefixes: Affixes<Target> | undefined;
  #suffixes: Affixes<Target> | undefined;
  #caselessPrefixes: Affixes<Target> | undefined;
  #caselessSuffixes: Affixes<Target> | undefined;
  #wildcards: Wildcards<Target> | undefined;
  #numberRanges: NumberRanges<Target> | undefined;
  #addressRanges: AddressRanges<Target> | undefined;
  #exceptions: Exceptions<Target> | undefined;
  #tried: TriedValues<Target> | undefined;

  get isEmpty(): boolean {
    return this.#lookups.every(lookup => lookup.isEmpty);
  }

  add(matcher: ValueMatcher, target: Target): void {
    this.#place(matcher)?.add(target);
  }

  remove(matcher: ValueMatcher, target: Target): void {
    this.#place(matcher)?.remove(target);
  }

  find(value: EventValue, found: Found<Target>): void {
    const lookups = this.#lookups;
    for (let at = 0; at < lookups.length; at++) lookups[at]?.find(value, found);
  }

  /** Where targets of a matcher are kept; nowhere for `absent`, which no value leads to. */
  #place(matcher: ValueMatcher): Place<Target> | undefined {
    switch (matcher.kind) {
      case 'equals':
        this.#texts ??= this.#begin(new ExactValues(value => (value.isString ? value.text : undefined)));
        return at(this.#texts, matcher.text);
      case 'literal':
        this.#spellings ??= this.#begin(new ExactValues(value => (value.isString ? undefined : value.text)));
        return at(this.#spellings, matcher.spelling);
      case 'number':
        this.#numbers ??= this.#begin(new ExactValues(value => value.number));
        return at(this.#numbers, matcher.value);
      case 'address':
        this.#addresses ??= this.#begin(new ExactValues(value => value.address));
        return at(this.#addresses, matcher.digits);
      case 'exists':
        this.#any ??= this.#begin(new AnyValue());
        return at(this.#any, 'any');
      case 'absent':
        return undefined;
      case 'prefix':
        this.#prefixes ??= this.#begin(new Affixes({}));
        return at(this.#prefixes, matcher.text);
      case 'suffix':
        this.#suffixes ??= this.#begin(new Affixes({ backwards: true }));
        return at(this.#suffixes, matcher.text);
      case 'wildcard':
        this.#wildcards ??= this.#begin(new Wildcards());
        return at(this.#wildcards, matcher.literals);
      case 'numeric':
        this.#numberRanges ??= this.#begin(new NumberRanges());
        return at(this.#numberRanges, matcher);
      case 'cidr':
        this.#addressRanges ??= this.#begin(new AddressRanges());
        return at(this.#addressRanges, matcher.range);
      case 'equals-ignore-case':
      case 'prefix-ignore-case':
      case 'suffix-ignore-case':
        return this.#caselessPlace(matcher);
      default:
        this.#exceptions ??= this.#begin(new Exceptions(new ValueIndex()));
        return at(this.#exceptions, matcher);
    }
  }

  #caselessPlace(matcher: CaselessMatcher): Place<Target> {
    const text = asciiForm(matcher.forms);
    if (text === undefined) {
      this.#tried ??= this.#begin(new TriedValues());
      return at(this.#tried, matcher);
    }
    switch (matcher.kind) {
      case 'equals-ignore-case':
        this.#caseless ??= this.#begin(new ExactValues(value => (value.isString ? lowerAscii(value.text) : undefined)));
        return at(this.#caseless, text);
      case 'prefix-ignore-case':
        this.#caselessPrefixes ??= this.#begin(new Affixes({ ignoreAsciiCase: true }));
        return at(this.#caselessPrefixes, text);
      case 'suffix-ignore-case':
        this.#caselessSuffixes ??= this.#begin(new Affixes({ backwards: true, ignoreAsciiCase: true }));
        return at(this.#caselessSuffixes, text);
    }
  }

  #begin<Lookup extends Finder<Target>>(lookup: Lookup): Lookup {
    this.#lookups.push(lookup);
    return lookup;
  }
}

interface Place<Target> {
  add(target: Target): void;
  remove(target: Target): void;
}

function at<Key, Target>(lookup: ValueLookup<Key, Target>, key: Key): Place<Target> {
  return { add: target => lookup.add(key, target), remove: target => lookup.remove(key, target) };
}
