import { isInBlock, parseAddress } from './address-block.ts';
import type { Matcher, TextTest } from './matcher.ts';
import { isInRange } from './numeric-range.ts';
import { matchesWildcard } from './wildcard.ts';

/** Whether a matcher holds for one value that is there: a text, number, boolean or `null`. */
export function matcherHolds(matcher: Matcher, value: unknown): boolean {
  switch (matcher.kind) {
    case 'exactly':
      return value === matcher.value || isSameAddress(value, matcher.value);
    case 'text':
      return typeof value === 'string' && testHolds(matcher.test, value);
    case 'numeric':
      return typeof value === 'number' && isInRange(value, matcher.range);
    case 'cidr': {
      const address = typeof value === 'string' ? parseAddress(value) : undefined;
      return address !== undefined && isInBlock(address, matcher.block);
    }
    case 'exists':
      return matcher.isThere;
    case 'anything-but':
      return !matcher.values.some(excluded => excluded === value);
    case 'anything-but-text':
      return typeof value !== 'string' || !matcher.tests.some(test => testHolds(test, value));
    case 'deferred':
      return true;
  }
}

/** Whether a text meets a comparison. */
export function testHolds({ operator, text, ignoreCase, wildcard }: TextTest, value: string): boolean {
  if (wildcard) return matchesWildcard(value, wildcard);
  if (!ignoreCase) return operator === 'prefix' ? value.startsWith(text) : value.endsWith(text);
  return [
    [value.toLowerCase(), text.toLowerCase()] as const,
    [value.toUpperCase(), text.toUpperCase()] as const, // some characters have no way back from the other case
  ].some(([one, other]) => {
    if (operator === 'prefix') return one.startsWith(other);
    return operator === 'suffix' ? one.endsWith(other) : one === other;
  });
}

/** Addresses are compared as addresses: `::1` is `0:0:0:0:0:0:0:1`. */
function isSameAddress(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  const [address, wanted] = [parseAddress(one), parseAddress(other)];
  return address !== undefined && wanted !== undefined && address.join() === wanted.join();
}
