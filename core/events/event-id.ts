/**
 * Event ids: ULID (26 characters of Crockford's base 32) or UUIDv7. Both are 128 bits that begin with 48 bits of
 * milliseconds, and both are handled here as those bits: two spellings of the same bits are the same id.
 */

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const ULID_CHARS = 26;
export const UUID_CHARS = 36;
/** What is no digit is looked up as: a bit that stays above those of all digits, wherever it stands. */
export const NO_DIGIT = 0x10000;

/** Whether `id` is a ULID or a UUIDv7. Every hop asks it of every event: a regular expression would take longer. */
export function isEventId(id: string): boolean {
  if (id.length === ULID_CHARS) return id.charCodeAt(0) <= SEVEN && areBase32(id);
  if (id.length !== UUID_CHARS || id.charCodeAt(14) !== SEVEN || (hexDigit(id, 19) & 12) !== 8) return false;
  const isDashed =
    id.charCodeAt(8) === DASH && id.charCodeAt(13) === DASH && id.charCodeAt(18) === DASH && id.charCodeAt(23) === DASH;
  return isDashed && areHex(id);
}

/** Every digit is looked up, and asked about only in the end: one that is none sets a bit that no digit has. */
function areBase32(id: string): boolean {
  let bits = 0;
  for (let at = 0; at < id.length; at++) bits |= BASE32_VALUES[id.charCodeAt(at)] ?? NO_DIGIT;
  return bits < NO_DIGIT;
}

function areHex(id: string): boolean {
  const bits =
    hex(id, 0) | hex(id, 4) | hex(id, 9) | hex(id, 14) | hex(id, 19) | hex(id, 24) | hex(id, 28) | hex(id, 32);
  return bits < 0x10000;
}

const DASH = 45;
const SEVEN = 55;

/** The 128 bits of an id. Precondition: `isEventId(id)`. @throws when it is neither */
export function eventIdBits(id: string): bigint {
  if (!isEventId(id)) throw new Error(`Cannot read event id: must be a ULID or UUIDv7, received '${id}'`);
  if (id.length === UUID_CHARS) return BigInt(`0x${id.replaceAll('-', '')}`);
  let bits = 0n;
  for (const character of id.toUpperCase()) bits = (bits << 5n) | BigInt(CROCKFORD.indexOf(character));
  return bits;
}

/** The bits of an id as 32 hexadecimal digits: equal for equal bits, however the id was spelled. */
export function eventIdKey(id: string): string {
  if (id.length === UUID_CHARS && isEventId(id)) return id.replaceAll('-', '').toLowerCase();
  return eventIdBits(id).toString(16).padStart(32, '0');
}

/** Four words of 32 bits, the uppermost first. */
export interface IdWords {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
}

let lastId = '';
let lastWords: IdWords = { first: 0, second: 0, third: 0, fourth: 0 };

/**
 * The bits of an id as words, and quickly; of the id that was read last at once, for what reads an id is often followed by
 * what derives another from it. Precondition: `isEventId(id)`. @throws when it is neither
 */
export function eventIdWords(id: string): IdWords {
  if (id !== lastId) {
    lastWords = id.length === UUID_CHARS ? uuidWords(id) : ulidWords(id);
    lastId = id;
  }
  return lastWords;
}

/** Says what the words of an id are, for who has read them already. */
export function keepEventIdWords(id: string, words: IdWords): void {
  lastId = id;
  lastWords = words;
}

function uuidWords(id: string): IdWords {
  return {
    first: (hex(id, 0) << 16) | hex(id, 4),
    second: (hex(id, 9) << 16) | hex(id, 14),
    third: (hex(id, 19) << 16) | hex(id, 24),
    fourth: (hex(id, 28) << 16) | hex(id, 32),
  };
}

function ulidWords(id: string): IdWords {
  if (id.length !== ULID_CHARS) throw new Error(`Cannot read event id: must be a ULID or UUIDv7, received '${id}'`);
  // 26 characters of 5 bits: words end in the middle of the 7th, 13th and 20th
  const a = base32(id, 0, 6);
  const seventh = base32(id, 6, 7);
  const b = base32(id, 7, 13);
  const c = base32(id, 13, 19);
  const twentieth = base32(id, 19, 20);
  const d = base32(id, 20, 26);
  return {
    first: (a << 4) | (seventh >> 1),
    second: (seventh << 31) | (b << 1) | (c >>> 29),
    third: (c << 3) | (twentieth >> 2),
    fourth: (twentieth << 30) | d,
  };
}

/** What the characters of a ULID stand for, by code unit, in both cases. */
export const BASE32_VALUES = digitValues(CROCKFORD);

function base32(id: string, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at++) bits = (bits << 5) | (BASE32_VALUES[id.charCodeAt(at)] ?? NO_DIGIT);
  return bits;
}

/** What four hexadecimal digits stand for. */
function hex(id: string, at: number): number {
  return (hexDigit(id, at) << 12) | (hexDigit(id, at + 1) << 8) | (hexDigit(id, at + 2) << 4) | hexDigit(id, at + 3);
}

function hexDigit(id: string, at: number): number {
  return HEX_VALUES[id.charCodeAt(at)] ?? NO_DIGIT;
}

/** What hexadecimal digits stand for, by code unit, in both cases: no branch, for which digit comes next nobody guesses. */
export const HEX_VALUES = digitValues('0123456789ABCDEF');

function digitValues(digits: string): Int32Array {
  return Int32Array.from({ length: 256 }, (_, unit) => {
    const value = digits.indexOf(String.fromCharCode(unit).toUpperCase());
    return value < 0 ? NO_DIGIT : value;
  });
}

/** The code unit of each digit in base 32. */
const BASE32_UNITS = Uint8Array.from(CROCKFORD, character => character.charCodeAt(0));

/** Four words of 32 bits in ULID spelling: what `eventIdWords` reads. The text is made at once, not digit by digit. */
function ulidOfWords({ first, second, third, fourth }: IdWords): string {
  return String.fromCharCode(
    unit(first >>> 29),
    unit(first >>> 24),
    unit(first >>> 19),
    unit(first >>> 14),
    unit(first >>> 9),
    unit(first >>> 4),
    unit((first << 1) | (second >>> 31)),
    unit(second >>> 26),
    unit(second >>> 21),
    unit(second >>> 16),
    unit(second >>> 11),
    unit(second >>> 6),
    unit(second >>> 1),
    unit((second << 4) | (third >>> 28)),
    unit(third >>> 23),
    unit(third >>> 18),
    unit(third >>> 13),
    unit(third >>> 8),
    unit(third >>> 3),
    unit((third << 2) | (fourth >>> 30)),
    unit(fourth >>> 25),
    unit(fourth >>> 20),
    unit(fourth >>> 15),
    unit(fourth >>> 10),
    unit(fourth >>> 5),
    unit(fourth),
  );
}

/** Of the digit that the lowest five bits are. */
function unit(bits: number): number {
  return BASE32_UNITS[bits & 31] ?? 0;
}

/** 128 bits in ULID spelling. */
export function ulidOf(bits: bigint): string {
  const word = (index: bigint) => Number((bits >> (32n * index)) & 0xffffffffn);
  return ulidOfWords({ first: word(3n), second: word(2n), third: word(1n), fourth: word(0n) });
}

/**
 * The id of an event that follows from another one: always the same for the same cause and label, so that a replay
 * repeats it and consumers know it again. The cause's time is kept; a hash of the label is added to its random part,
 * which is one-to-one: two causes never share a derived id under one label.
 */
export function derivedId(causeId: string, label: string): string {
  const { first, second, third, fourth } = eventIdWords(causeId);
  const [high, middle, low] = labelWords(label);
  const lowSum = (fourth >>> 0) + low;
  const middleSum = (third >>> 0) + middle + (lowSum > MAX_WORD ? 1 : 0);
  const highSum = (second & 0xffff) + high + (middleSum > MAX_WORD ? 1 : 0);
  const middlePart = (second & ~0xffff) | (highSum & 0xffff);
  return ulidOfWords({ first, second: middlePart, third: middleSum | 0, fourth: lowSum | 0 });
}

const MAX_WORD = 0xffffffff;
const MAX_LABELS = 1000;
const hashedLabels = new Map<string, readonly [number, number, number]>();

/** The hash of a label as words of 16, 32 and 32 bits. Labels are few and come again and again. */
function labelWords(label: string): readonly [number, number, number] {
  const known = hashedLabels.get(label);
  if (known) return known;
  const hash = labelHash(label);
  const words = [Number(hash >> 64n), Number((hash >> 32n) & 0xffffffffn), Number(hash & 0xffffffffn)] as const;
  if (hashedLabels.size >= MAX_LABELS) hashedLabels.clear();
  hashedLabels.set(label, words);
  return words;
}

/** FNV-1a over the label's UTF-16 units, 128 bits wide, folded to 80. */
function labelHash(label: string): bigint {
  const prime = (1n << 88n) + 0x13bn;
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (let i = 0; i < label.length; i++) hash = BigInt.asUintN(128, (hash ^ BigInt(label.charCodeAt(i))) * prime);
  return (hash >> 48n) ^ (hash & ((1n << 48n) - 1n));
}

/**
 * A new ULID from a moment and a source of randomness.
 * @param random numbers in [0, 1)
 */
export function newUlid(nowMs: number, random: () => number): string {
  const ms = Math.max(0, Math.trunc(nowMs));
  const half = () => Math.floor(random() * 65_536);
  const upper = Math.floor(ms / 65_536) | 0;
  const second = ((ms % 65_536) << 16) | half();
  const third = (half() << 16) | half();
  return ulidOfWords({ first: upper, second, third, fourth: (half() << 16) | half() });
}
