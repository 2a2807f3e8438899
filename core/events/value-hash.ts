/**
 * A fast 32-bit hash of a JSON value: equal for equal values, whatever the order of their members. Members are hashed each by
 * itself and added up, so that nothing has to be sorted and no text has to be made.
 *
 * Like `contentHash` it tells apart what nobody makes collide on purpose; it is no signature. All 32 bits are mixed: n of them
 * are shared by two given values with odds of 2^-n.
 */
const TEXT = 0x9e3779b9;
const NUMBER = 0x85ebca77;
const LIST = 0xc2b2ae3d;
const MAP = 0x27d4eb2f;
const NULL = 0x165667b1;
const TRUE = 0x2545f491;
const FALSE = 0x1b873593;

const number = new Float64Array(1);
const numberWords = new Uint32Array(number.buffer);

/** @param seed what the value is hashed with: the same value at another place is another hash */
export function valueHash(value: unknown, seed = 0): number {
  if (typeof value === 'string') return textHash(value, seed);
  if (typeof value === 'number') return numberHash(value, seed);
  if (typeof value === 'boolean') return avalanche(seed ^ (value ? TRUE : FALSE));
  if (typeof value !== 'object' || value === null) return avalanche(seed ^ NULL);
  if (Array.isArray(value)) {
    let hash = listSeed(value.length, seed);
    for (const item of value) hash = valueHash(item, hash);
    return avalanche(hash);
  }
  let sum = 0;
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) sum = (sum + valueHash(member, nameHash(name))) | 0; // in JSON there is none
  }
  return mapHash(sum, seed);
}

/** What the first item of a list is hashed with; each further one with the hash of the one before. */
export function listSeed(length: number, seed: number): number {
  return seed ^ LIST ^ length;
}

/** @param sum of the hashes of all members, each hashed with the hash of its name */
export function mapHash(sum: number, seed: number): number {
  return avalanche(seed ^ sum ^ MAP);
}

const MAX_NAMES = 1000;
const hashedNames = new Map<string, number>();

/** The hash of a member's name. Names are few and come again and again. */
export function nameHash(name: string): number {
  const known = hashedNames.get(name);
  if (known !== undefined) return known;
  const hash = textHash(name, MAP);
  if (hashedNames.size >= MAX_NAMES) hashedNames.clear();
  hashedNames.set(name, hash);
  return hash;
}

function textHash(text: string, seed: number): number {
  const { length } = text;
  let hash = seed ^ TEXT ^ Math.imul(length, 0x2c1b3c6d);
  let at = 1;
  for (; at < length; at += 2) {
    hash = Math.imul(hash ^ text.charCodeAt(at - 1) ^ (text.charCodeAt(at) << 16), 0x297a2d39); // two at a time
    hash ^= hash >>> 15;
  }
  if (at === length) hash = Math.imul(hash ^ text.charCodeAt(at - 1), 0x297a2d39);
  return avalanche(hash);
}

/** The hash of a text of single-byte characters, the one from `from` to `to`. */
export function bytesHash(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let hash = seed ^ TEXT ^ Math.imul(to - from, 0x2c1b3c6d);
  let at = from + 1;
  for (; at < to; at += 2) {
    hash = Math.imul(hash ^ (bytes[at - 1] ?? 0) ^ ((bytes[at] ?? 0) << 16), 0x297a2d39);
    hash ^= hash >>> 15;
  }
  if (at === to) hash = Math.imul(hash ^ (bytes[at - 1] ?? 0), 0x297a2d39);
  return avalanche(hash);
}

export function numberHash(value: number, seed: number): number {
  number[0] = value + 0; // -0 is 0 in JSON
  return avalanche(avalanche(seed ^ NUMBER ^ (numberWords[0] ?? 0)) ^ (numberWords[1] ?? 0));
}

/** Lets every bit of the input change every bit of the output with even odds (multiply and xor-shift rounds). */
export function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
