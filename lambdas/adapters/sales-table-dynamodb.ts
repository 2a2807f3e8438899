import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { PurchaseMade } from '../../domains/behaviour/events/generated/data-types.ts';
import { type DailySales, salesByDay } from '../../domains/behaviour/projections/daily-sales.ts';
import { type Consumable, type ConsumeOnceOptions, type ConsumeOutcome, consumeOnce } from './consume-once-dynamodb.ts';

/** A purchase on its way into the read model. */
export interface Sale extends Consumable {
  readonly purchase: PurchaseMade;
}

export interface SalesTableOptions extends Omit<ConsumeOnceOptions, 'consumer'> {
  readonly salesTable: string;
}

/**
 * Counts sales into their days, each exactly once: the sums of the days and the memory of the sales change in one
 * transaction. Ids must be different within `sales`. `onOutcome` hears of each sale as soon as its fate is certain.
 * @throws ThrottledError when the table does not take them
 */
export async function countSales(
  options: SalesTableOptions,
  sales: readonly Sale[],
  onOutcome: (sale: Sale, outcome: ConsumeOutcome) => void,
): Promise<void> {
  const effectsOf = (some: readonly Sale[]) =>
    salesByDay(some.map(sale => sale.purchase)).map(day => addToDay(options.salesTable, day));
  await consumeOnce({ ...options, consumer: 'sales-projector' }, { events: sales, effectsOf, onOutcome });
}

function addToDay(salesTable: string, sales: DailySales): TransactWriteItem {
  const { day, lines, quantity, amountMilli } = sales;
  return {
    Update: {
      TableName: salesTable,
      Key: marshall({ day }),
      UpdateExpression: 'ADD #lines :lines, quantity :quantity, amountMilli :amount',
      ExpressionAttributeNames: { '#lines': 'lines' },
      ExpressionAttributeValues: marshall({ ':lines': lines, ':quantity': quantity, ':amount': amountMilli }),
    },
  };
}
