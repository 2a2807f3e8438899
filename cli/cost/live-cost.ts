/** What a running platform would have cost so far: the same counters and prices as `npm run cost`, with the batches of here. */
import type { Assembly, Provisioned, UsageMeter } from '../../local/index.ts';
import { type BillLine, billUsage, type Tariff } from './bill.ts';
import { readDeployment } from './deployment.ts';
import { readDurations } from './lambda-duration.ts';
import { sum } from './path-cost.ts';
import { readPrices } from './price-list.ts';

export interface LiveCost {
  /** All that was billed by use since the start. */
  readonly usd: number;
  /** Of the behaviour path; absent before the first event. */
  readonly usdPerMillionEvents: number | undefined;
  /** Of the trip saga; absent before the first booking. */
  readonly usdPerThousandBookings: number | undefined;
}

export interface LiveCounts {
  readonly events: number;
  readonly bookings: number;
  readonly seconds: number;
}

/** The region whose prices are shown: the platform itself runs nowhere. */
export const LIVE_REGION = 'us-east-1';
/** What only bookings use. The API, the bus and S3 serve both, and count with the events. */
const OF_TRIPS = /trip|booking|saga|inventory|payment|notification|outbox-publisher-travel|^Step Functions$/;

export interface LiveCostOptions {
  readonly assembly: Assembly;
  readonly provisioned: Provisioned;
  readonly usage: UsageMeter;
}

/** Reads the meter each time that it is asked. */
export function liveCost({ assembly, provisioned, usage }: LiveCostOptions): (counts: LiveCounts) => LiveCost {
  const tariff: Tariff = {
    prices: readPrices(LIVE_REGION),
    durations: readDurations(),
    deployment: readDeployment(assembly, provisioned),
  };
  return ({ events, bookings, seconds }) => {
    const lines = billUsage(tariff, { usage: usage.read(), seconds });
    const ofTrips = usdOf(lines.filter(isOfTrips));
    const all = usdOf(lines);
    return {
      usd: all,
      usdPerMillionEvents: events > 0 ? ((all - ofTrips) / events) * 1e6 : undefined,
      usdPerThousandBookings: bookings > 0 ? (ofTrips / bookings) * 1e3 : undefined,
    };
  };
}

function isOfTrips({ hop, resource }: BillLine): boolean {
  return OF_TRIPS.test(hop) || (hop === 'SQS' && OF_TRIPS.test(resource));
}

function usdOf(lines: readonly BillLine[]): number {
  return sum(lines.map(({ usd }) => usd));
}
