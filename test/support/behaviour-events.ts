import { newUlid, seededRandom } from '../../core/index.ts';
import type { BehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';

/** 2026-03-01T09:00:00Z, where the tests' visits begin. */
export const NINE_O_CLOCK_MS = Date.UTC(2026, 2, 1, 9);

const random = seededRandom(4711);

/** An event of `visitor-1`, `minute` minutes after nine. */
export function behaviourEvent<Type extends BehaviourEvent['type']>(
  type: Type,
  data: Extract<BehaviourEvent, { type: Type }>['data'],
  options: { readonly minute?: number; readonly subject?: string; readonly id?: string } = {},
): Extract<BehaviourEvent, { type: Type }> {
  const timeMs = NINE_O_CLOCK_MS + (options.minute ?? 0) * 60_000;
  const event = {
    specversion: '1.0',
    id: options.id ?? newUlid(timeMs, random),
    source: 'https://shop.example/web',
    type,
    subject: options.subject ?? 'visitor-1',
    time: new Date(timeMs).toISOString(),
    data,
  };
  return event as unknown as Extract<BehaviourEvent, { type: Type }>; // built from the very members of that type
}

/** A page view. */
export function pageViewed(minute = 0, subject = 'visitor-1') {
  return behaviourEvent('behaviour.page.viewed.v1', { url: '/' }, { minute, subject });
}
