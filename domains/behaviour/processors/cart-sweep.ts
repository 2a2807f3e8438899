import type { Evolved } from '../../../core/index.ts';
import type { SessionProfile } from '../aggregates/session-profile.ts';
import { abandonCart } from './session-profile-processor.ts';

/** Gives up a cart that nobody has touched since `cutoffMs`; `undefined` when there is nothing to give up. */
export function sweepCart(profile: SessionProfile, cutoffMs: number): Evolved<SessionProfile> | undefined {
  if (!profile.cart || profile.cart.idleSinceMs > cutoffMs) return undefined;
  return abandonCart(profile);
}
