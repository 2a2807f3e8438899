/**
 * Event ids: ULID (26 characters of Crockford's base 32) or UUIDv7. Both are 128 bits that begin with 48 bits of
 * milliseconds, and both are handled here as those bits: two spellings of the same bits are the same id.
 */

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether `id` is a ULID or a UUIDv7. */
export function isEventId(id: string): boolean {
  return ULID.test(id) || UUID_V7.test(id);
}

/** The 128 bits of an id. Precondition: `isEventId(id)`. @throws when it is neither */
export function eventIdBits(id: string): bigint {
  if (UUID_V7.test(id)) return BigInt(`0x${id.replaceAll('-', '')}`);
  if (!ULID.test(id)) throw new Error(`Cannot read event id: must be a ULID or UUIDv7, received '${id}'`);
  let bits = 0n;
  for (const character of id.toUpperCase()) bits = (bits << 5n) | BigInt(CROCKFORD.indexOf(character));
  return bits;
}

/** The bits of an id as 32 hexadecimal digits: equal for equal bits, however the id was spelled. */
export function eventIdKey(id: string): string {
  if (UUID_V7.test(id)) return id.replaceAll('-', '').toLowerCase();
  return eventIdBits(id).toString(16).padStart(32, '0');
}

/** The bits of an id as four words of 32 bits, and quickly. Precondition: `isEventId(id)`. @throws when it is neither */
export function eventIdWords(id: string): readonly [number, number, number, number] {
  if (id.length === 36) {
    return [hexWord(id, 0, 8), hexWord(id, 9, 18), hexWord(id, 19, 28), hexWord(id, 28, 36)];
  }
  if (id.length !== 26) throw new Error(`Cannot read event id: must be a ULID or UUIDv7, received '${id}'`);
  // 26 characters of 5 bits: words end in the middle of the 7th, 13th and 20th
  const first = base32(id, 0, 6);
  const seventh = base32(id, 6, 7);
  const second = base32(id, 7, 13);
  const third = base32(id, 13, 19);
  const twentieth = base32(id, 19, 20);
  const fourth = base32(id, 20, 26);
  return [
    (first << 4) | (seventh >> 1),
    (seventh << 31) | (second << 1) | (third >>> 29),
    (third << 3) | (twentieth >> 2),
    (twentieth << 30) | fourth,
  ];
}

/** What the characters of a ULID stand for, by code unit, in both cases. */
const BASE32_VALUES = Uint8Array.from({ length: 128 }, (_, unit) =>
  Math.max(0, CROCKFORD.indexOf(String.fromCharCode(unit).toUpperCase())),
);

function base32(id: string, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at++) bits = (bits << 5) | (BASE32_VALUES[id.charCodeAt(at)] ?? 0);
  return bits;
}

/** The hexadecimal digits from `start` to `end`, dashes left out. */
function hexWord(id: string, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at++) {
    const unit = id.charCodeAt(at);
    if (unit !== DASH) bits = (bits << 4) | (unit < 58 ? unit - 48 : (unit & 31) + 9);
  }
  return bits;
}

const DASH = 45;

/** Four words of 32 bits in ULID spelling: what `eventIdWords` reads. */
function ulidOfWords([first, second, third, fourth]: readonly [number, number, number, number]): string {
  return (
    crockford(first >>> 4, 6) +
    crockford(((first & 15) << 1) | (second >>> 31), 1) +
    crockford((second >>> 1) & 0x3fffffff, 6) +
    crockford(((second & 1) << 29) | (third >>> 3), 6) +
    crockford(((third & 7) << 2) | (fourth >>> 30), 1) +
    crockford(fourth & 0x3fffffff, 6)
  );
}

function crockford(bits: number, characters: number): string {
  let text = '';
  for (let shift = 5 * (characters - 1); shift >= 0; shift -= 5) text += CROCKFORD[(bits >>> shift) & 31];
  return text;
}

/** 128 bits in ULID spelling. */
export function ulidOf(bits: bigint): string {
  const word = (index: bigint) => Number((bits >> (32n * index)) & 0xffffffffn);
  return ulidOfWords([word(3n), word(2n), word(1n), word(0n)]);
}

/**
 * The id of an event that follows from another one: always the same for the same cause and label, so that a replay
 * repeats it and consumers know it again. The cause's time is kept; a hash of the label is added to its random part,
 * which is one-to-one: two causes never share a derived id under one label.
 */
export function derivedId(causeId: string, label: string): string {
  const [first, second, third, fourth] = eventIdWords(causeId);
  const [high, middle, low] = labelWords(label);
  const lowSum = (fourth >>> 0) + low;
  const middleSum = (third >>> 0) + middle + (lowSum > MAX_WORD ? 1 : 0);
  const highSum = (second & 0xffff) + high + (middleSum > MAX_WORD ? 1 : 0);
  return ulidOfWords([first, (second & ~0xffff) | (highSum & 0xffff), middleSum | 0, lowSum | 0]);
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
  let bits = BigInt(Math.max(0, Math.trunc(nowMs)));
  for (let i = 0; i < 5; i++) bits = (bits << 16n) | BigInt(Math.floor(random() * 65_536));
  return ulidOf(bits);
}
