/** No effect is lost and none is doubled: every profile is what the fold of the distinct events gives. */

import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

export function checkProfiles({ evidence, model }: Judged): Violation[] {
  const items = new Map(evidence.profiles.map(item => [String(item.visitorId), item]));
  return [...model.keys].flatMap(([about, { visitor, isParked }]): Violation[] => {
    const item = items.get(about);
    if (!item) return [{ check: 'effect', about, what: 'profile', expected: visitor.profile, actual: 'none' }];
    const { cart, ...state } = item.state as Readonly<Record<string, unknown>>;
    const actual = { ...state, cart: (cart as { id?: string } | undefined)?.id };
    return [
      ...differing({ check: 'effect', about, what: 'profile', expected: visitor.profile, actual }),
      ...differing({ check: 'ledger', about, what: 'parked', expected: isParked, actual: item.parked !== undefined }),
    ];
  });
}
