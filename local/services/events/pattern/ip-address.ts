import { EventPatternError } from './event-pattern-error.ts';

/** Addresses in upper-case hexadecimal (8 digits for IPv4, 32 for IPv6); both ends belong to the range. */
export interface AddressRange {
  readonly bottom: string;
  readonly top: string;
}

const LOOKS_LIKE_IPV4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const LOOKS_LIKE_IPV6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
const IPV4_MAPPED = /^0{20}FFFF/;

/**
 * An address in hexadecimal, so that `::1` and `0:0:0:0:0:0:0:1` are one.
 *
 * @returns undefined when the text is not an address
 */
export function addressDigits(text: string): string | undefined {
  if (LOOKS_LIKE_IPV4.test(text)) return ipv4Digits(text);
  if (text.includes(':') && LOOKS_LIKE_IPV6.test(text)) return ipv6Digits(text);
  return undefined;
}

/** A block such as `10.0.0.0/8`; the address may be any of the block's. @throws EventPatternError with AWS's reason */
export function parseCidr(text: string): AddressRange {
  const [address, mask, ...rest] = text.replace(/\/+$/, '').split('/');
  if (address === undefined || mask === undefined || rest.length > 0)
    throw new EventPatternError("Malformed CIDR, one '/' required");
  if (!/^[+-]?[0-9]+$/.test(mask)) throw new EventPatternError('Malformed CIDR, mask bits must be an integer');
  const maskBits = Number(mask);
  if (maskBits < 0) throw new EventPatternError('Malformed CIDR, mask bits must not be negative');
  const digits = addressDigits(address);
  if (digits === undefined) throw new EventPatternError(refusal(address));
  const bits = digits.length * 4;
  if (maskBits >= bits) throw new EventPatternError(`IPv${bits === 32 ? 4 : 6} mask bits must be < ${bits}`);
  const hostBits = (1n << BigInt(bits - maskBits)) - 1n;
  const top = BigInt(`0x${digits}`) | hostBits;
  return { bottom: toDigits(top ^ hostBits, digits.length), top: toDigits(top, digits.length) };
}

/**
 * Whether an address lies in a range. Digits are compared from the left, as EventBridge does (observed in event-ruler): an
 * IPv6 address is thus inside an IPv4 range when its leading digits are (`0.0.0.0/0` holds `2001:db8::1`), and so is a
 * number by its spelling (`0.0.0.0/0` holds `5000000000`).
 */
export function inRange(digits: string, { bottom, top }: AddressRange): boolean {
  const leading = digits.slice(0, bottom.length);
  return leading >= bottom && leading <= top && !(leading.length < top.length && top.startsWith(leading));
}

function toDigits(address: bigint, length: number): string {
  return address.toString(16).toUpperCase().padStart(length, '0');
}

function refusal(address: string): string {
  const looksRight = LOOKS_LIKE_IPV4.test(address) || LOOKS_LIKE_IPV6.test(address);
  return `${looksRight ? 'Invalid' : 'Nonstandard'} IP address: ${address}`;
}

/** Four numbers in hexadecimal; read unit by unit, as events are searched for addresses. */
function ipv4Digits(text: string): string | undefined {
  let digits = '';
  let byte = 0;
  for (let at = 0; at <= text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 48 && unit <= 57) byte = byte * 10 + unit - 48;
    else {
      const hexadecimal = BYTES[byte];
      if (hexadecimal === undefined) return undefined;
      digits += hexadecimal;
      byte = 0;
    }
  }
  return digits;
}

function ipv6Digits(text: string): string | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const missing = 8 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  if (!all.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const digits = all.map(group => group.toUpperCase().padStart(4, '0')).join('');
  return IPV4_MAPPED.test(digits) ? digits.slice(24) : digits;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
