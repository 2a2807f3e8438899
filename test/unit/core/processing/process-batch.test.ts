import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
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
    const failures = await processBatch(processor, batch, { store, onWritten: done => fates.push(...done) });
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

describe('processBatch', () => {
  it('applies each event once and emits each fact once, whatever the batches, redeliveries, crashes and lost answers', async () => {
    const deliveries = fc
      .array(step, { minLength: 1, maxLength: 12 })
      .map(steps => [...steps, { size: 25, back: 0, crash: false }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), deliveries, faults, async (seed, steps, plan) => {
        const events = traffic(seed, 120);
        const expected = model(events);
        const store = new MemoryFoldStore<SessionProfile>();
        let call = 0;
        store.fault = () => (call < 200 ? (plan[call++ % plan.length] ?? 'none') : 'none');
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
    const failures = await processBatch(processor, log, { store });
    expect(failures).toEqual([{ key: 'a', sequence: '7000', reason: 'the table is gone' }]);
    expect(store.items.get('b')?.state.pages).toBe(1);
  });

  it('reads and folds again when somebody else wrote meanwhile, and loses neither write', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    const log = records([pageViewed(0), pageViewed(1)]);
    await processBatch(processor, log.slice(0, 1), { store });
    const read = store.read.bind(store);
    store.read = async keys => {
      const items = await read(keys);
      store.read = read;
      const item = store.items.get('visitor-1');
      if (item) store.items.set('visitor-1', { ...item, revision: 2, state: { ...item.state, abandonedCarts: 7 } });
      return items;
    };
    expect(await processBatch(processor, log, { store })).toEqual([]);
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
    expect(await processBatch(processor, log, { store, onWritten: done => fates.push(...done) })).toEqual([]);
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
      expect(await processBatch(processor, log, { store, onWritten: done => fates.push(...done) })).toEqual([]);
    }
    expect(store.lanes.get('a')?.map(({ sequence }) => sequence)).toEqual(['7000', '7006']);
    expect(store.items.get('b')?.state.pages).toBe(1);
    expect(fates.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'parked', 'parked']);
  });

  it('reports a damaged key when its lane is out of reach too, and leaves the batch to be read again in an outage', async () => {
    const store = new MemoryFoldStore<SessionProfile>();
    store.read = () => Promise.reject(new TerminalError('damaged'));
    store.setAside = () => Promise.reject(new Error('no table'));
    const log = records([pageViewed(0, 'a')]);
    expect(await processBatch(processor, log, { store })).toEqual([{ key: 'a', sequence: '7000', reason: 'damaged' }]);
    store.read = () => Promise.reject(new Error('no network'));
    await expect(processBatch(processor, log, { store })).rejects.toThrow('no network');
  });
});
