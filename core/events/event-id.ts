/**
 * Event ids: ULID (26 characters of Crockford's base 32) or UUIDv7. Both are 128 bits that begin with 48 bits of
 * milliseconds, and both are handled here as those bits: two spellings of the same bits are the same id.
 */

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const RANDOM_BITS = 80n;
const RANDOM_MASK = (1n << RANDOM_BITS) - 1n;

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

/** 128 bits in ULID spelling. */
export function ulidOf(bits: bigint): string {
  let text = '';
  for (let rest = bits, i = 0; i < 26; i++, rest >>= 5n) text = (CROCKFORD[Number(rest & 31n)] ?? '') + text;
  return text;
}

/**
 * The id of an event that follows from another one: always the same for the same cause and label, so that a replay
 * repeats it and consumers know it again. The cause's time is kept; a hash of the label is added to its random part,
 * which is one-to-one: two causes never share a derived id under one label.
 */
export function derivedId(causeId: string, label: string): string {
  const bits = eventIdBits(causeId);
  const random = ((bits & RANDOM_MASK) + labelHash(label)) & RANDOM_MASK;
  return ulidOf((bits & ~RANDOM_MASK) | random);
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
