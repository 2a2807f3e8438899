/** What is paid for by time, whether an event comes or not: capacity by the hour, and the month's fixed costs. */
import type { UsageTotal } from '../../local/index.ts';
import { billUsage, hopOf, short, type Tariff } from './bill.ts';
import type { Deployment } from './deployment.ts';
import { type PriceName, priceOf } from './price-list.ts';

export interface HourlyCost {
  readonly hop: string;
  readonly resource: string;
  readonly price: PriceName;
  /** How many hours are paid for in an hour: shards, units. */
  readonly quantity: number;
  readonly usdPerHour: number;
}

export interface MonthlyCost {
  readonly item: string;
  readonly price: PriceName;
  readonly quantity: number;
  readonly usdPerMonth: number;
}

export const HOURS_PER_MONTH = 730;

/** Streams, and tables on provisioned capacity: sized for the rate, so they are part of the price of an event. */
export function hourlyCosts({ prices, deployment }: Tariff): HourlyCost[] {
  const cost = (service: string, resource: string, price: PriceName, quantity: number): HourlyCost => ({
    hop: hopOf(deployment, service, resource),
    resource: short(deployment, resource),
    price,
    quantity,
    usdPerHour: priceOf(prices, price, quantity),
  });
  const streams = [...deployment.streams].map(([name, { shards }]) =>
    shards === undefined
      ? cost('kinesis', name, 'kinesis.stream-hour', 1)
      : cost('kinesis', name, 'kinesis.shard-hour', shards),
  );
  const tables = [...deployment.tables].flatMap(([name, { provisioned }]) =>
    provisioned
      ? [
          cost('dynamodb', name, 'dynamodb.write-unit-hour', provisioned.writeUnits),
          cost('dynamodb', name, 'dynamodb.read-unit-hour', provisioned.readUnits),
        ]
      : [],
  );
  return [...streams, ...tables];
}

/** Lambda reads an SQS queue with five long polls of 20 s side by side, also while it is empty (Lambda guide). */
const POLLS_PER_MONTH = (5 * 3600 * HOURS_PER_MONTH) / 20;
/** Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed. */
const METRICS_PER_ROUTE = 6;

/** What was counted besides the events. */
export interface Standing {
  /** How many metrics the handlers write. */
  readonly customMetrics: number;
  /** What is used in an hour in which no event comes, by what schedules call; absent where that was not measured. */
  readonly idle?: readonly UsageTotal[];
}

export function monthlyCosts(tariff: Tariff, { customMetrics, idle = [] }: Standing): MonthlyCost[] {
  const { prices, deployment } = tariff;
  const cost = (item: string, price: PriceName, quantity: number): MonthlyCost => ({
    item,
    price,
    quantity,
    usdPerMonth: priceOf(prices, price, quantity),
  });
  const calls = deployment.schedules.reduce((sum, each) => sum + each, 0);
  return [
    cost("the handlers' metrics", 'monitoring.metric-month', customMetrics),
    cost('metrics of the API, by route', 'monitoring.metric-month', deployment.meteredRoutes * METRICS_PER_ROUTE),
    cost('alarms', 'monitoring.alarm-metric-month', deployment.alarmedMetrics),
    cost('dashboards', 'monitoring.dashboard-month', deployment.dashboards),
    cost('schedules', 'scheduler.invocation', calls),
    cost('empty receives of queues', 'sqs.request', queuesPolled(deployment) * POLLS_PER_MONTH),
    ...scheduledWork(tariff, idle),
  ].filter(({ quantity }) => quantity > 0);
}

/** What functions do by the clock; the receives of queues are in a line of their own. */
function scheduledWork(tariff: Tariff, idle: readonly UsageTotal[]): MonthlyCost[] {
  const lines = billUsage(tariff, { usage: idle, seconds: 3600 }).filter(({ hop }) => hop !== 'SQS');
  return lines.map(({ hop, price, quantity, usd }) => ({
    item: `${hop}, by the clock`,
    price,
    quantity: quantity * HOURS_PER_MONTH,
    usdPerMonth: usd * HOURS_PER_MONTH,
  }));
}

function queuesPolled({ mappings }: Deployment): number {
  return mappings.filter(({ source }) => source === 'sqs').length;
}
