import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudEvent, type IdPages, idTime, imprintOf, newUlid, seededRandom } from '../../../../core/index.ts';
import { imprintCount } from '../../../../core/processing/imprint.ts';
import {
  defaultRecentIdsLimits,
  noRecentIds,
  pagesToRead,
  type RecentIds,
  type RecentIdsLimits,
  recallIds,
  type Verdict,
} from '../../../../core/processing/recent-ids.ts';
import { sight } from '../../../../core/processing/sighting.ts';

const START_MS = Date.UTC(2026, 0, 1);
const SMALL: RecentIdsLimits = { windowMs: 1e12, limit: 1e6, leastInItem: 2, mostInItem: 5, onPage: 9 };

/** Event number `n`, whose id was made `madeMs` after the start; `acceptance` and `data` as given. */
function event(n: number, { madeMs = n * 1000, acceptance, data = n }: Partial<Sent> = {}): CloudEvent {
  const random = seededRandom(n + 1);
  return {
    specversion: '1.0',
    id: newUlid(START_MS + madeMs, random),
    source: 'test',
    type: 'test.thing.happened.v1',
    subject: 'k',
    time: '2026-01-01T00:00:00Z',
    ...(acceptance === undefined ? {} : { acceptance }),
    data,
  };
}

interface Sent {
  readonly n: number;
  readonly madeMs: number;
  readonly acceptance: string;
  readonly data: unknown;
}

/** A key's memory as a store would keep it: only the pages that are asked for are read. */
class StoredMemory {
  readonly limits: RecentIdsLimits;
  recentIds: RecentIds = noRecentIds;
  readonly pages = new Map<string, string>();
  reads = 0;

  constructor(limits: RecentIdsLimits) {
    this.limits = limits;
  }

  /** One batch; the verdict on each event. */
  batch(events: readonly CloudEvent[], { newestMs = START_MS, freeBytes = 40 } = {}): Verdict[] {
    const idTimes = events.map(({ id }) => idTime(id));
    const names = pagesToRead(this.recentIds, { idTimes, newestMs }, this.limits);
    this.reads += names.length;
    const read: IdPages = new Map(names.map(name => [name, this.pages.get(name) ?? '']));
    const memory = recallIds(this.recentIds, { key: 'k', read, newestMs, limits: this.limits });
    const verdicts = events.map(each => {
      const sighting = sight(each);
      const verdict = memory.judge(sighting);
      if (verdict !== 'redelivered') memory.add(sighting);
      return verdict;
    });
    const { recentIds, pages } = memory.snapshot(freeBytes);
    for (const page of pages) this.pages.set(page.name, page.imprints);
    this.recentIds = recentIds;
    return verdicts;
  }
}

/** What a memory without end says: a list of all that was seen. */
class Model {
  readonly #seen = new Map<string, CloudEvent[]>();

  judge(each: CloudEvent): Verdict {
    const same = this.#seen.get(each.id);
    if (!same) {
      this.#seen.set(each.id, [each]);
      return 'new';
    }
    if (same.some(({ acceptance }) => acceptance !== undefined && acceptance === each.acceptance)) return 'redelivered';
    same.push(each);
    return same[0]?.data === each.data ? 'duplicate' : 'conflicting';
  }
}

const sent = fc.record({
  n: fc.nat(40),
  acceptance: fc.constantFrom('a', 'b', 'c', undefined),
  data: fc.constantFrom(1, 1, 1, 2),
});

describe('recallIds', () => {
  it('says what a list of everything would say, whatever is in the item and whatever on pages', () => {
    const batches = fc.array(
      fc.record({ events: fc.array(sent, { minLength: 1, maxLength: 30 }), freeBytes: fc.nat(200) }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(batches, plan => {
        const memory = new StoredMemory(SMALL);
        const model = new Model();
        for (const { events, freeBytes } of plan) {
          const batch = events.map(({ n, data, acceptance }) =>
            event(n, { data, ...(acceptance === undefined ? {} : { acceptance }) }),
          );
          expect(memory.batch(batch, { freeBytes })).toEqual(batch.map(each => model.judge(each)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('knows a batch of 500 events of one key again, whole', () => {
    const memory = new StoredMemory(defaultRecentIdsLimits);
    const batch = (acceptance: string) => Array.from({ length: 500 }, (_, n) => event(n, { acceptance }));
    expect(new Set(memory.batch(batch('a')))).toEqual(new Set(['new']));
    expect(new Set(memory.batch(batch('b')))).toEqual(new Set(['duplicate']));
    expect(new Set(memory.batch(batch('b')))).toEqual(new Set(['redelivered']));
  });

  it('keeps few imprints in the item and few pages, whatever the batches', () => {
    const memory = new StoredMemory(defaultRecentIdsLimits);
    for (let n = 0; n < 3000; n += 3) memory.batch([event(n), event(n + 1), event(n + 2)], { freeBytes: 500 });
    expect(imprintCount(memory.recentIds.imprints)).toBeLessThanOrEqual(defaultRecentIdsLimits.mostInItem + 3);
    expect(memory.recentIds.pages.length).toBeLessThan(24);
  });

  it('reads no page for ids that are newer than every page, but to let one grow', () => {
    const memory = new StoredMemory({ ...SMALL, mostInItem: 10, onPage: 12 });
    for (let n = 0; n < 200; n++) memory.batch([event(n)], { freeBytes: 130 });
    expect(memory.reads).toBe(0);
    memory.batch([event(20)], { freeBytes: 130 });
    expect(memory.reads).toBe(1);
  });

  it('forgets pages after the window, and the oldest ones beyond the limit, and says how far back', () => {
    const hour = 3_600_000;
    const memory = new StoredMemory({ ...SMALL, windowMs: 24 * hour, mostInItem: 2 });
    const spread = [0, 1, 2, 3, 4, 5];
    memory.batch(
      spread.map(n => event(n)),
      { newestMs: START_MS },
    );
    memory.batch([event(6)], { newestMs: START_MS }); // what the batch before left in the item goes to a page
    expect(memory.batch([event(0)], { newestMs: START_MS + 23 * hour })).toEqual(['duplicate']);
    memory.batch([event(10)], { newestMs: START_MS + 48 * hour });
    expect(memory.recentIds.forgottenUntilMs).toBeGreaterThanOrEqual(START_MS);
    expect(memory.recentIds.forgottenUntilMs).toBeLessThan(START_MS + 24 * hour);
    expect(memory.batch([event(1)], { newestMs: START_MS + 48 * hour })).toEqual(['new']);

    const bounded = new StoredMemory({ ...SMALL, limit: 20 });
    for (let n = 0; n < 100; n += 5) bounded.batch([0, 1, 2, 3, 4].map(i => event(n + i)));
    const count = bounded.recentIds.pages.reduce(
      (sum, page) => sum + page.count,
      imprintCount(bounded.recentIds.imprints),
    );
    expect(count).toBeLessThanOrEqual(20);
    expect(bounded.batch([event(99)])).toEqual(['duplicate']);
    expect(bounded.batch([event(0)])).toEqual(['new']);
  });

  it('forgets nothing because the clock of the log jumps back, and takes a jump ahead for time that passed', () => {
    const memory = new StoredMemory({ ...SMALL, windowMs: 1000 });
    const year = 365 * 24 * 3_600_000;
    memory.batch([0, 1, 2, 3, 4, 5, 6].map(n => event(n)));
    expect(memory.batch([event(0)], { newestMs: START_MS - year })).toEqual(['duplicate']);
    expect(memory.batch([event(7), event(8)], { newestMs: START_MS + year })).toEqual(['new', 'new']);
    expect(memory.batch([event(7), event(1)], { newestMs: START_MS })).toEqual(['duplicate', 'new']);
  });

  it('never writes two different pages under one name, nor one page under two', () => {
    const memory = new StoredMemory(SMALL);
    for (let n = 0; n < 60; n++) memory.batch([event(n)]);
    const contents = [...memory.pages.values()].map(imprints => imprints);
    expect(new Set(contents).size).toBe(memory.pages.size);
  });
});

describe('imprintOf', () => {
  it('does not depend on the spelling of the id, nor on how the event travelled', () => {
    const one = event(1, { acceptance: 'a' });
    const travelled = { ...one, id: one.id.toLowerCase(), ingestedtime: 'x', traceparent: 'y', partitionkey: 'z' };
    expect(imprintOf(travelled)).toBe(imprintOf(one));
  });

  it('differs for another id, another acceptance, and another content, each in its own part', () => {
    const one = event(1, { acceptance: 'a' });
    const parts = (imprint: string) => [imprint.slice(0, 7), imprint.slice(7, 10), imprint.slice(10)];
    const differing = (other: CloudEvent) =>
      parts(imprintOf(other)).map((part, index) => part !== parts(imprintOf(one))[index]);
    expect(differing({ ...one, id: event(2).id })).toEqual([true, false, false]);
    expect(differing({ ...one, acceptance: 'b' })).toEqual([false, true, false]);
    for (const change of [{ data: 2 }, { type: 'x' }, { source: 'x' }, { subject: 'x' }, { time: 'x' }]) {
      expect(differing({ ...one, ...change })).toEqual([false, false, true]);
    }
  });

  it('spreads over its bits: of 50,000 ids in a row no two share 56, and each of 24 bits is set half of the time', () => {
    const ids = new Set<string>();
    const ones = new Array<number>(24).fill(0);
    const count = 50_000;
    const base = BigInt(`0x${'0190'.padEnd(32, '0')}`);
    for (let n = 0; n < count; n++) {
      const hex = (base + BigInt(n)).toString(16).padStart(32, '0');
      const imprint = imprintOf({ ...event(1), id: uuidOf(hex), acceptance: String(n) });
      ids.add(imprint.slice(0, 7));
      const acceptance = Buffer.from(imprint, 'latin1').readUIntBE(7, 3);
      for (let bit = 0; bit < 24; bit++) ones[bit] = (ones[bit] ?? 0) + ((acceptance >> bit) & 1);
    }
    expect(ids.size).toBe(count);
    for (const set of ones) expect(Math.abs(set / count - 0.5)).toBeLessThan(0.02);
  });
});

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
