import type { PurchaseMade } from '../events/generated/data-types.ts';

/** What was sold in one UTC day. */
export interface DailySales {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly lines: number;
  readonly quantity: number;
  /** Thousandths of the currency unit. */
  readonly amountMilli: number;
}

/** What purchases add to each day that they touch, in the order of the days. */
export function salesByDay(purchases: readonly PurchaseMade[]): readonly DailySales[] {
  const byDay = new Map<string, DailySales>();
  for (const { day, quantity, amountMilli } of purchases) {
    byDay.set(day, addSales(byDay.get(day) ?? noSales(day), { lines: 1, quantity, amountMilli }));
  }
  return [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** All days together. */
export function totalSales(days: readonly DailySales[]): Omit<DailySales, 'day'> {
  const { day: _, ...total } = days.reduce(addSales, noSales(''));
  return total;
}

function noSales(day: string): DailySales {
  return { day, lines: 0, quantity: 0, amountMilli: 0 };
}

function addSales(sales: DailySales, added: Omit<DailySales, 'day'>): DailySales {
  return {
    day: sales.day,
    lines: sales.lines + added.lines,
    quantity: sales.quantity + added.quantity,
    amountMilli: sales.amountMilli + added.amountMilli,
  };
}
