/** The facts of a key reach the bus, each at least once, and for the first time in the order of the stream. */
import type { PublishedFact } from '../evidence/published-facts.ts';
import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

export function checkFacts({ model, published }: Judged): Violation[] {
  const bySubject = Map.groupBy(firstOfEach(published), ({ subject }) => subject);
  return [...model.keys].flatMap(([about, { visitor }]) => {
    const expected = visitor.facts.map(({ key }) => key);
    const actual = (bySubject.get(about) ?? []).map(keyOf);
    const missing = without(expected, actual);
    const invented = without(actual, expected);
    if (missing.length + invented.length > 0) {
      return differing({ check: 'effect', about, what: 'facts on the bus', expected: missing, actual: invented });
    }
    return differing({ check: 'order', about, what: 'facts on the bus', expected, actual });
  });
}

function firstOfEach(published: readonly PublishedFact[]): PublishedFact[] {
  const seen = new Set<string>();
  return published.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** What is in `list`, beyond `others`. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return list.filter(key => {
    const at = left.indexOf(key);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function keyOf({ type, causationid, data }: PublishedFact): string {
  switch (type) {
    case 'behaviour.session.started.v1':
      return `session-started ${data.sessionId}`;
    case 'behaviour.cart.abandoned.v1':
      return `cart-abandoned ${data.cartId}`;
    case 'behaviour.purchase.made.v1':
      return `purchase-made ${causationid} ${data.product} ${data.quantity}`;
    default:
      return type;
  }
}
