/** Recent ids as binary attributes: 16 bytes for each, oldest first. */

const BYTES_PER_ID = 16;

/** Packs ids of 32 hexadecimal digits. */
export function packIds(ids: readonly string[]): Uint8Array {
  return Buffer.from(ids.join(''), 'hex');
}

/** Unpacks what `packIds` packed. @throws when the length is not a multiple of 16 */
export function unpackIds(packed: Uint8Array | undefined): string[] {
  if (!packed) return [];
  if (packed.length % BYTES_PER_ID !== 0) {
    throw new Error(`Cannot read recent ids: must be a multiple of ${BYTES_PER_ID} bytes, received ${packed.length}`);
  }
  const hex = Buffer.from(packed).toString('hex');
  return Array.from({ length: packed.length / BYTES_PER_ID }, (_, i) => hex.slice(i * 32, i * 32 + 32));
}
