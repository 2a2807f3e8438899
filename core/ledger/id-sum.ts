/**
 * Sums of event ids: ids as numbers, added up modulo 2^130. Two hops that saw the same events have the same sum, in whatever
 * order and batches they saw them; where one saw a single event more, the difference of the sums is its id.
 *
 * A sum is kept as the 26 digits that a ULID has, without carries while it grows: adding an id is 26 additions.
 */
import { eventIdBits, isEventId, ulidOf } from '../events/event-id.ts';

/** Digits to base 32, the highest first; below zero or above 31 until they are written down. */
export type IdDigits = number[];

const DIGITS = 26;
const BASE = 32;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUES: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  Math.max(0, CROCKFORD.indexOf(String.fromCharCode(code).toUpperCase())),
);

export function noIds(): IdDigits {
  return new Array<number>(DIGITS).fill(0);
}

/** Adds an id `times` times; -1 takes it away. What is no id adds nothing. */
export function addId(sum: IdDigits, id: string, times = 1): void {
  if (!isEventId(id)) return;
  const digits = id.length === DIGITS ? id : ulidOf(eventIdBits(id));
  for (let i = 0; i < DIGITS; i++) sum[i] = (sum[i] ?? 0) + times * (VALUES[digits.charCodeAt(i)] ?? 0);
}

/** Adds another sum `times` times. */
export function addDigits(sum: IdDigits, other: readonly number[], times = 1): void {
  for (let i = 0; i < DIGITS; i++) sum[i] = (sum[i] ?? 0) + times * (other[i] ?? 0);
}

/** The sum modulo 2^130, as 26 digits. */
export function sumText(sum: readonly number[]): string {
  let text = '';
  let carry = 0;
  for (let i = DIGITS - 1; i >= 0; i--) {
    const value = (sum[i] ?? 0) + carry;
    const digit = ((value % BASE) + BASE) % BASE;
    carry = (value - digit) / BASE;
    text = (CROCKFORD[digit] ?? '') + text;
  }
  return text;
}

/** Reads what `sumText` wrote, leading zeros left out or not; `undefined` when it is something else. */
export function parseSum(text: string): IdDigits | undefined {
  if (!/^[0-9A-HJKMNP-TV-Z]{0,26}$/.test(text)) return undefined;
  const padded = text.padStart(DIGITS, '0');
  return Array.from({ length: DIGITS }, (_, i) => VALUES[padded.charCodeAt(i)] ?? 0);
}

export function isNothing(sum: readonly number[]): boolean {
  return /^0*$/.test(sumText(sum));
}

/** The id that a sum of one id is, as a ULID; `undefined` when it can be none. */
export function singleId(sum: readonly number[]): string | undefined {
  const text = sumText(sum);
  return !isNothing(sum) && isEventId(text) ? text : undefined;
}
