import type { AddressBlock } from './address-block.ts';
import type { NumericRange } from './numeric-range.ts';
import type { Wildcard } from './wildcard.ts';

/** What the text of a value is compared by. */
export type TextOperator = 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard';

/** One text comparison: `{"prefix": "a"}`, `{"suffix": {"equals-ignore-case": "a"}}`, … */
export interface TextTest {
  readonly operator: TextOperator;
  readonly text: string;
  readonly ignoreCase: boolean;
  /** Of a wildcard: the texts between its stars. */
  readonly wildcard?: Wildcard;
}

/** What one entry of a field's list asks of the field's value, as event patterns have it. */
export type Matcher =
  | { readonly kind: 'exactly'; readonly value: string | number | boolean | null }
  | { readonly kind: 'text'; readonly test: TextTest }
  | { readonly kind: 'numeric'; readonly range: NumericRange }
  | { readonly kind: 'cidr'; readonly text: string; readonly block: AddressBlock }
  | { readonly kind: 'exists'; readonly isThere: boolean }
  | { readonly kind: 'anything-but'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'anything-but-text'; readonly tests: readonly TextTest[] }
  /** An intrinsic of the template: what it asks for is known when it is deployed. */
  | { readonly kind: 'deferred'; readonly text: string };

/** The matcher in a few words, as a person would say it. */
export function matcherText(matcher: Matcher): string {
  switch (matcher.kind) {
    case 'exactly':
      return JSON.stringify(matcher.value);
    case 'text':
      return testText(matcher.test);
    case 'numeric':
      return rangeText(matcher.range);
    case 'cidr':
      return `cidr "${matcher.text}"`;
    case 'exists':
      return matcher.isThere ? 'there' : 'not there';
    case 'anything-but':
      return `anything but ${matcher.values.map(value => JSON.stringify(value)).join(', ')}`;
    case 'anything-but-text':
      return `anything but ${matcher.tests.map(testText).join(', ')}`;
    case 'deferred':
      return matcher.text;
  }
}

function testText({ operator, text, ignoreCase }: TextTest): string {
  const ignoring = ignoreCase && operator !== 'equals-ignore-case' ? ' (in any case)' : '';
  return `${operator} ${JSON.stringify(text)}${ignoring}`;
}

function rangeText({ from, to }: NumericRange): string {
  const parts = [
    from && `${from.open ? '>' : '>='} ${from.value}`, //
    to && `${to.open ? '<' : '<='} ${to.value}`,
  ];
  return `numeric ${parts.filter(Boolean).join(' and ')}`;
}
