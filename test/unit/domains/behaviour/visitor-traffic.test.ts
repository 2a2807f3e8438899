import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../../../core/index.ts';
import { type TrafficItem, visitorTraffic } from '../../../../domains/behaviour/demo/visitor-traffic.ts';
import { parseBehaviourEvent } from '../../../../domains/behaviour/events/ingest-contracts.ts';

const NOW_MS = Date.UTC(2026, 2, 6);
const DAY_MS = 24 * 60 * 60 * 1000;

function take(count: number, seed = 1): TrafficItem[] {
  const items: TrafficItem[] = [];
  for (const item of visitorTraffic({ seed, visitors: 50, now: () => NOW_MS })) {
    items.push(item);
    if (items.length >= count) break;
  }
  return items;
}

describe('visitorTraffic', () => {
  const items = take(20_000);

  it('is the same for the same seed and clock, and another for another seed', () => {
    expect(take(200)).toEqual(items.slice(0, 200));
    expect(take(200, 2)).not.toEqual(items.slice(0, 200));
  });

  it('breaks contracts exactly where it says so', () => {
    for (const { event, kind } of items) expect(parseBehaviourEvent(event).ok).toBe(kind !== 'malformed');
  });

  it('sends each id once, except for the duplicates that it states', () => {
    const ids = items.filter(item => item.kind === 'valid').map(item => (item.event as CloudEvent).id);
    expect(new Set(ids).size).toBe(ids.length);
    const share = (kind: TrafficItem['kind']) => items.filter(item => item.kind === kind).length / items.length;
    expect(share('duplicate')).toBeCloseTo(0.01, 2);
    expect(share('malformed')).toBeCloseTo(0.005, 2);
  });

  it('stays between a week ago and now', () => {
    for (const { event, kind } of items) {
      if (kind === 'malformed') continue;
      const timeMs = Date.parse((event as CloudEvent).time);
      expect(timeMs).toBeLessThanOrEqual(NOW_MS);
      expect(timeMs).toBeGreaterThan(NOW_MS - 6 * DAY_MS);
    }
  });

  it('holds carts, purchases and returns', () => {
    const types = new Set(items.map(item => (item.event as CloudEvent).type));
    expect(types.size).toBeGreaterThanOrEqual(5);
    expect(items.some(({ event }) => Number((event as CloudEvent<{ quantity?: number }>).data?.quantity) < 0)).toBe(
      true,
    );
  });
});
