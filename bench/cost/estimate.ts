/** Runs the platform and prices what was counted: the path as it is, what else it could be, and the month. */
import { billUsage, type Tariff } from '../../cli/cost/bill.ts';
import { readDurations } from '../../cli/cost/lambda-duration.ts';
import { interpolated, type MonthCost, monthCost } from '../../cli/cost/month.ts';
import { type Measured, type PathCost, pathCost, spreadFixed, sum } from '../../cli/cost/path-cost.ts';
import { readPrices } from '../../cli/cost/price-list.ts';
import { hourlyCosts, type MonthlyCost, monthlyCosts } from '../../cli/cost/standing-costs.ts';
import { withStream, withTablesOnDemand, withTablesProvisioned, withWorkflows } from '../../cli/cost/what-if.ts';
import { type Batching, changeBatching } from './batching.ts';
import { calibrate } from './calibrate.ts';
import { type IdleUsage, type Load, measureBookings, measureEvents, measureIdle } from './measure-usage.ts';
import { openMeteredPlatform } from './metered-platform.ts';
import type { CostOptions } from './options.ts';
import { onProvisionedCapacity, type Scenario, scenarios } from './scenarios.ts';

export interface WhatIf {
  readonly name: string;
  readonly flag: string;
  readonly usdPerMillion: number;
  /** Beside the path as it is. */
  readonly differenceUsd: number;
}

export interface Estimate {
  readonly region: string;
  /** When the price file was made or checked. */
  readonly pricesChecked: string;
  readonly load: Load;
  readonly behaviour: PathCost;
  /** The same path with stream and busy tables on provisioned capacity. */
  readonly provisioned: PathCost;
  /** Per million bookings. */
  readonly saga: PathCost;
  readonly sagaExpress: PathCost;
  readonly fixed: readonly MonthlyCost[];
  readonly fixedUsdPerMonth: number;
  /** What the fixed costs come to at this rate. */
  readonly fixedUsdPerMillion: number;
  readonly month: MonthCost;
  readonly monthProvisioned: MonthCost;
  readonly whatIf: readonly WhatIf[];
}

const BOOKINGS = { seed: 1, rate: 5, count: 100 };
/** For the shape of a day: what the quiet hours cost. */
const QUIET_SHARE = 0.25;
/** What differs from the path as it is shows in a short time. */
const SHORT_SECONDS = 2;

/** @param assembly the folder of the synthesized template */
export async function estimate(
  assembly: string,
  options: CostOptions,
  report: (line: string) => void,
): Promise<Estimate> {
  const prices = readPrices(options.region);
  const platform = await openMeteredPlatform(assembly);
  try {
    report('Counting what the platform uses while nothing comes …');
    const idle = await measureIdle(platform);
    await changeBatching(platform, options);
    report(`Counting ${options.load.rate} events/s for ${options.load.seconds} s …`);
    const measured = await measureEvents(platform, options.load, idle);
    report(`Counting ${BOOKINGS.count} bookings …`);
    const bookings = await measureBookings(platform, BOOKINGS, idle);
    const durations = options.calibrate ? await calibrate(platform, today()) : readDurations();
    const plain = { prices, durations, deployment: platform.deployment };
    const tariff = asWanted(plain, measured, options);
    const others = options.whatIf
      ? await countOthers(assembly, { options, idle, tariff, measured, report })
      : undefined;
    const fixed = monthlyCosts(tariff, { customMetrics: platform.customMetrics().length, idle });
    const fixedUsdPerMonth = sum(fixed.map(({ usdPerMonth }) => usdPerMonth));
    const steady = onProvisionedCapacity(tariff, measured, options.utilization);
    const points = [measured, ...(others?.quiet ? [others.quiet] : [])];
    const month = (wanted: Tariff) => monthOf(wanted, points, { options, fixedUsd: fixedUsdPerMonth });
    return {
      region: prices.region,
      pricesChecked: prices.checked,
      load: options.load,
      behaviour: pathCost(tariff, measured),
      provisioned: pathCost(steady, measured),
      saga: pathCost(tariff, bookings),
      sagaExpress: pathCost(withWorkflows(tariff, 'EXPRESS'), bookings),
      fixed,
      fixedUsdPerMonth,
      fixedUsdPerMillion: spreadFixed(fixed, options.load.rate),
      month: month(tariff),
      monthProvisioned: month(steady),
      whatIf: others?.whatIf ?? [],
    };
  } finally {
    await platform.close();
  }
}

/** The template, but for what the options say. */
function asWanted(tariff: Tariff, measured: Measured, { stream, tables, utilization, workflow }: CostOptions): Tariff {
  const streamed = stream === undefined ? tariff : withStream(tariff, stream === 'on-demand' ? undefined : stream);
  const tabled =
    tables === undefined
      ? streamed
      : tables === 'on-demand'
        ? withTablesOnDemand(streamed)
        : withTablesProvisioned(streamed, measured, { utilization });
  return workflow === undefined ? tabled : withWorkflows(tabled, workflow);
}

interface Counting {
  readonly options: CostOptions;
  readonly idle: IdleUsage;
  readonly tariff: Tariff;
  readonly measured: Measured;
  readonly report: (line: string) => void;
}

/** Each run on a platform of its own, so that none finds what another has left. */
async function countOthers(
  assembly: string,
  { options, idle, tariff, measured, report }: Counting,
): Promise<{ readonly whatIf: WhatIf[]; readonly quiet: Measured }> {
  const { load, utilization } = options;
  const count = async (changed: Partial<Load>, batching: Batching = {}) => {
    const platform = await openMeteredPlatform(assembly);
    try {
      await changeBatching(platform, { ...options, ...batching });
      return await measureEvents(platform, { ...load, seconds: SHORT_SECONDS, ...changed }, idle);
    } finally {
      await platform.close();
    }
  };
  const rowOf = ({ name, flag }: Scenario, usdPerMillion: number): WhatIf => ({
    name,
    flag,
    usdPerMillion,
    differenceUsd: usdPerMillion - pathCost(tariff, measured).usdPerMillion,
  });
  const whatIf: WhatIf[] = [];
  for (const scenario of scenarios(load, utilization)) {
    if (scenario.reprice) {
      whatIf.push(rowOf(scenario, pathCost(scenario.reprice(tariff, measured), measured).usdPerMillion));
      continue;
    }
    report(`Counting: ${scenario.name} …`);
    const counted = await count(scenario.load ?? {}, scenario.batching);
    whatIf.push(rowOf(scenario, pathCost(asWanted(tariff, counted, options), counted).usdPerMillion));
  }
  report('Counting a quiet hour …');
  const quiet = await count({
    rate: load.rate * QUIET_SHARE,
    visitors: Math.ceil(load.visitors * QUIET_SHARE),
    seconds: load.seconds,
  });
  return { whatIf, quiet };
}

interface MonthOptions {
  readonly options: CostOptions;
  readonly fixedUsd: number;
}

function monthOf(tariff: Tariff, points: readonly Measured[], { options, fixedUsd }: MonthOptions): MonthCost {
  const { rate } = options.load;
  const usedAt = points.map(point => ({
    rate: point.count / point.seconds,
    usdPerSecond: sum(billUsage(tariff, point).map(({ usd }) => usd)) / point.seconds,
  }));
  const isSized = (price: string) => price !== 'kinesis.stream-hour'; // an on-demand stream has one price at any rate
  const usdPerHour = (peakRate: number) =>
    sum(hourlyCosts(tariff).map(cost => cost.usdPerHour * (isSized(cost.price) ? peakRate / rate : 1)));
  return monthCost({ shape: options.shape, rate, usdPerSecond: interpolated(usedAt), usdPerHour, fixedUsd });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
