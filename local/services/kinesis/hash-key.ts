import { hash } from 'node:crypto';

/** How many hash keys there are: MD5 has 128 bits. */
export const HASH_KEY_COUNT = 2n ** 128n;

const HEX_DIGITS = 32;

/**
 * A hash key as 32 lower-case hex digits. Texts of one length compare as the numbers do, so that a record is routed
 * without making a big integer.
 */
export type HashKey = string;

/** The hash key of a partition key: its MD5 (Kinesis developer guide, "Partition key"). */
export function hashPartitionKey(partitionKey: string): HashKey {
  return hash('md5', partitionKey);
}

export function hashKeyFromNumber(value: bigint): HashKey {
  return value.toString(16).padStart(HEX_DIGITS, '0');
}

export function hashKeyToNumber(hashKey: HashKey): bigint {
  return BigInt(`0x${hashKey}`);
}

/** As the API writes hash keys: in decimal. */
export function hashKeyToDecimal(hashKey: HashKey): string {
  return hashKeyToNumber(hashKey).toString();
}

/** @returns undefined unless `decimal` is a number from 0 to 2^128 - 1, written as the API wants it */
export function hashKeyFromDecimal(decimal: string): HashKey | undefined {
  if (!/^(0|[1-9]\d{0,38})$/.test(decimal)) return undefined;
  const value = BigInt(decimal);
  return value < HASH_KEY_COUNT ? hashKeyFromNumber(value) : undefined;
}

/** Where `count` shards of equal size begin; the last one takes the remainder. */
export function uniformStarts(count: number): readonly HashKey[] {
  const size = HASH_KEY_COUNT / BigInt(count);
  return Array.from({ length: count }, (_, index) => hashKeyFromNumber(size * BigInt(index)));
}
