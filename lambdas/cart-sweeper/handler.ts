import { openCartAttributes, openCartBuckets } from '../../domains/behaviour/processors/open-cart-index.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import { idleCarts } from '../adapters/open-carts-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { positiveNumberVariable, textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { once } from '../runtime/once.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { type SweepDependencies, sweepCarts } from './sweep-carts.ts';

/** Carts given up in one run; the next run takes the rest. */
const MAX_CARTS = 1000;

const log = once(() => logger('cart-sweeper'));

const dependencies = once((): SweepDependencies => {
  const table = { client: dynamodbClient(), tableName: textVariable('STATE_TABLE') };
  const index = { ...table, indexName: textVariable('OPEN_CARTS_INDEX'), buckets: openCartBuckets };
  const layout = { keyAttribute: 'visitorId', attributes: openCartAttributes };
  return {
    store: dynamodbFoldStore({ ...table, layout, clock: systemClock, ids: systemIds }),
    idleCarts: cutoffMs => idleCarts(index, cutoffMs, MAX_CARTS),
  };
});

/** Runs on a schedule: says which carts were abandoned by visitors who never came back. */
export const handler = inTime(async (): Promise<{ abandoned: number }> => {
  const idleMs = positiveNumberVariable('CART_ABANDONED_AFTER_MINUTES') * 60_000;
  const abandoned = await sweepCarts(systemClock.now() - idleMs, dependencies());
  if (abandoned > 0) log().info('Carts given up', { abandoned });
  return { abandoned };
});
