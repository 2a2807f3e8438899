import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  defaultFoldLimits,
  type FoldRecord,
  processBatch,
  type RecordFate,
  TerminalError,
} from '../../../../core/index.ts';
import type { SessionProfile } from '../../../../domains/behaviour/aggregates/session-profile.ts';
import { visitorTraffic } from '../../../../domains/behaviour/demo/visitor-traffic.ts';
import { type BehaviourEvent, isBehaviourEvent } from '../../../../domains/behaviour/events/behaviour-event.ts';
import {
  evolveProfile,
  sessionProfileProcessor,
} from '../../../../domains/behaviour/processors/session-profile-processor.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { MemoryFoldStore, type WriteFault } from '../../../support/memory-fold-store.ts';

const options = { sessionGapMs: 30 * 60_000 };
const processor = sessionProfileProcessor(options);
const quarantine = async () => true;
/** So little room that most of the memory is on pages. */
const small = {
  ...defaultFoldLimits,
  recentIds: { ...defaultFoldLimits.recentIds, leastInItem: 1, mostInItem: 4, onPage: 7 },
};
const NOW_MS = Date.UTC(2026, 2, 6);

function records(events: readonly BehaviourEvent[]): FoldRecord<BehaviourEvent>[] {
  return events.map((event, i) => ({ sequence: String(7_000 + i * 3), arrivedAtMs: NOW_MS + i, event }));
}

/** What must come of the events, computed without batches, fences or stores. */
function model(events: readonly BehaviourEvent[]) {
  const states = new Map<string, SessionProfile>();
  const facts: CloudEvent[] = [];
  const seen = new Set<string>();
  for (const event of events) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    const next = evolveProfile(states.get(event.subject) ?? processor.initialState(event.subject), event, options);
    states.set(event.subject, next.state);
    facts.push(...next.emitted);
  }
  return { states, facts };
}

function traffic(seed: number, count: number): BehaviourEvent[] {
  const events: BehaviourEvent[] = [];
  for (const { event, kind } of visitorTraffic({ seed, visitors: 5, now: () => NOW_MS, duplicateShare: 0.1 })) {
    if (kind !== 'malformed' && isBehaviourEvent(event as CloudEvent)) events.push(event as BehaviourEvent);
    if (events.length >= count) break;
  }
  return events;
}

/** Delivers as Lambda does: in order, again from the first failed record, sometimes again for no reason. */
async function deliver(
  store: MemoryFoldStore<SessionProfile>,
  log: readonly FoldRecord<BehaviourEvent>[],
  steps: readonly { size: number; back: number; crash: boolean }[],
) {
  const fates: RecordFate[] = [];
  let at = 0;
  for (let turn = 0; at < log.length; turn++) {
    const step = steps[turn % steps.length] ?? { size: 1, back: 0, crash: false };
    if (turn > log.length * 20) throw new Error('no progress');
    const start = Math.max(0, at - step.back);
    const batch = log.slice(start, at + step.size);
    const failures = await processBatch(processor, batch, {
      store,
      quarantine,
      onWritten: done => fates.push(...done),
    });
    if (step.crash) continue; // the handler died after its writes: Lambda delivers the same batch again
    const first = Math.min(...failures.map(failure => log.findIndex(({ sequence }) => sequence === failure.sequence)));
    at = failures.length > 0 ? first : at + step.size;
  }
  return fates;
}

const step = fc.record({ size: fc.integer({ min: 1, max: 40 }), back: fc.nat(30), crash: fc.boolean() });
const faults = fc.array(fc.constantFrom<WriteFault>('none', 'none', 'none', 'fail-before', 'fail-after'), {
  minLength: 3,
  maxLength: 30,
});

/** How many writes behind the first read of a key is: an eventually consistent one may be. */
const lags = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 5), { minLength: 1, maxLength: 12 });

describe('processBatch', () => {
  it('applies each event once and emits each fact once, whatever the batches, redeliveries, crashes, lost answers and stale reads', async () => {
    const deliveries = fc
      .array(step, { minLength: 1, maxLength: 12 })
      .map(steps => [...steps, { size: 25, back: 0, crash: false }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), deliveries, faults, lags, async (seed, steps, plan, ago) => {
        const events = traffic(seed, 120);
        const expected = model(events);
        const store = new MemoryFoldStore<SessionProfile>();
        let call = 0;
        store.fault = () => (call < 200 ? (plan[call++ % plan.length] ?? 'none') : 'none');
        let look = 0;
        store.lag = () => ago[look++ % ago.length] ?? 0;
        await deliver(store, records(events), steps);
        for (const [visitor, state] of expected.states) expect(store.items.get(visitor)?.state).toEqual(state);
        const emitted = store.writes.flatMap(write => write.item.outbox);
        expect(emitted.map(fact => fact.id).sort()).toEqual(expected.facts.map(fact => fact.id).sort());
        const counts = [...store.items.values()].reduce(
          (sum, item) => sum + item.counts.applied + item.counts.duplicate,
          0,
        );
        expect(counts).toBe(events.length);
      }),
      { numRuns: 60 },
    );
  });

  it('reads again, and up to date, when what it read had changed: a stale read costs one refused write', async () => {
    const log = records([pageViewed(0, 'a'), pageViewed(1, 'a'), pageViewed(2, 'a')]);
    const store = new MemoryFoldStore<SessionProfile>();
    await processBatch(processor, log.slice(0, 1), { store, quarantine });
    await processBatch(processor, log.slice(1, 2), { store, quarantine });
    store.lag = () => 1;
    let tries = 0;
    const write = store.write.bind(store);
    store.write = async request => {
      tries += 1;
      return write(request);
    };
    expect(await processBatch(processor, log.slice(1), { store, quarantine })).toEqual([]);
    expect(store.items.get('a')).toMatchObject({ revision: 3, counts: { applied: 3 } });
    expect(tries).toBe(2);
  });

  it('refuses nothing by a stale read: a copy of what was refused is not refused once more', async () => {
    const [first, other] = [pageViewed(0, 'a'), pageViewed(1, 'a')];
    const refused = { ...other, id: first.id, acceptance: 'second' };
    const log = records([first, refused, pageViewed(2, 'a'), refused]);
    const store = new MemoryFoldStore<SessionProfile>();
    const kept: string[] = [];
    const keep = async ({ record }: RecordFate) => kept.push(record.sequence) > 0;
    for (const [index, each] of log.entries()) {
      store.lag = () => (index === 3 ? 2 : 0);
      expect(await processBatch(processor, [each], { store, quarantine: keep })).toEqual([]);
    }
    expect(kept).toEqual([log[1]?.sequence]);
    expect(store.items.get('a')?.counts).toMatchObject({ applied: 2, quarantined: 1 });
  });

  it('keeps the order of facts of one visitor', async () => {
    const events = traffic(3, 150);
    const store = new MemoryFoldStore<SessionProfile>();
    await deliver(store, records(events), [{ size: 40, back: 0, crash: false }]);
    const order = (facts: readonly CloudEvent[], subject: string) =>
      facts.filter(fact => fact.subject === subject).map(fact => fact.id);
    const emitted = store.writes.flatMap(write => write.item.outbox);
    const expected = model(events);
    for (const visitor of expected.states.keys())
      expect(order(emitted, visitor)).toEqual(order(expected.facts, visitor));
  });

  it('reports the first record of a key that failed and carries the other keys on', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const log = records([pageViewed(0, 'a'), pageViewed(1, 'b'), pageViewed(2, 'a')]);
    const write = store.write.bind(store);
    store.write = async request => {
      if (request.item.key === 'a') throw new Error('the table is gone');
      return write(request);
    };
    const failures = await processBatch(processor, log, { store, quarantine });
    expect(failures).toEqual([{ key: 'a', sequence: '7000', reason: 'the table is gone' }]);
    expect(store.items.get('b')?.state.pages).toBe(1);
  });

  it('reads and folds again when somebody else wrote meanwhile, and loses neither write', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const log = records([pageViewed(0), pageViewed(1)]);
    await processBatch(processor, log.slice(0, 1), { store, quarantine });
    const read = store.read.bind(store);
    store.read = async keys => {
      const items = await read(keys);
      store.read = read;
      const item = store.items.get('visitor-1');
      if (item) store.items.set('visitor-1', { ...item, revision: 2, state: { ...item.state, abandonedCarts: 7 } });
      return items;
    };
    expect(await processBatch(processor, log, { store, quarantine })).toEqual([]);
    expect(store.items.get('visitor-1')).toMatchObject({ revision: 3, state: { pages: 2, abandonedCarts: 7 } });
  });

  it('parks a key whose write will never be taken, and applies nothing of it', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const write = store.write.bind(store);
    store.write = async request => {
      if (request.item.key === 'a' && request.lane.length === 0) throw new TerminalError('the item is too large');
      return write(request);
    };
    const fates: RecordFate[] = [];
    const log = records([pageViewed(0, 'a'), pageViewed(1, 'b'), pageViewed(2, 'a')]);
    expect(await processBatch(processor, log, { store, quarantine, onWritten: done => fates.push(...done) })).toEqual(
      [],
    );
    expect(store.items.get('a')).toMatchObject({ state: { pages: 0 }, parked: { reason: 'the item is too large' } });
    expect(store.writes.flatMap(({ lane }) => lane.map(({ sequence }) => sequence))).toEqual(['7000', '7006']);
    expect(fates.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'parked', 'parked']);
  });

  it('sets the records of a damaged item aside, each once, and carries the other keys on', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const read = store.read.bind(store);
    store.read = async keys => {
      if (keys.includes('a')) throw new TerminalError("Cannot read item 'a'");
      return read(keys);
    };
    const log = records([pageViewed(0, 'a'), pageViewed(1, 'b'), pageViewed(2, 'a')]);
    const fates: RecordFate[] = [];
    for (let delivery = 0; delivery < 2; delivery++) {
      expect(await processBatch(processor, log, { store, quarantine, onWritten: done => fates.push(...done) })).toEqual(
        [],
      );
    }
    expect(store.lanes.get('a')?.map(({ sequence }) => sequence)).toEqual(['7000', '7006']);
    expect(store.items.get('b')?.state.pages).toBe(1);
    expect(fates.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'parked', 'parked', 'redelivered']);
  });

  it('reports a damaged key when its lane is out of reach too, and leaves the batch to be read again in an outage', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    store.read = () => Promise.reject(new TerminalError('damaged'));
    store.setAside = () => Promise.reject(new Error('no table'));
    const log = records([pageViewed(0, 'a')]);
    expect(await processBatch(processor, log, { store, quarantine })).toEqual([
      { key: 'a', sequence: '7000', reason: 'damaged' },
    ]);
    store.read = () => Promise.reject(new Error('no network'));
    await expect(processBatch(processor, log, { store, quarantine })).rejects.toThrow('no network');
  });

  it('counts each acceptance once, whatever copies a lost answer made of it, parked keys included', async () => {
    const acceptance = fc.record({ event: fc.nat(25), copies: fc.integer({ min: 1, max: 3 }) });
    const plan = fc.record({
      acceptances: fc.array(acceptance, { minLength: 1, maxLength: 80 }),
      sizes: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
      poison: fc.option(fc.nat(25)),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ acceptances, sizes, poison }) => {
        const events = Array.from({ length: 26 }, (_, n) => pageViewed(n, 'a'));
        const log = records(
          acceptances.flatMap(({ event, copies }, index) => {
            const accepted = { ...(events[event] ?? pageViewed(0, 'a')), acceptance: `acceptance-${index}` };
            return Array.from({ length: copies }, () => accepted);
          }),
        );
        const poisonous = {
          ...processor,
          evolve: (state: SessionProfile, event: BehaviourEvent) => {
            if (poison !== null && event.id === events[poison]?.id) throw new Error('poison');
            return processor.evolve(state, event);
          },
        };
        const store = new MemoryFoldStore<SessionProfile>();
        const fates: RecordFate[] = [];
        const dependencies = {
          store,
          quarantine,
          limits: small,
          onWritten: (done: readonly RecordFate[]) => fates.push(...done),
        };
        for (let at = 0, turn = 0; at < log.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          expect(await processBatch(poisonous, log.slice(at, at + size), dependencies)).toEqual([]);
          at += size;
        }
        const count = (outcome: string) => fates.filter(fate => fate.outcome === outcome).length;
        expect(count('applied') + count('duplicate') + count('parked')).toBe(acceptances.length);
        expect(count('redelivered')).toBe(log.length - acceptances.length);
        if (poison === null) expect(count('applied')).toBe(new Set(acceptances.map(({ event }) => event)).size);
      }),
      { numRuns: 150 },
    );
  });

  it('quarantines an event whose id came with another content, before the fence moves past it, and counts it once', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const kept: RecordFate[] = [];
    const keep = async (fate: RecordFate) => {
      expect(store.items.get('visitor-1')?.lastSequence).not.toBe(fate.record.sequence);
      kept.push(fate);
      return true;
    };
    const first = pageViewed(0);
    const log = records([first, { ...first, data: { url: '/other' } }, pageViewed(1)]);
    const fates: RecordFate[] = [];
    const onWritten = (done: readonly RecordFate[]) => fates.push(...done);
    await processBatch(processor, log, { store, quarantine: keep, onWritten });
    expect(kept.map(({ reason }) => reason)).toEqual([
      `an id must stand for one event: '${first.id}' came with another content before`,
    ]);
    expect(store.items.get('visitor-1')).toMatchObject({
      state: { pages: 2 },
      counts: { applied: 2, duplicate: 0, quarantined: 1 },
    });
    await processBatch(processor, log, { store, quarantine: keep, onWritten });
    expect(fates.map(({ outcome }) => outcome)).toEqual([
      'applied',
      'quarantined',
      'applied',
      'redelivered',
      'redelivered',
      'redelivered',
    ]);
  });

  it('delivers again what could not be quarantined, and moves no fence', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const first = pageViewed(0);
    const log = records([first, { ...first, data: { url: '/other' } }]);
    const failures = await processBatch(processor, log, {
      store,
      quarantine: () => Promise.reject(new Error('no S3')),
    });
    expect(failures).toEqual([{ key: 'visitor-1', sequence: '7000', reason: 'no S3' }]);
    expect(store.items.size).toBe(0);
  });

  it('quarantines events whose sequence numbers went back, once, and takes redeliveries for what they are', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const kept = new Set<string>();
    const dependencies = {
      store,
      quarantine: async ({ record }: RecordFate) =>
        !kept.has(record.sequence) && kept.add(record.sequence) !== undefined,
    };
    const fates: RecordFate[] = [];
    const onWritten = (done: readonly RecordFate[]) => fates.push(...done);
    const log = records([pageViewed(0), pageViewed(1)]);
    await processBatch(processor, log, dependencies);
    const older = { sequence: '17', arrivedAtMs: NOW_MS + 99, event: pageViewed(2) };
    for (let delivery = 0; delivery < 2; delivery++) {
      expect(await processBatch(processor, [...log, older], { ...dependencies, onWritten })).toEqual([]);
    }
    expect(fates.filter(({ outcome }) => outcome === 'quarantined').map(({ reason }) => reason)).toEqual([
      'sequence numbers must go up: 17 came after 7003, and its event is not known',
    ]);
    expect(store.items.get('visitor-1')?.state.pages).toBe(2);
  });

  it('parks a key of whose memory a page is missing, rather than apply an event twice', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const log = records(Array.from({ length: 30 }, (_, minute) => pageViewed(minute)));
    await processBatch(processor, log, { store, quarantine, limits: small });
    store.pages.clear();
    const again = [{ sequence: '9000', arrivedAtMs: NOW_MS, event: log[0]?.event ?? pageViewed(0) }];
    expect(await processBatch(processor, again, { store, quarantine, limits: small })).toEqual([]);
    expect(store.items.get('visitor-1')).toMatchObject({
      state: { pages: 30 },
      parked: { reason: expect.stringMatching(/^Cannot read page/) },
    });
  });
});
