import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  type Drained,
  defaultFoldLimits,
  drainLane,
  type FoldItem,
  type FoldProcessor,
  type FoldRecord,
  processBatch,
  type RecordFate,
} from '../../../../core/index.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { MemoryFoldStore } from '../../../support/memory-fold-store.ts';
import { MemoryLaneStore } from '../../../support/memory-lane-store.ts';

interface Seen {
  readonly ids: readonly string[];
}

const KEYS = ['a', 'b'];
/** Small lanes, outboxes and pages, so that one drain takes many steps. */
const limits = {
  ...defaultFoldLimits,
  maxLaneRecords: 4,
  maxOutboxBytes: 700,
  recentIds: { ...defaultFoldLimits.recentIds, leastInItem: 1, mostInItem: 4, onPage: 7 },
};

/** Every event adds its id and emits a fact; those of `broken` throw, until somebody mends them. */
function world() {
  const broken = new Set<string>();
  const processor: FoldProcessor<Seen> = {
    name: 'seen',
    accepts: (event): event is CloudEvent => event.type.startsWith('behaviour.'),
    key: event => event.subject,
    initialState: () => ({ ids: [] }),
    evolve: (state, event) => {
      if (broken.has(event.id)) throw new Error(`cannot take ${event.id}`);
      return { state: { ids: [...state.ids, event.id] }, emitted: [{ ...event, id: `fact-${event.id}` }] };
    },
  };
  const store = new MemoryFoldStore<Seen>();
  const lanes = new MemoryLaneStore(store);
  const clock = { nowMs: 1000, now: () => clock.nowMs };
  const fates: RecordFate[] = [];
  const kept: RecordFate[] = [];
  const dependencies = {
    store,
    lanes,
    clock,
    limits,
    hasTime: () => true,
    quarantine: async (fate: RecordFate) => kept.push(fate) > 0,
    onWritten: (written: readonly RecordFate[]) => void fates.push(...written),
  };
  const live = (records: readonly FoldRecord[]) => processBatch(processor, records, dependencies);
  const drain = (key = 'a', holder = 'me') => drainLane(processor, { key, holder }, dependencies);
  return { broken, processor, store, lanes, clock, fates, kept, dependencies, live, drain };
}

/** Twelve events and more, some of them accepted twice. */
function logOf(count: number, twice: readonly number[] = []): FoldRecord[] {
  const events = Array.from({ length: count }, (_, i) => pageViewed(i, KEYS[i % 3 === 2 ? 1 : 0]));
  const log = events.flatMap((event, i): CloudEvent[] => {
    const first = { ...event, acceptance: `first-${i}` };
    return twice.includes(i) ? [first, { ...event, acceptance: `second-${i}` }] : [first];
  });
  return log.map((event, i) => ({ sequence: String(9_995 + i), arrivedAtMs: 1000 + i, event, shard: '0' }));
}

const ofKey = (log: readonly FoldRecord[], key: string) => log.filter(({ event }) => event.subject === key);
const idsOf = (log: readonly FoldRecord[]) => [...new Set(log.map(({ event }) => event.id))];
const sum = ({ applied, duplicate, parked, quarantined }: FoldItem<Seen>['counts']) =>
  applied + duplicate + parked + quarantined;

describe('drainLane', () => {
  it('applies what waited, in order, over many steps, and unparks the key', async () => {
    const { broken, live, drain, store, fates } = world();
    const log = logOf(30, [4, 7]);
    const mine = ofKey(log, 'a');
    broken.add(idsOf(mine)[2] ?? '');
    await live(log);
    expect(store.items.get('a')).toMatchObject({ counts: { applied: 2, parked: mine.length - 2 } });
    expect(fates.filter(({ outcome }) => outcome === 'parked')).toHaveLength(mine.length - 2);

    broken.clear();
    const before = store.writes.length;
    expect(await drain()).toEqual({
      status: 'drained',
      taken: {
        applied: idsOf(mine).length - 2,
        duplicate: mine.length - idsOf(mine).length,
        quarantined: 0,
        redelivered: 0,
      },
    });
    expect(store.writes.length - before).toBeGreaterThan(4);
    const item = store.items.get('a');
    expect(item?.state.ids).toEqual(idsOf(mine));
    expect(item).not.toHaveProperty('parked');
    expect(item).toMatchObject({ counts: { parked: 0 }, lastSequence: mine.at(-1)?.sequence });
    expect(store.lanes.get('a')).toEqual([]);
    expect(await drain()).toMatchObject({ status: 'drained', taken: { applied: 0 } });
  });

  it('stops at the first record that still fails and leaves it and the rest as they are', async () => {
    const { broken, live, drain, store } = world();
    const log = ofKey(logOf(18), 'a');
    const ids = idsOf(log);
    broken.add(ids[1] ?? '').add(ids[6] ?? '');
    await live(log);
    broken.delete(ids[1] ?? '');
    const stopped = { sequence: log[6]?.sequence, id: ids[6], reason: `cannot take ${ids[6]}` };
    expect(await drain()).toMatchObject({ status: 'stopped', taken: { applied: 5 }, stopped });
    expect(store.lanes.get('a')?.map(({ event }) => event.id)).toEqual(ids.slice(6));
    expect(store.items.get('a')).toMatchObject({
      state: { ids: ids.slice(0, 6) },
      parked: { through: log.at(-1)?.sequence },
      counts: { applied: 6, parked: log.length - 6 },
    });
    expect(await drain()).toMatchObject({ status: 'stopped', taken: { applied: 0 }, stopped });
  });

  it('refuses a second drainer with who holds the key until when, and takes over once the lease has ended', async () => {
    const { broken, live, drain, lanes, clock } = world();
    const log = ofKey(logOf(9), 'a');
    broken.add(log[0]?.event.id ?? '');
    await live(log);
    broken.clear();
    lanes.leases.set('a', { holder: 'ada', untilMs: 61_000 });
    expect(await drain()).toMatchObject({
      status: 'held',
      held: { holder: 'ada', untilMs: 61_000 },
      taken: { applied: 0 },
    });
    clock.nowMs = 61_000;
    expect(await drain()).toMatchObject({ status: 'drained', taken: { applied: log.length } });
    expect(lanes.leases.size).toBe(0);
  });

  it('keeps a record aside whose id came with another content, and takes away a row that was dealt with before', async () => {
    const { live, drain, store, kept } = world();
    const [first, second] = ofKey(logOf(3), 'a');
    if (!first || !second) throw new Error('two records are needed');
    await live([first]);
    const changed = { ...second, event: { ...second.event, id: first.event.id } };
    await store.setAside('a', [{ ...first, sequence: '9990' }, changed]);
    expect(await drain()).toMatchObject({ status: 'drained', taken: { quarantined: 1, redelivered: 1, applied: 0 } });
    expect(kept).toMatchObject([{ outcome: 'quarantined', record: { sequence: second.sequence } }]);
    expect(store.items.get('a')).toMatchObject({ state: { ids: [first.event.id] }, counts: { applied: 1, parked: 0 } });
  });

  it('never moves the fence back for records that were set aside while the key went on', async () => {
    const { live, drain, store } = world();
    const [early, late] = ofKey(logOf(3), 'a');
    if (!early || !late) throw new Error('two records are needed');
    await store.setAside('a', [early]);
    await live([late]);
    await drain();
    expect(store.items.get('a')).toMatchObject({
      state: { ids: [late.event.id, early.event.id] },
      lastSequence: late.sequence,
    });
  });

  it('applies all records of a key once, in stream order, whatever comes between any two calls', async () => {
    const happening = fc.constantFrom(
      'none',
      'none',
      'fail-before',
      'fail-after',
      'live-before',
      'live-after',
      'rival',
    );
    const plan = fc.record({
      count: fc.integer({ min: 6, max: 40 }),
      twice: fc.array(fc.nat(39), { maxLength: 4 }),
      poison: fc.nat(20),
      first: fc.integer({ min: 1, max: 30 }),
      size: fc.integer({ min: 1, max: 7 }),
      back: fc.nat(6),
      happenings: fc.array(happening, { minLength: 1, maxLength: 40 }),
    });
    let unexpected = 0;
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, twice, poison, first, size, back, happenings }) => {
        const { broken, processor, store, lanes, clock, dependencies, live, drain } = world();
        const log = logOf(count, twice);
        broken.add(log[poison % log.length]?.event.id ?? '');
        let at = first;
        await live(log.slice(0, at));
        const deliver = async () => {
          await live(log.slice(Math.max(0, at - back), at + size));
          at += size;
        };
        const check = () => {
          for (const key of KEYS) {
            const item = store.items.get(key);
            if (!item) continue;
            const fence = Number(item.parked?.through ?? item.lastSequence);
            expect(sum(item.counts)).toBe(ofKey(log, key).filter(({ sequence }) => Number(sequence) <= fence).length);
            expect(item.counts.parked).toBe(store.lanes.get(key)?.length ?? 0);
            expect(item.parked === undefined).toBe(item.counts.parked === 0);
          }
        };
        let call = 0;
        const around = async <Answer>(doIt: () => Promise<Answer>): Promise<Answer> => {
          const what = call < 60 ? happenings[call++ % happenings.length] : 'none';
          check();
          if (what === 'fail-before') throw new Error('injected');
          if (what === 'live-before') await deliver();
          if (what === 'rival') {
            clock.nowMs += 70_000; // the lease has ended, its holder does not know
            await drain('a', 'rival');
          }
          const answer = await doIt();
          if (what === 'live-after') await deliver();
          if (what === 'fail-after') throw new Error('injected');
          check();
          return answer;
        };
        const faulty = {
          ...dependencies,
          store: {
            read: (keys: readonly string[]) => around(() => store.read(keys)),
            readPages: store.readPages.bind(store),
            setAside: store.setAside.bind(store),
            write: (write: Parameters<typeof store.write>[0]) => around(() => store.write(write)),
          },
          lanes: {
            read: (key: string, limit: number) => around(() => lanes.read(key, limit)),
            lease: (...args: Parameters<typeof lanes.lease>) => around(() => lanes.lease(...args)),
            release: (...args: Parameters<typeof lanes.release>) => around(() => lanes.release(...args)),
          },
        };
        await drainLane(processor, { key: 'a', holder: 'while-broken' }, faulty).catch(() => {});
        broken.clear();
        let ended: Drained | undefined;
        for (let tries = 0; tries < 100 && ended?.status !== 'drained'; tries++) {
          clock.nowMs += 70_000;
          ended = await drainLane(processor, { key: 'a', holder: `drainer-${tries}` }, faulty).catch(() => undefined);
        }
        if (ended?.status !== 'drained') unexpected += 1;
        while (at < log.length) await deliver();
        await live(log.slice(-5)); // once more, for no reason
        for (const key of KEYS) {
          await drain(key, 'last');
          expect(store.items.get(key)?.state.ids ?? []).toEqual(idsOf(ofKey(log, key)));
          const facts = store.writes.flatMap(({ item }) => (item.key === key ? item.outbox.map(({ id }) => id) : []));
          expect(facts).toEqual(idsOf(ofKey(log, key)).map(id => `fact-${id}`));
          expect(store.items.get(key)?.parked).toBeUndefined();
        }
        check();
      }),
      { numRuns: 300 },
    );
    expect(unexpected).toBe(0);
  });
});
