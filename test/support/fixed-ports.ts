import { type Clock, type Ids, newUlid, seededRandom } from '../../core/index.ts';

/** A clock that stands still unless somebody sleeps; sleeping takes no time. */
export function steppingClock(startMs: number): Clock & { readonly slept: number[] } {
  let nowMs = startMs;
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    async sleep(delayMs) {
      slept.push(delayMs);
      nowMs += delayMs;
    },
  };
}

/** Ids that follow from a seed. */
export function seededUlids(seed: number, nowMs = 1_700_000_000_000): Ids {
  const random = seededRandom(seed);
  return { random, ulid: () => newUlid(nowMs, random) };
}
