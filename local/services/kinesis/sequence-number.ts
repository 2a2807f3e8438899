/**
 * Sequence numbers: 56 decimal digits, `49` + when the shard was opened (13 digits, ms) + the shard's number (12) + the
 * record's ordinal in its shard (29).
 *
 * Invariants:
 * 1. Within a shard they grow by one ordinal per record; ordinal 0 is the shard's own starting number.
 * 2. A child's numbers are greater than those of its parents, since it was opened no earlier (see
 *    `openShard`) and has a greater number.
 * The layout is ours: AWS promises only growth per partition key.
 */
const OPENED_DIGITS = 13;
const SHARD_DIGITS = 12;
const ORDINAL_DIGITS = 29;
const PREFIX_LENGTH = 2 + OPENED_DIGITS + SHARD_DIGITS;
const LENGTH = PREFIX_LENGTH + ORDINAL_DIGITS;

/** What all sequence numbers of one shard begin with. */
export function sequencePrefix(openedMs: number, shardIndex: number): string {
  return `49${String(openedMs).padStart(OPENED_DIGITS, '0')}${String(shardIndex).padStart(SHARD_DIGITS, '0')}`;
}

export function sequenceNumber(prefix: string, ordinal: number): string {
  return prefix + String(ordinal).padStart(ORDINAL_DIGITS, '0');
}

/** @returns the ordinal, or undefined when the number is not one of the shard with that prefix */
export function ordinalOf(prefix: string, sequence: string): number | undefined {
  if (sequence.length !== LENGTH || !sequence.startsWith(prefix)) return undefined;
  const digits = sequence.slice(PREFIX_LENGTH);
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}
