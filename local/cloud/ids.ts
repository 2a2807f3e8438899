/** Randomness as a port: the same seed gives the same ids in the same order. */
export interface Ids {
  /** A number in [0, 1). */
  random(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** `length` characters of `alphabet` (lower-case letters and digits by default). */
  token(length: number, alphabet?: string): string;
}

const TOKEN_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Ids from a seed (mulberry32: 32 bits of state, good enough for names and jitter, not for secrets). */
export function seededIds(seed: number): Ids {
  let state = seed >>> 0;
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  function token(length: number, alphabet: string = TOKEN_ALPHABET): string {
    let text = '';
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)];
    return text;
  }
  function uuid(): string {
    const hex = token(32, '0123456789abcdef');
    const variant = '89ab'[Math.floor(random() * 4)];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
  return { random, uuid, token };
}
