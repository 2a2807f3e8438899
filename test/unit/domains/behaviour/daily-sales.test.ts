import { describe, expect, it } from 'vitest';
import { salesByDay, totalSales } from '../../../../domains/behaviour/projections/daily-sales.ts';

const purchase = (day: string, quantity: number, amountMilli: number) => ({
  visitorId: 'v',
  product: 'p',
  currency: 'GBP',
  day,
  quantity,
  amountMilli,
});

describe('daily sales', () => {
  it('adds purchases and returns up by day, in the order of the days', () => {
    const days = salesByDay([
      purchase('2010-12-02', 1, 100),
      purchase('2010-12-01', 2, 5_100),
      purchase('2010-12-02', -1, -100),
    ]);
    expect(days).toEqual([
      { day: '2010-12-01', lines: 1, quantity: 2, amountMilli: 5_100 },
      { day: '2010-12-02', lines: 2, quantity: 0, amountMilli: 0 },
    ]);
    expect(totalSales(days)).toEqual({ lines: 3, quantity: 2, amountMilli: 5_100 });
  });

  it('is nothing when nothing was sold', () => {
    expect(totalSales(salesByDay([]))).toEqual({ lines: 0, quantity: 0, amountMilli: 0 });
  });
});
