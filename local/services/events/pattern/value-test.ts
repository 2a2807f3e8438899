import type { EventValue } from './event-value.ts';
import { endsWithIgnoringCase, equalsIgnoringCase, startsWithIgnoringCase } from './ignore-case.ts';
import { inRange } from './ip-address.ts';
import type { Bound, ValueMatcher } from './value-matcher.ts';
import { matchesWildcard } from './wildcard.ts';

export type ValueTest = (value: EventValue) => boolean;

/** How a value is tried against a matcher of a kind that cannot be looked up. */
export function valueTest(matcher: ValueMatcher): ValueTest {
  switch (matcher.kind) {
    case 'equals-ignore-case':
      return ofText(text => equalsIgnoringCase(text, matcher.forms));
    case 'prefix-ignore-case':
      return ofText(text => startsWithIgnoringCase(text, matcher.forms));
    case 'suffix-ignore-case':
      return ofText(text => endsWithIgnoringCase(text, matcher.forms));
    case 'wildcard':
      return ofText(text => matchesWildcard(text, matcher.literals));
    case 'numeric':
      return ({ number }) => number !== undefined && isAbove(number, matcher.bottom) && isBelow(number, matcher.top);
    case 'cidr':
      return value => inRange(value.isString ? (value.address ?? '') : value.text, matcher.range);
    default:
      return anythingButTester(matcher);
  }
}

function anythingButTester(matcher: ValueMatcher): ValueTest {
  switch (matcher.kind) {
    case 'anything-but':
      return exceptText(text => matcher.texts.has(text));
    case 'anything-but-numbers':
      return ({ number }) => number === undefined || !matcher.values.has(number);
    case 'anything-but-prefix':
      return exceptText(text => matcher.texts.some(prefix => text.startsWith(prefix)));
    case 'anything-but-suffix':
      return exceptText(text => matcher.texts.some(suffix => text.endsWith(suffix)));
    case 'anything-but-ignore-case':
      return exceptText(text => matcher.forms.some(forms => equalsIgnoringCase(text, forms)));
    case 'anything-but-wildcard':
      return exceptText(text => matcher.literals.some(literals => matchesWildcard(text, literals)));
    default:
      throw new Error(`Cannot test values: '${matcher.kind}' is looked up, not tested`);
  }
}

function ofText(holds: (text: string) => boolean): ValueTest {
  return value => value.isString && holds(value.text);
}

function exceptText(excluded: (text: string) => boolean): ValueTest {
  return value => !(value.isString && excluded(value.text));
}

function isAbove(value: number, bottom: Bound | undefined): boolean {
  return bottom === undefined || value > bottom.value || (value === bottom.value && !bottom.open);
}

function isBelow(value: number, top: Bound | undefined): boolean {
  return top === undefined || value < top.value || (value === top.value && !top.open);
}
