/** Sets of strings, numbers and binaries: members in canonical form, ascending, without duplicates. */
import { orderedBinary, orderedText } from '../keys/key-order.ts';
import type { AttributeValue } from './attribute-value.ts';
import { compareNumbers } from './decimal.ts';

export type SetType = 'SS' | 'NS' | 'BS';
export type AttributeSet = Extract<
  AttributeValue,
  Record<'SS', unknown> | Record<'NS', unknown> | Record<'BS', unknown>
>;

export function isSet(value: AttributeValue): value is AttributeSet {
  return 'SS' in value || 'NS' in value || 'BS' in value;
}

export function setType(set: AttributeSet): SetType {
  return 'SS' in set ? 'SS' : 'NS' in set ? 'NS' : 'BS';
}

export function membersOf(set: AttributeSet): readonly string[] {
  return 'SS' in set ? set.SS : 'NS' in set ? set.NS : set.BS;
}

/** A set of canonical members, which need be neither sorted nor unique. */
export function makeSet(type: SetType, members: Iterable<string>): AttributeSet {
  const sorted = [...new Set(members)].sort(type === 'NS' ? compareNumbers : byOrder(type));
  if (type === 'SS') return { SS: sorted };
  return type === 'NS' ? { NS: sorted } : { BS: sorted };
}

/** Both sets are of one type. */
export function union(a: AttributeSet, b: AttributeSet): AttributeSet {
  return makeSet(setType(a), [...membersOf(a), ...membersOf(b)]);
}

/** What is left of `a`; undefined when nothing is, because there is no empty set. */
export function difference(a: AttributeSet, b: AttributeSet): AttributeSet | undefined {
  const removed = new Set(membersOf(b));
  const left = membersOf(a).filter(member => !removed.has(member));
  return left.length > 0 ? makeSet(setType(a), left) : undefined;
}

function byOrder(type: 'SS' | 'BS'): (a: string, b: string) => number {
  const ordered = type === 'SS' ? orderedText : orderedBinary;
  return (a, b) => {
    const [x, y] = [ordered(a), ordered(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}
