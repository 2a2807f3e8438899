/** The prices of one region, from a dated file: `prices/<region>.json`. Every figure says where it is from, and may be edited. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../command.ts';

const FOLDER = path.join(import.meta.dirname, 'prices');

/** What is charged for, `<service>.<unit>`. */
export const PRICE_NAMES = [
  'execute-api.request',
  'internet.sent-byte',
  'kinesis.ingested-byte',
  'kinesis.retrieved-byte',
  'kinesis.stream-hour',
  'kinesis.shard-hour',
  'kinesis.payload-unit',
  'lambda.request',
  'lambda.gb-second-arm64',
  'lambda.gb-second-x86_64',
  'dynamodb.write-unit',
  'dynamodb.read-unit',
  'dynamodb.write-unit-hour',
  'dynamodb.read-unit-hour',
  'dynamodb.stored-byte-month',
  'dynamodb.backup-byte-month',
  'events.event',
  'events.archived-byte',
  'events.archive-byte-month',
  'scheduler.invocation',
  'sqs.request',
  'sqs.fifo-request',
  'sns.request',
  'states.transition',
  'states.express-request',
  'states.express-gb-second',
  's3.put-request',
  's3.get-request',
  's3.stored-byte-month',
  'logs.ingested-byte',
  'logs.stored-byte-month',
  'monitoring.metric-month',
  'monitoring.alarm-metric-month',
  'monitoring.dashboard-month',
  'xray.trace',
] as const;

export type PriceName = (typeof PRICE_NAMES)[number];

const PRICE = z.strictObject({
  /** US dollars for `per` units. */
  usd: z.number().nonnegative(),
  per: z.number().positive(),
  unit: z.string().min(1),
  source: z.string().startsWith('https://'),
  date: z.string().min(4),
  /** @default the source states the figure */
  note: z.string().optional(),
});

const PRICE_LIST = z.strictObject({
  region: z.string(),
  currency: z.literal('USD'),
  /** The day on which the file was made or checked. */
  checked: z.iso.date(),
  note: z.string(),
  prices: z.record(z.enum(PRICE_NAMES), PRICE),
});

export type PriceList = z.infer<typeof PRICE_LIST>;

/** The regions for which there is a price file. */
export function pricedRegions(): string[] {
  return readdirSync(FOLDER)
    .filter(name => name.endsWith('.json'))
    .map(name => name.slice(0, -'.json'.length))
    .sort();
}

/** @throws UsageError when there is no file for the region, or what is in it is no price list */
export function readPrices(region: string): PriceList {
  const file = path.join(FOLDER, `${region}.json`);
  if (!/^[a-z0-9-]+$/.test(region) || !existsSync(file)) {
    const known = pricedRegions().join(', ');
    throw new UsageError(`Cannot price region '${region}': there is no price file for it, only for ${known}`);
  }
  const parsed = PRICE_LIST.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) {
    throw new UsageError(`Cannot read the prices of ${region} (${file}): ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/** What a quantity costs. */
export function priceOf(list: PriceList, name: PriceName, quantity: number): number {
  const { usd, per } = list.prices[name];
  return (quantity / per) * usd;
}
