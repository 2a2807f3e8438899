/**
 * The write side of a stream: which of the arriving records its shards accept. Depends on the trace, the keys and the stream
 * only, so that one answer serves every consumer that is tried on it.
 *
 * 1. Every record that arrives is either accepted by one shard or refused (ProvisionedThroughputExceeded); a refused one is
 *    the producer's to send again, and does not come back here.
 * 2. In any second a provisioned shard takes at most its records and bytes. The shards of an on-demand stream share theirs,
 *    but a single key never gets more than one shard's.
 */
import type { SlicedTrace } from './arrival-trace.ts';
import { SHARD_WRITE } from './aws-limits.ts';
import type { Cohort } from './cohort.ts';
import type { StreamConfiguration } from './configuration.ts';
import { Dealer, heavyKeysOf, type KeySpread } from './key-spread.ts';
import { WriteAllowance } from './write-allowance.ts';

/** Records that wait in a shard to be read, and which heavy keys are counted in them. */
export interface ShardLog {
  readonly cohorts: readonly Cohort[];
  readonly heavyKeys: readonly number[];
}

export interface Admission {
  readonly durationMs: number;
  readonly resolutionMs: number;
  readonly arrived: number;
  readonly accepted: number;
  readonly refused: number;
  /** Refused records by instant. */
  readonly refusals: readonly { readonly atMs: number; readonly count: number }[];
  readonly shards: readonly ShardLog[];
  /** Records accepted, second by second. */
  readonly perSecond: Float64Array;
  /** As Kinesis bills them: units of 25 KB, and bytes rounded up to KB for each record. */
  readonly payloadUnits: number;
  readonly roundedBytes: number;
  readonly bytes: number;
}

interface ShardDesk {
  readonly heavyKeys: readonly number[];
  readonly cohorts: Cohort[];
  readonly dealer: Dealer;
  readonly allowance: WriteAllowance;
}

const PAYLOAD_UNIT_BYTES = 25 * 1024;

export function admitArrivals(trace: SlicedTrace, keys: KeySpread, stream: StreamConfiguration): Admission {
  const { slices, durationMs, resolutionMs } = trace;
  const desks = Array.from({ length: stream.shards }, (_, shard): ShardDesk => {
    const heavyKeys = heavyKeysOf(keys, { shard, shards: stream.shards });
    return {
      heavyKeys,
      cohorts: [],
      dealer: new Dealer(heavyKeys.length + 1),
      allowance: new WriteAllowance({ shards: 1, resolutionMs }),
    };
  });
  const pool = stream.mode === 'on-demand' ? new WriteAllowance({ shards: stream.shards, resolutionMs }) : undefined;
  const perKey = new Map<number, WriteAllowance>();
  const dealer = new Dealer(stream.shards);
  const total = { arrived: 0, accepted: 0, payloadUnits: 0, roundedBytes: 0, bytes: 0 };
  const perSecond = new Float64Array(Math.ceil(durationMs / 1000) + 1);
  const refusals: { atMs: number; count: number }[] = [];
  for (const { atMs, count, sizeBytes, hotShare } of slices) {
    const heavy = hotShare === undefined ? keys.heavy : [hotShare, ...keys.heavy.slice(1)];
    const shares = desks.map(({ heavyKeys }) => shardShare(heavy, heavyKeys, stream.shards));
    const arriving = dealer.deal(count, shares);
    let accepted = 0;
    for (const [shard, desk] of desks.entries()) {
      const offered = arriving[shard] ?? 0;
      const byKey = desk.dealer.deal(offered, withinShard(heavy, desk.heavyKeys, shares[shard] ?? 0));
      const write = { atMs, sizeBytes };
      const admitted = pool
        ? admitPooled({ pool, perKey, byKey, heavyKeys: desk.heavyKeys, resolutionMs }, write)
        : shrink(byKey, desk.allowance.admit({ ...write, count: offered }));
      const admittedCount = admitted.reduce((sum, each) => sum + each, 0);
      accepted += admittedCount;
      if (admittedCount > 0) {
        desk.cohorts.push({ atMs, sizeBytes, count: admittedCount, heavy: admitted.slice(0, -1) });
      }
    }
    const second = Math.floor(atMs / 1000);
    perSecond[second] = (perSecond[second] ?? 0) + accepted;
    total.arrived += count;
    total.accepted += accepted;
    total.bytes += accepted * sizeBytes;
    total.payloadUnits += accepted * Math.max(1, Math.ceil(sizeBytes / PAYLOAD_UNIT_BYTES));
    total.roundedBytes += accepted * Math.max(1, Math.ceil(sizeBytes / 1024)) * 1024;
    if (accepted < count) refusals.push({ atMs, count: count - accepted });
  }
  const shards = desks.map(({ cohorts, heavyKeys }) => ({ cohorts, heavyKeys }));
  const refused = total.arrived - total.accepted;
  return { durationMs, resolutionMs, ...total, refused, refusals, shards, perSecond };
}

/** The share of all records that one shard gets: its heavy keys, and its part of the rest. */
function shardShare(heavy: readonly number[], heavyKeys: readonly number[], shards: number): number {
  const rest = Math.max(0, 1 - sum(heavy));
  return sum(heavyKeys.map(key => heavy[key] ?? 0)) + rest / shards;
}

/** The shares of a shard's heavy keys in what comes to it; the last one is that of all other keys. */
function withinShard(heavy: readonly number[], heavyKeys: readonly number[], share: number): number[] {
  if (share <= 0) return [...heavyKeys.map(() => 0), 1];
  const shares = heavyKeys.map(key => (heavy[key] ?? 0) / share);
  return [...shares, Math.max(0, 1 - sum(shares))];
}

/** Refuses the last ones of what came in mixed order. */
function shrink(byKey: readonly number[], admitted: number): number[] {
  const offered = sum(byKey);
  if (admitted >= offered) return [...byKey];
  const kept = byKey.map(count => Math.floor((count * admitted) / offered));
  let missing = admitted - sum(kept);
  for (let key = kept.length - 1; missing > 0; key = key === 0 ? kept.length - 1 : key - 1) {
    if ((kept[key] ?? 0) >= (byKey[key] ?? 0)) continue;
    kept[key] = (kept[key] ?? 0) + 1;
    missing--;
  }
  return kept;
}

interface PooledWrite {
  readonly pool: WriteAllowance;
  readonly perKey: Map<number, WriteAllowance>;
  readonly byKey: readonly number[];
  readonly heavyKeys: readonly number[];
  readonly resolutionMs: number;
}

function admitPooled(
  { pool, perKey, byKey, heavyKeys, resolutionMs }: PooledWrite,
  write: { readonly atMs: number; readonly sizeBytes: number },
): number[] {
  return byKey.map((count, index) => {
    const key = heavyKeys[index];
    if (key === undefined) return pool.admit({ ...write, count });
    const own = perKey.get(key) ?? new WriteAllowance({ shards: 1, resolutionMs });
    perKey.set(key, own);
    return own.admit({ ...write, count: pool.admit({ ...write, count }) });
  });
}

/** Whether a stream of so many shards could take the whole trace if it came evenly: fewer never do. */
export function leastShards({ slices, durationMs }: SlicedTrace): number {
  const seconds = Math.max(1, durationMs / 1000);
  const records = slices.reduce((total, { count }) => total + count, 0) / seconds;
  const bytes = slices.reduce((total, { count, sizeBytes }) => total + count * sizeBytes, 0) / seconds;
  return Math.max(1, Math.ceil(Math.max(records / SHARD_WRITE.records, bytes / SHARD_WRITE.bytes)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
