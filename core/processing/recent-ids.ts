import { eventIdKey } from '../events/event-id.ts';

/**
 * A bounded memory of event ids, against producers that send the same event again.
 *
 * 1. Two generations: ids go into `current`; once `windowMs` of arrival time have passed it becomes `previous`, and the
 *    former `previous` is forgotten. An id is remembered for one to two windows (24 to 48 h by default).
 * 2. Each generation holds at most `limit` ids; beyond that its oldest go first. What lies outside is applied again.
 * 3. Ids compare by their 128 bits, so the spelling does not matter.
 */
export interface RecentIds {
  /** Arrival time that the current generation began with, epoch ms. */
  readonly sinceMs: number;
  /** `eventIdKey`s (32 hexadecimal digits), oldest first. */
  readonly current: readonly string[];
  readonly previous: readonly string[];
}

/** How much is remembered. */
export interface RecentIdsLimits {
  /** @default 24 hours */
  readonly windowMs: number;
  /** Ids per generation. @default 1024 */
  readonly limit: number;
}

export const defaultRecentIdsLimits: RecentIdsLimits = { windowMs: 24 * 60 * 60 * 1000, limit: 1024 };

/** Nothing remembered yet. */
export const noRecentIds: RecentIds = { sinceMs: 0, current: [], previous: [] };

/** A memory to work with through one batch; `snapshot` gives back what is to be stored. */
export interface RecentIdsMemory {
  has(id: string): boolean;
  add(id: string, arrivedAtMs: number): void;
  snapshot(): RecentIds;
}

/** Opens a stored memory for one batch of one key. */
export function recallIds(stored: RecentIds, limits: RecentIdsLimits): RecentIdsMemory {
  let { sinceMs } = stored;
  let previous = [...stored.previous];
  let current = [...stored.current];
  const known = new Set([...previous, ...current]);
  function rotate(arrivedAtMs: number): void {
    const untouched = current.length === 0 && previous.length === 0;
    if (!untouched && arrivedAtMs - sinceMs < limits.windowMs) return;
    for (const id of previous) known.delete(id);
    previous = current;
    current = [];
    sinceMs = arrivedAtMs;
  }
  return {
    has: id => known.has(eventIdKey(id)),
    add(id, arrivedAtMs) {
      rotate(arrivedAtMs);
      const key = eventIdKey(id);
      current.push(key);
      known.add(key);
      for (const forgotten of current.splice(0, current.length - limits.limit)) known.delete(forgotten);
    },
    snapshot: () => ({ sinceMs, current: [...current], previous: [...previous] }),
  };
}
