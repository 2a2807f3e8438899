/** Nothing is stuck, and nothing has ended in a dead-letter queue; what is for people is there. */

import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

/** The template's settings: from where on somebody is told. */
const LARGE_PURCHASE_MILLI = 100_000;
const CART_REMINDER_MILLI = 20_000;

/** A run on a schedule that failed for good is no loss: the next one finds the same carts, or looks at the same minutes. */
const MAY_HOLD: ReadonlySet<string> = new Set(['cart-sweeper-failures', 'reconciler-failures']);

export function checkQueues({ evidence, model }: Judged): Violation[] {
  const facts = [...model.keys.values()].flatMap(({ visitor }) => visitor.facts);
  const forPeople: Readonly<Record<string, number>> = {
    'large-purchases': facts.filter(({ sale }) => sale && sale.amountMilli >= LARGE_PURCHASE_MILLI).length,
    'abandoned-carts': facts.filter(({ cartMilli = 0 }) => cartMilli >= CART_REMINDER_MILLI).length,
  };
  return evidence.queues.flatMap(({ name, messages }): Violation[] => {
    const about = name.split('-').slice(2).join('-');
    if (MAY_HOLD.has(about)) return [];
    const least = forPeople[about];
    if (least === undefined)
      return differing({ check: 'queues', about, what: 'messages', expected: 0, actual: messages });
    if (messages >= least) return []; // delivery to a queue is at least once
    return [{ check: 'queues', about, what: 'messages', expected: `at least ${least}`, actual: messages }];
  });
}
