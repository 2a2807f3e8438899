/** Checks a body against what the client says of it. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../cloud/service.ts';
import { badRequest } from './s3-error.ts';

const CASTAGNOLI = 0x82f63b78;

/** How each checksum is calculated, base64; CRC64NVME is taken on trust. */
const CALCULATIONS: Readonly<Record<string, ((body: Buffer) => string) | undefined>> = {
  ChecksumCRC32: body => word(crc32(body)),
  ChecksumCRC32C: body => word(crc32c(body)),
  ChecksumSHA1: body => createHash('sha1').update(body).digest('base64'),
  ChecksumSHA256: body => createHash('sha256').update(body).digest('base64'),
  ChecksumCRC64NVME: undefined,
};

export const CHECKSUM_MEMBERS: readonly string[] = Object.keys(CALCULATIONS);

/** @returns the checksums that the request gives. @throws AwsError `BadDigest` when one is not that of `body` */
export function checkedSums(input: JsonObject, body: Buffer): Record<string, string> {
  if (typeof input.ContentMD5 === 'string' && input.ContentMD5 !== md5(body).toString('base64')) {
    throw badRequest('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sums: Record<string, string> = {};
  for (const member of CHECKSUM_MEMBERS) {
    const given = input[member];
    if (typeof given !== 'string') continue;
    const calculated = CALCULATIONS[member]?.(body) ?? given;
    if (calculated !== given) {
      const algorithm = member.replace('Checksum', '');
      throw badRequest('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
    sums[member] = given;
  }
  return sums;
}

export function md5(body: Buffer): Buffer {
  return createHash('md5').update(body).digest();
}

function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
  return value;
});

function crc32c(body: Buffer): number {
  let value = 0xffffffff;
  for (const byte of body) value = (value >>> 8) ^ (CRC32C_TABLE[(value ^ byte) & 0xff] ?? 0);
  return value ^ 0xffffffff;
}
