/** Counts what a path uses: the difference between two readings of the meter, less what goes on without any event. */

import { inventoryStock } from '../../domains/travel/demo/inventory-stock.ts';
import { tripBookings } from '../../domains/travel/demo/trip-bookings.ts';
import type { UsageTotal } from '../../local/index.ts';
import type { MeteredPlatform } from './metered-platform.ts';
import { planShop, type ShopEvent, type ShopOptions } from './shop-traffic.ts';

/** Usage of so many things in so many seconds. */
export interface MeasuredUsage {
  readonly usage: readonly UsageTotal[];
  /** Events, or bookings. */
  readonly count: number;
  readonly seconds: number;
}

/** What the platform uses in an hour in which nothing comes. */
export type IdleUsage = readonly UsageTotal[];

export interface Load extends ShopOptions {
  /** Events per second. */
  readonly rate: number;
  readonly eventsPerRequest: number;
  readonly seconds: number;
}

const HOUR_MS = 3_600_000;
const IDLE_MS = HOUR_MS / 6;
const SETTLE_MS = 10_000;
/** After a cart is abandoned (30 minutes) and swept (every minute). */
const CARTS_ARE_SWEPT_MS = 33 * 60_000;
const LARGEST_REQUEST = 500;
/** Well below what an on-demand stream takes at first, and no more than two shards do. */
const OPENING_RATE = 1500;

/** Ten minutes without events, as usage per hour. */
export async function measureIdle(platform: MeteredPlatform): Promise<IdleUsage> {
  await platform.clock.advance(SETTLE_MS);
  const before = platform.usage();
  await platform.clock.advance(IDLE_MS);
  return scaled(difference(platform.usage(), before), HOUR_MS / IDLE_MS);
}

/**
 * Sends events at their rate, and waits until the last fact of them is consumed and the last cart given up.
 * @throws Error when a function failed meanwhile: what is delivered again would be on the bill
 */
export async function measureEvents(platform: MeteredPlatform, load: Load, idle: IdleUsage): Promise<MeasuredUsage> {
  const { clock } = platform;
  const count = Math.round(load.rate * load.seconds);
  const { opening, events } = planShop(load, count);
  const failedBefore = platform.failures.length;
  for (const some of chunks(opening, LARGEST_REQUEST)) {
    await post(platform, some);
    await clock.advance((some.length / OPENING_RATE) * 1000);
  }
  await clock.advance(SETTLE_MS);
  const before = { usage: platform.usage(), stored: await storedBytes(platform), atMs: clock.now() };
  const gapMs = (load.eventsPerRequest / load.rate) * 1000;
  let dueMs = clock.now();
  for (const some of chunks(events, load.eventsPerRequest)) {
    await clock.advance(Math.max(0, dueMs - clock.now()));
    await post(platform, some);
    dueMs += gapMs;
  }
  await clock.advance(SETTLE_MS);
  const stored = difference(await storedBytes(platform), before.stored);
  await clock.advance(CARTS_ARE_SWEPT_MS);
  const [failure] = platform.failures.slice(failedBefore);
  if (failure !== undefined) throw new Error(`Cannot measure the events: a function failed (${failure})`);
  const usage = withoutIdle(difference(platform.usage(), before.usage), idle, clock.now() - before.atMs);
  return { usage: [...usage, ...stored], count, seconds: load.seconds };
}

export interface BookingLoad {
  readonly seed: number;
  /** Bookings per second. */
  readonly rate: number;
  readonly count: number;
}

/** Books trips at their rate, and waits until the last saga has ended. */
export async function measureBookings(
  platform: MeteredPlatform,
  load: BookingLoad,
  idle: IdleUsage,
): Promise<MeasuredUsage> {
  const { clock } = platform;
  await stockInventory(platform);
  const bookings = tripBookings({ seed: load.seed, now: () => clock.now(), duplicateShare: 0 });
  const before = { usage: platform.usage(), stored: await storedBytes(platform), atMs: clock.now() };
  for (let sent = 0; sent < load.count; sent++) {
    const { body } = bookings.next().value;
    const { status, body: answer } = await platform.post('/trips', body);
    if (status !== 202) throw new Error(`Cannot book: must be answered 202, received ${status} ${String(answer)}`);
    await clock.advance(1000 / load.rate);
  }
  await clock.advance(2 * 60_000);
  const stored = difference(await storedBytes(platform), before.stored);
  const usage = withoutIdle(difference(platform.usage(), before.usage), idle, clock.now() - before.atMs);
  return { usage: [...usage, ...stored], count: load.count, seconds: load.count / load.rate };
}

async function post(platform: MeteredPlatform, events: readonly ShopEvent[]): Promise<void> {
  const nowMs = platform.clock.now();
  const body = events.map(event => event.at(nowMs));
  const answer = await platform.post('/events', body, { 'content-type': 'application/cloudevents-batch+json' });
  if (answer.status === 202) return;
  throw new Error(
    `Cannot send events: must be answered 202, received ${answer.status} ${String(answer.body).slice(0, 400)}`,
  );
}

async function stockInventory(platform: MeteredPlatform): Promise<void> {
  const TableName = [...platform.deployment.tables.keys()].find(name => name.endsWith('-inventory'));
  for (const { itemId, entry, available } of inventoryStock()) {
    const Item = { itemId: { S: itemId }, entry: { S: entry }, available: { N: String(available) } };
    await platform.call('dynamodb', 'PutItem', { TableName, Item });
  }
}

/** What the tables hold, as a usage: what is added stays, and is paid for by the month. */
async function storedBytes({ call, deployment }: MeteredPlatform): Promise<UsageTotal[]> {
  const tables = [...deployment.tables.keys()];
  return Promise.all(
    tables.map(async TableName => {
      const { Table } = await call<{ Table: { TableSizeBytes: number } }>('dynamodb', 'DescribeTable', { TableName });
      return {
        service: 'dynamodb',
        resource: TableName,
        unit: 'stored-bytes' as const,
        caller: 'storage',
        quantity: Table.TableSizeBytes,
      };
    }),
  );
}

function withoutIdle(usage: readonly UsageTotal[], idle: IdleUsage, durationMs: number): UsageTotal[] {
  const meanwhile = scaled(idle, durationMs / HOUR_MS);
  return difference(usage, meanwhile).filter(({ quantity }) => quantity > 0);
}

/** What `after` has more than `before`, each kind by itself. */
export function difference(after: readonly UsageTotal[], before: readonly UsageTotal[]): UsageTotal[] {
  const known = new Map(before.map(total => [kindOf(total), total.quantity]));
  return after.map(total => ({ ...total, quantity: total.quantity - (known.get(kindOf(total)) ?? 0) }));
}

export function scaled(usage: readonly UsageTotal[], times: number): UsageTotal[] {
  return usage.map(total => ({ ...total, quantity: total.quantity * times }));
}

function kindOf({ service, resource, unit, caller }: UsageTotal): string {
  return [service, resource, unit, caller].join('\n');
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
