/** What a million events cost on their way, or a million bookings: by hop, with the capacity that the rate needs. */
import type { UsageTotal } from '../../local/index.ts';
import { type BillLine, billUsage, callsByHop, type Tariff } from './bill.ts';
import { HOURS_PER_MONTH, hourlyCosts, type MonthlyCost } from './standing-costs.ts';

/** Usage of so many events (or bookings) that came within so many seconds. */
export interface Measured {
  readonly usage: readonly UsageTotal[];
  readonly count: number;
  readonly seconds: number;
}

export interface HopCost {
  readonly hop: string;
  readonly usdPerMillion: number;
  readonly callsPerMillion: number;
  readonly lines: readonly BillLine[];
}

export interface PathCost {
  /** All hops together, without the month's fixed costs. */
  readonly usdPerMillion: number;
  readonly callsPerMillion: number;
  readonly hops: readonly HopCost[];
}

const MILLION = 1e6;
const SECONDS_PER_HOUR = 3600;

/** Costs by use, and by the hour for what the path uses, at the rate at which it was measured. */
export function pathCost(tariff: Tariff, measured: Measured): PathCost {
  const times = MILLION / measured.count;
  const lines = [...billUsage(tariff, measured), ...capacityLines(tariff, measured)].map(line => ({
    ...line,
    quantity: line.quantity * times,
    usd: line.usd * times,
  }));
  const calls = callsByHop(tariff, measured.usage);
  const hops = [...Map.groupBy(lines, ({ hop }) => hop)].map(([hop, own]) => ({
    hop,
    usdPerMillion: sum(own.map(({ usd }) => usd)),
    callsPerMillion: (calls.get(hop) ?? 0) * times,
    lines: own,
  }));
  return {
    usdPerMillion: sum(hops.map(({ usdPerMillion }) => usdPerMillion)),
    callsPerMillion: sum([...calls.values()]) * times,
    hops: hops.sort((a, b) => b.usdPerMillion - a.usdPerMillion),
  };
}

/** Shards, stream hours and provisioned units of the resources that were used, for the time that it took. */
function capacityLines(tariff: Tariff, { usage, seconds }: Measured): BillLine[] {
  const used = new Set(usage.map(({ resource }) => resource.split('/')[0] ?? ''));
  const { prefix } = tariff.deployment;
  return hourlyCosts(tariff).flatMap(({ hop, resource, price, quantity, usdPerHour }) => {
    if (!used.has(`${prefix}${resource}`)) return [];
    const hours = seconds / SECONDS_PER_HOUR;
    return [{ hop, resource, price, quantity: quantity * hours, usd: usdPerHour * hours }];
  });
}

/** What fixed costs come to per million events, at a rate that goes on for the whole month. */
export function spreadFixed(fixed: readonly MonthlyCost[], ratePerSecond: number): number {
  const events = ratePerSecond * SECONDS_PER_HOUR * HOURS_PER_MONTH;
  return (sum(fixed.map(({ usdPerMonth }) => usdPerMonth)) / events) * MILLION;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
