import type { Evolved } from '../../../core/index.ts';
import type { SessionProfile } from '../aggregates/session-profile.ts';
import { abandonCart } from './session-profile-processor.ts';

/**
 * Gives up a cart that nobody has touched since `cutoffMs`. One that was touched later, and a profile without a cart, is
 * watched from another time on, or no more. `undefined` when it is not time to look.
 */
export function sweepCart(profile: SessionProfile, cutoffMs: number): Evolved<SessionProfile> | undefined {
  const { cartWatchedSinceMs, ...unwatched } = profile;
  if (cartWatchedSinceMs === undefined || cartWatchedSinceMs > cutoffMs) return undefined;
  if (!profile.cart) return { state: unwatched, emitted: [] };
  if (profile.cart.idleSinceMs <= cutoffMs) return abandonCart(unwatched);
  return { state: { ...unwatched, cartWatchedSinceMs: profile.cart.idleSinceMs }, emitted: [] };
}
