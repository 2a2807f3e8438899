import type { SessionProfile } from '../aggregates/session-profile.ts';

/**
 * Partitions of the sparse index of open carts. More than one, so that no partition takes every write of a busy shop;
 * few, so that the sweeper asks little.
 */
export const openCartBuckets: readonly string[] = ['0', '1', '2', '3'];

/**
 * The index attributes of a profile: present while its carts are watched, `cartIdleAt` in epoch milliseconds. They are a
 * hint that only the sweeper takes back: if they followed each touch of a cart, most writes would be writes of the index.
 */
export function openCartAttributes(profile: SessionProfile): Readonly<Record<string, string | number>> {
  if (profile.cartWatchedSinceMs === undefined) return {};
  return { openCartBucket: bucketOf(profile.visitorId), cartIdleAt: profile.cartWatchedSinceMs };
}

function bucketOf(visitorId: string): string {
  let sum = 0;
  for (let i = 0; i < visitorId.length; i++) sum = (sum * 31 + visitorId.charCodeAt(i)) % 65_521;
  return openCartBuckets[sum % openCartBuckets.length] ?? '0';
}
