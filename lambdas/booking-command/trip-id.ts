import { createHash } from 'node:crypto';

/** The trip id that an idempotency key stands for: the same key always gives the same one. */
export function tripIdOfKey(idempotencyKey: string): string {
  return `trip-${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`;
}
