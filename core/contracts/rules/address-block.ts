/** A block of IP addresses: `10.0.0.0/8`. The first `bits` bits of an address decide. */
export interface AddressBlock {
  readonly address: readonly number[];
  readonly bits: number;
}

/** Reads a block; a reason when it is none. */
export function parseBlock(text: string): AddressBlock | { readonly reason: string } {
  const [written = '', mask = '', ...rest] = text.split('/');
  if (rest.length > 0 || mask === '') return { reason: `cidr "${text}": one '/' is needed` };
  const address = parseAddress(written);
  if (!address) return { reason: `cidr "${text}": '${written}' is no IP address` };
  const bits = Number(mask);
  const most = address.length * 8;
  if (!/^\d+$/.test(mask) || bits >= most) return { reason: `cidr "${text}": the mask must be from 0 to ${most - 1}` };
  return { address, bits };
}

/** The bytes of an address, 4 or 16; `undefined` when a text is none. An IPv4 address inside IPv6 has 4. */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** Whether an address lies in a block. */
export function isInBlock(address: readonly number[], block: AddressBlock): boolean {
  if (address.length < block.address.length) return false;
  for (let bit = 0; bit < block.bits; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((address[bit >> 3] ?? 0) & mask) !== ((block.address[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}

function ipv4Bytes(text: string): readonly number[] | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.some(byte => byte > 255) ? undefined : bytes;
}

function ipv6Bytes(text: string): readonly number[] | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const missing = 8 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  if (!all.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bytes = all.flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const isMapped = bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12) : bytes;
}

function groups(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
