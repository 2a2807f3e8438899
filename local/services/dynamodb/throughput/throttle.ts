/**
 * What tables and global indexes take per second, when limits are switched on.
 *
 * 1. A provisioned table or index takes its units per second, and those of the last five minutes that were not used.
 * 2. One on demand takes what `OnDemandPeak` says.
 * 3. No partition key takes more than 1,000 write or 3,000 read units per second: as on a table that has long been split
 *    so that the key is alone in its partition. The keys beside it are not throttled with it.
 * 4. A demand is met as a whole or refused as a whole. What a read costs is known after it only, so it goes on credit, and
 *    later ones wait until that is paid.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { SecondaryIndex } from '../secondary-index.ts';
import type { Table } from '../table.ts';
import { OnDemandPeak } from './on-demand-peak.ts';
import type { Throttling } from './throttle-error.ts';
import { TokenBucket } from './token-bucket.ts';

type Kind = Throttling['kind'];

/** Units that a request wants of a table (local indexes are part of it) or of a global index. */
export interface Demand {
  readonly table: Table;
  readonly index?: SecondaryIndex | undefined;
  readonly kind: Kind;
  /** Undefined when a request touches many, as a scan does. */
  readonly partition?: string | undefined;
  readonly units: number;
}

const BURST_SECONDS = 300;
const PARTITION_PER_SECOND: Readonly<Record<Kind, number>> = { Read: 3000, Write: 1000 };
/** What a new table on demand takes (developer guide, "On-demand capacity mode"). */
const ON_DEMAND_PER_SECOND: Readonly<Record<Kind, number>> = { Read: 12_000, Write: 4000 };
const MOST_IDLE_PARTITIONS = 10_000;

interface Meter {
  readonly bucket: TokenBucket;
  readonly peak: OnDemandPeak;
  /** By partition key. */
  readonly partitions: Map<string, TokenBucket>;
}

export class Throttle {
  readonly #cloud: Cloud;
  readonly #meters = new WeakMap<Table | SecondaryIndex, Map<Kind, Meter>>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Takes all of the demands, or says which one is too much; that is counted as a throttle event. */
  take(demands: readonly Demand[]): Throttling | undefined {
    for (const demand of demands) {
      const refused = this.#shortOf(demand, demand.units);
      if (!refused) continue;
      this.#countEvent(demand);
      return refused;
    }
    for (const demand of demands) this.charge(demand);
    return undefined;
  }

  /** Whether a request whose cost is not known yet may begin. */
  begin(demand: Omit<Demand, 'units'>): Throttling | undefined {
    const refused = this.#shortOf({ ...demand, units: 0 }, Number.MIN_VALUE);
    if (refused) this.#countEvent(demand);
    return refused;
  }

  /** Takes what is there or not. Negative units: gives back what was taken for nothing. */
  charge(demand: Demand): void {
    const meter = this.#meterOf(demand);
    meter.bucket.take(demand.units);
    meter.peak.count(this.#now(), demand.units);
    if (demand.partition !== undefined) this.#partitionOf(meter, demand.kind, demand.partition).take(demand.units);
  }

  #shortOf(demand: Demand, units: number): Throttling | undefined {
    const { kind, partition } = demand;
    const nowMs = this.#now();
    const meter = this.#meterOf(demand);
    const rate = this.#rateOf(demand, meter);
    const wanted = Math.min(units, rate.perSecond * rate.keptSeconds); // a greater item waits for all, and goes on credit
    if (meter.bucket.level({ nowMs, ...rate }) < wanted) return this.#throttling(demand, 'all');
    if (partition === undefined) return undefined;
    const refill = { nowMs, perSecond: PARTITION_PER_SECOND[kind], keptSeconds: 1 };
    const isShort = this.#partitionOf(meter, kind, partition).level(refill) < units;
    return isShort ? this.#throttling(demand, 'partition') : undefined;
  }

  #throttling({ table, index, kind }: Demand, scope: 'all' | 'partition'): Throttling {
    const billing = table.definition.billingMode;
    const whole = billing === 'PROVISIONED' ? 'ProvisionedThroughputExceeded' : 'AccountLimitExceeded';
    return {
      kind,
      billing,
      limit: scope === 'all' ? whole : 'KeyRangeThroughputExceeded',
      isIndex: index !== undefined,
      resource: index ? `${table.arn}/index/${index.name}` : table.arn,
    };
  }

  #rateOf(demand: Demand, meter: Meter): { readonly perSecond: number; readonly keptSeconds: number } {
    const provisioned = provisionedUnits(demand);
    if (provisioned !== undefined) return { perSecond: provisioned, keptSeconds: BURST_SECONDS };
    return { perSecond: meter.peak.perSecond(this.#now()), keptSeconds: 1 };
  }

  #meterOf(demand: Demand): Meter {
    const { kind, index, table } = demand;
    const resource = index ?? table;
    const meters = this.#meters.get(resource) ?? new Map<Kind, Meter>();
    this.#meters.set(resource, meters);
    let meter = meters.get(kind);
    if (!meter) {
      const nowMs = this.#now();
      const initial = provisionedUnits(demand) ?? ON_DEMAND_PER_SECOND[kind];
      const peak = new OnDemandPeak(ON_DEMAND_PER_SECOND[kind], nowMs);
      meter = { bucket: new TokenBucket(initial, table.createdAtMs), peak, partitions: new Map() };
      meters.set(kind, meter);
    }
    return meter;
  }

  /** Partitions that nobody has used lately are full, and need not be remembered. */
  #partitionOf({ partitions }: Meter, kind: Kind, partition: string): TokenBucket {
    const known = partitions.get(partition);
    if (known) return known;
    const nowMs = this.#now();
    const perSecond = PARTITION_PER_SECOND[kind];
    if (partitions.size >= MOST_IDLE_PARTITIONS) {
      for (const [key, bucket] of partitions) {
        if (bucket.level({ nowMs, perSecond, keptSeconds: 1 }) >= perSecond) partitions.delete(key);
      }
    }
    const bucket = new TokenBucket(perSecond, nowMs);
    partitions.set(partition, bucket);
    return bucket;
  }

  #countEvent({ table, index, kind }: Omit<Demand, 'units'>): void {
    this.#cloud.metrics({
      namespace: 'AWS/DynamoDB',
      name: `${kind}ThrottleEvents`,
      dimensions: { TableName: table.name, ...(index ? { GlobalSecondaryIndexName: index.name } : {}) },
      value: 1,
      unit: 'Count',
    });
  }

  #now(): number {
    return this.#cloud.clock.now();
  }
}

/** Units per second of a provisioned table or index; undefined on demand. */
function provisionedUnits({ table, index, kind }: Omit<Demand, 'units'>): number | undefined {
  if (table.definition.billingMode !== 'PROVISIONED') return undefined;
  const unit = `${kind}CapacityUnits` as const;
  return index?.throughput?.[unit] || table.definition.throughput[unit];
}
