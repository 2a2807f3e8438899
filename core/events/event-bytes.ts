/** Parts of an event's text, read from its bytes: what makes up most of it, and has to be read by everybody. */
import { BASE32_VALUES, HEX_VALUES, NO_DIGIT, ULID_CHARS, UUID_CHARS } from './event-id.ts';
import { DAY_MS, daysSince1970 } from './rfc3339.ts';

const QUOTE = 34;
const DASH = 45;
const POINT = 46;
const SEVEN = 55;
const COLON = 58;
const T = 84;
const BACKSLASH = 92;
const TILDE = 126;
const Z = 90;

/** What a byte is inside of a text in JSON: 0 when it stands for itself, 1 when it ends the text, 2 when it is to be looked at. */
export const BYTE_KINDS = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE) return 1;
  return byte < 32 || byte === BACKSLASH || byte > TILDE ? 2 : 0;
});

/**
 * Reads the event id that begins at `at` and ends before a quote, as `isEventId` and `eventIdWords` do.
 * @param words that it is made of; set when there is one
 * @returns its length; 0 when there is none
 */
export function readEventId(bytes: Uint8Array, at: number, words: Int32Array): number {
  if (bytes[at + ULID_CHARS] === QUOTE) return readUlid(bytes, at, words) ? ULID_CHARS : 0;
  return bytes[at + UUID_CHARS] === QUOTE && readUuid(bytes, at, words) ? UUID_CHARS : 0;
}

/** 26 digits of 5 bits: words end in the middle of the 7th, 13th and 20th. */
function readUlid(bytes: Uint8Array, at: number, words: Int32Array): boolean {
  const a = base32(bytes, at);
  const b = base32(bytes, at + 3);
  const c = BASE32_VALUES[bytes[at + 6] ?? 0] ?? NO_DIGIT;
  const d = base32(bytes, at + 7);
  const e = base32(bytes, at + 10);
  const f = base32(bytes, at + 13);
  const g = base32(bytes, at + 16);
  const h = BASE32_VALUES[bytes[at + 19] ?? 0] ?? NO_DIGIT;
  const i = base32(bytes, at + 20);
  const j = base32(bytes, at + 23);
  if ((a | b | c | d | e | f | g | h | i | j) >= NO_DIGIT || (bytes[at] ?? 0) > SEVEN) return false;
  words[0] = (a << 19) | (b << 4) | (c >> 1);
  words[1] = (c << 31) | (d << 16) | (e << 1) | (f >> 14);
  words[2] = (f << 18) | (g << 3) | (h >> 2);
  words[3] = (h << 30) | (i << 15) | j;
  return true;
}

/** What three digits stand for; no less than NO_DIGIT when one of them is none. */
function base32(bytes: Uint8Array, at: number): number {
  const first = BASE32_VALUES[bytes[at] ?? 0] ?? NO_DIGIT;
  const second = BASE32_VALUES[bytes[at + 1] ?? 0] ?? NO_DIGIT;
  return (first << 10) | (second << 5) | (BASE32_VALUES[bytes[at + 2] ?? 0] ?? NO_DIGIT);
}

function readUuid(bytes: Uint8Array, at: number, words: Int32Array): boolean {
  if (bytes[at + 8] !== DASH || bytes[at + 13] !== DASH || bytes[at + 18] !== DASH) return false;
  if (bytes[at + 23] !== DASH || bytes[at + 14] !== SEVEN) return false;
  const a = hex(bytes, at);
  const b = hex(bytes, at + 4);
  const c = hex(bytes, at + 9);
  const d = hex(bytes, at + 14);
  const e = hex(bytes, at + 19);
  const f = hex(bytes, at + 24);
  const g = hex(bytes, at + 28);
  const h = hex(bytes, at + 32);
  if ((a | b | c | d | e | f | g | h) >= NO_DIGIT || e >> 14 !== 2) return false;
  words[0] = (a << 16) | b;
  words[1] = (c << 16) | d;
  words[2] = (e << 16) | f;
  words[3] = (g << 16) | h;
  return true;
}

/** What four digits stand for; no less than NO_DIGIT when one of them is none. */
function hex(bytes: Uint8Array, at: number): number {
  const first = HEX_VALUES[bytes[at] ?? 0] ?? NO_DIGIT;
  const second = HEX_VALUES[bytes[at + 1] ?? 0] ?? NO_DIGIT;
  const third = HEX_VALUES[bytes[at + 2] ?? 0] ?? NO_DIGIT;
  return (first << 12) | (second << 8) | (third << 4) | (HEX_VALUES[bytes[at + 3] ?? 0] ?? NO_DIGIT);
}

/**
 * Reads the UTC time that begins at `at` and ends before a quote, in one of the two usual spellings: with milliseconds, and
 * without a fraction. @returns epoch ms; NaN when it is spelled otherwise, and for days that not every month has: there may be a time.
 */
export function readUtcTime(bytes: Uint8Array, at: number): number {
  const withMs = bytes[at + 19] === POINT;
  if (bytes[at + (withMs ? 23 : 19)] !== Z || bytes[at + (withMs ? 24 : 20)] !== QUOTE) return Number.NaN;
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH || bytes[at + 10] !== T) return Number.NaN;
  if (bytes[at + 13] !== COLON || bytes[at + 16] !== COLON) return Number.NaN;
  let signs = 0; // negative as soon as one character is no digit
  const two = (start: number) => {
    const tens = (bytes[at + start] ?? 0) - 48;
    const ones = (bytes[at + start + 1] ?? 0) - 48;
    signs |= tens | (9 - tens) | ones | (9 - ones);
    return tens * 10 + ones;
  };
  const year = two(0) * 100 + two(2);
  const month = two(5);
  const day = two(8);
  const hour = two(11);
  const minute = two(14);
  const second = two(17);
  const ms = withMs ? two(20) * 10 + (two(21) % 10) : 0;
  if (signs < 0 || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  if (year < 100 || month < 1 || month > 12 || day < 1 || day > 28) return Number.NaN;
  return daysSince1970(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** Whether the text that is `length` bytes at `other` also stands at `at`, up to a quote. */
export function isTextAt(bytes: Uint8Array, at: number, other: number, length: number): boolean {
  if (bytes[at + length] !== QUOTE) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== bytes[other + i]) return false;
  return true;
}

/** Whether `length` characters of a text, from `from` on, stand at `at`, up to a quote. They differ most often at the end. */
export function isTextOf(bytes: Uint8Array, at: number, text: string, from: number, length: number): boolean {
  if (length === 0 || bytes[at + length] !== QUOTE) return false;
  for (let i = length - 1; i >= 0; i--) if (bytes[at + i] !== text.charCodeAt(from + i)) return false;
  return true;
}
