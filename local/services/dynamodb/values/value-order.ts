import { orderedBinary, orderedText } from '../keys/key-order.ts';
import type { AttributeValue } from './attribute-value.ts';
import { compareNumbers } from './decimal.ts';

/** Negative, zero or positive as `a` is before, with or after `b`; undefined when they have no order. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('S' in a && 'S' in b) return compareText(orderedText(a.S), orderedText(b.S));
  if ('B' in a && 'B' in b) return compareText(orderedBinary(a.B), orderedBinary(b.B));
  return undefined;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
