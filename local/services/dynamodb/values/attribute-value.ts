/**
 * Attribute values as they stand on the wire and as they are stored.
 *
 * Invariants of a stored value (made by `attribute-value-input.ts`):
 * 1. It has exactly one member, its type.
 * 2. Numbers are in canonical form, binaries in canonical base64, sets in ascending order: equal values look the same.
 * 3. It is never changed in place: an update makes new values.
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** Attribute names to values; the content of an item, and of a map attribute. */
export type Item = { readonly [name: string]: AttributeValue };

/** An item while it is being made. */
export type ItemDraft = { [name: string]: AttributeValue };

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** In the order in which DynamoDB's error texts list them. */
export const ATTRIBUTE_TYPES: readonly AttributeType[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType; // invariant 1
  throw new Error('Cannot tell the type of an attribute value: it has no member');
}

/** The attribute of that name, never one that objects inherit (`toString`, `__proto__`). */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Sets an attribute; plain assignment would lose one that is called `__proto__`. */
export function setAttribute(item: ItemDraft, name: string, value: AttributeValue): void {
  if (name === '__proto__') {
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    item[name] = value;
  }
}

/** A copy that shares nothing with the original. */
export function copyItem(item: Item): Item {
  const copy: ItemDraft = {};
  for (const name in item) setAttribute(copy, name, copyValue(item[name] as AttributeValue)); // own members only: plain objects
  return copy;
}

/** A copy that shares nothing with the original. */
export function copyValue(value: AttributeValue): AttributeValue {
  if ('S' in value) return { S: value.S };
  if ('N' in value) return { N: value.N };
  if ('M' in value) return { M: copyItem(value.M) };
  if ('L' in value) return { L: value.L.map(copyValue) };
  if ('SS' in value) return { SS: [...value.SS] };
  if ('NS' in value) return { NS: [...value.NS] };
  if ('BS' in value) return { BS: [...value.BS] };
  return { ...value };
}

export function sameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every(name => {
    const other = attributeOf(b, name);
    return other !== undefined && sameValue(a[name] as AttributeValue, other);
  });
}

/** Equality by content; correct for stored values, which are canonical. */
export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('B' in a) return 'B' in b && a.B === b.B;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('M' in a) return 'M' in b && sameItem(a.M, b.M);
  if ('L' in a) return 'L' in b && sameElements(a.L, b.L, sameValue);
  if ('SS' in a) return 'SS' in b && sameElements(a.SS, b.SS, Object.is);
  if ('NS' in a) return 'NS' in b && sameElements(a.NS, b.NS, Object.is);
  return 'BS' in b && sameElements(a.BS, b.BS, Object.is);
}

function sameElements<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((element, index) => same(element, b[index] as T)); // same length
}
