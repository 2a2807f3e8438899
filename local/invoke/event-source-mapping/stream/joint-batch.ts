/**
 * One batch of several lanes of a shard. As many lanes as the mapping has are at work at a time where the machine has cores for
 * them; where it has not, those that wait for the function go in one invocation, which costs less than one for each.
 *
 * 1. The records of the batch are in the order of the shard, as in any other.
 * 2. It is tried once, and for none of its lanes that counts as an attempt: what it leaves each lane tries by itself, so that
 *    one lane's trouble holds up no other.
 */
import { type BatchDeliveryOptions, tryOnce } from './batch-delivery.ts';
import type { StreamRecord } from './shard-source.ts';

/** What one lane has in a batch. */
export interface Share {
  readonly records: readonly StreamRecord[];
  /** Hears what is left of them. */
  readonly settle: (left: readonly StreamRecord[]) => void;
}

export async function deliverTogether(shares: readonly Share[], options: BatchDeliveryOptions): Promise<void> {
  const records = shares.flatMap(share => share.records).sort(bySequence);
  const left = new Set(records.slice(await tryOnce(records, options)));
  for (const share of shares) share.settle(share.records.filter(record => left.has(record)));
}

/** Sequence numbers are whole numbers of many digits, without leading zeros. */
function bySequence({ sequenceNumber: a }: StreamRecord, { sequenceNumber: b }: StreamRecord): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
