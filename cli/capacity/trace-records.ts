/** The records of a trace as a producer would send them: with keys that spread as the trace says. */
import type { Slice } from '../../core/capacity/arrival-trace.ts';
import type { StreamConfiguration } from '../../core/capacity/configuration.ts';
import { Dealer, type KeySpread } from '../../core/capacity/key-spread.ts';
import { seededRandom } from '../../core/random/seeded-random.ts';

export interface TraceRecord {
  readonly PartitionKey: string;
  readonly ExplicitHashKey: string;
  /** base64 */
  readonly Data: string;
}

const HASH_KEYS = 2n ** 128n;

/**
 * Makes records slice by slice. A key always has the same shard: heavy keys in turn, all others as evenly as they are taken
 * to be, which the explicit hash key sees to.
 */
export function traceRecords(keys: KeySpread, { shards }: StreamConfiguration): (slice: Slice) => TraceRecord[] {
  const dealer = new Dealer(keys.heavy.length + 1);
  const data = new Map<number, string>();
  const random = seededRandom(1);
  let light = 0;
  const hashes = Array.from({ length: shards }, (_, shard) =>
    String((HASH_KEYS * BigInt(2 * shard + 1)) / BigInt(2 * shards)),
  );
  const record = (key: string, shard: number, sizeBytes: number): TraceRecord => {
    const dataBytes = Math.max(1, sizeBytes - key.length);
    const known = data.get(dataBytes) ?? Buffer.alloc(dataBytes, 'x').toString('base64');
    data.set(dataBytes, known);
    return { PartitionKey: key, ExplicitHashKey: hashes[shard % shards] ?? '0', Data: known };
  };
  return ({ count, sizeBytes, hotShare }) => {
    const heavy = hotShare === undefined ? keys.heavy : [hotShare, ...keys.heavy.slice(1)];
    const shares = [...heavy, Math.max(0, 1 - heavy.reduce((sum, share) => sum + share, 0))];
    return Array.from({ length: count }, () => {
      const part = dealer.deal(1, shares).indexOf(1);
      if (part < heavy.length) return record(`hot-${part}`, part, sizeBytes);
      const shard = light++ % shards;
      const index = shard + shards * Math.floor((random() * keys.keys) / shards);
      return record(`key-${String(index).padStart(6, '0')}`, index, sizeBytes);
    });
  };
}
