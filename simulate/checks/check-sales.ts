/** Daily sales are the sums of the distinct purchases, and each day has all of its own. */

import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

interface Sales {
  lines: number;
  quantity: number;
  amountMilli: number;
}

export function checkSales({ evidence, model }: Judged): Violation[] {
  const expected = new Map<string, Sales>();
  for (const { visitor } of model.keys.values()) {
    for (const { sale } of visitor.facts) {
      if (!sale) continue;
      const day = expected.get(sale.day) ?? { lines: 0, quantity: 0, amountMilli: 0 };
      day.lines++;
      day.quantity += sale.quantity;
      day.amountMilli += sale.amountMilli;
      expected.set(sale.day, day);
    }
  }
  const actual = new Map(evidence.dailySales.map(({ day, ...sums }) => [String(day), sums]));
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap(about =>
    differing({
      check: 'effect',
      about,
      what: 'daily sales',
      expected: expected.get(about),
      actual: actual.get(about),
    }),
  );
}
