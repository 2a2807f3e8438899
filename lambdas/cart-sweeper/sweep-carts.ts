import { ConflictError, type FoldStore, sweepWrite } from '../../core/index.ts';
import type { SessionProfile } from '../../domains/behaviour/aggregates/session-profile.ts';
import { sweepCart } from '../../domains/behaviour/processors/cart-sweep.ts';
import { atOnce } from '../runtime/at-once.ts';

export interface SweepDependencies {
  readonly store: FoldStore<SessionProfile>;
  /** Visitors whose cart seems idle since then; may be out of date. */
  readonly idleCarts: (cutoffMs: number) => Promise<readonly string[]>;
}

const WRITES_AT_ONCE = 16;

/**
 * Gives up carts that have been idle since `cutoffMs`. A profile that changed meanwhile is left alone (its visitor came
 * back), and so is a parked one: its order is kept by its lane.
 * @returns how many were given up
 */
export async function sweepCarts(cutoffMs: number, dependencies: SweepDependencies): Promise<number> {
  const visitors = await dependencies.idleCarts(cutoffMs);
  if (visitors.length === 0) return 0;
  const items = [...(await dependencies.store.read(visitors)).values()];
  const swept = await atOnce(items, WRITES_AT_ONCE, async item => {
    const evolved = item.parked ? undefined : sweepCart(item.state, cutoffMs);
    if (!evolved) return false;
    try {
      await dependencies.store.write(sweepWrite(item, evolved));
      return evolved.emitted.length > 0;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  });
  return swept.filter(Boolean).length;
}
