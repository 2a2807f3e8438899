/** What has to come of purchases, worked out from the order in which they came alone: no batches, no rows, no leases. */
import type { Purchase } from './bank-platform.ts';
import { accountOf } from './deeds.ts';

export interface Expected {
  /** The ids that take effect, by account, in order. */
  readonly applied: ReadonlyMap<string, readonly string[]>;
  /** Ids under which another content came, once for each time. */
  readonly refused: readonly string[];
  readonly counts: { readonly applied: number; readonly duplicate: number; readonly quarantined: number };
}

export function expectedOf(purchases: readonly Purchase[]): Expected {
  const applied = new Map<string, string[]>();
  const products = new Map<string, string | undefined>();
  const refused: string[] = [];
  let duplicate = 0;
  for (const { id, visitor, product } of purchases) {
    if (!products.has(id)) {
      products.set(id, product);
      const account = accountOf(visitor);
      applied.set(account, [...(applied.get(account) ?? []), id]);
    } else if (products.get(id) === product) duplicate += 1;
    else refused.push(id);
  }
  return { applied, refused, counts: { applied: products.size, duplicate, quarantined: refused.length } };
}
