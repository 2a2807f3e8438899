import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  type Drained,
  defineProcessor,
  derivedId,
  drainGatedLane,
  externalBatch,
  externalProcessor,
  type FoldRecord,
  type Gate,
  type GatedDrain,
  newUlid,
  type RecordFate,
  schemaContract,
  seededRandom,
  TerminalError,
  transactBatch,
  transactProcessor,
  type Validator,
} from '../../../../core/index.ts';
import { seededUlids } from '../../../support/fixed-ports.ts';
import { MemoryFoldStore } from '../../../support/memory-fold-store.ts';
import { type Fuse, MemoryIdempotencyStore, mortal } from '../../../support/memory-idempotency-store.ts';
import { MemoryLaneStore } from '../../../support/memory-lane-store.ts';

interface Deed {
  readonly amount: number;
}
const isDeed: Validator<Deed> = (data): data is Deed => data !== undefined;
const deedDone = schemaContract('deeds.deed.done.v1', isDeed);
type DeedEvent = CloudEvent<Deed> & { type: 'deeds.deed.done.v1' };
type DeedRecord = FoldRecord<DeedEvent>;
type Guarantee = 'transact' | 'external';

const KEYS = ['a', 'b'];
const told = (event: CloudEvent) => ({ ...event, id: derivedId(event.id, 'told'), type: 'deeds.deed.told.v1' });
const identity = { name: 'deeds', description: 'Does what it is told', accepts: [deedDone] } as const;

/** Each event adds its id to the list of its key, and tells; those of `broken` never can, until somebody mends them. */
function world(guarantee: Guarantee) {
  const broken = new Set<string>();
  const check = ({ id }: CloudEvent) => {
    if (broken.has(id)) throw new TerminalError(`cannot take ${id}`);
  };
  const clock = {
    nowMs: 1_700_000_000_000,
    now: () => clock.nowMs,
    // transactions wait for another try; calls are never too late
    sleep: () => (guarantee === 'transact' ? Promise.resolve() : new Promise<void>(() => {})),
  };
  const store = new MemoryIdempotencyStore(clock);
  const gates = new MemoryFoldStore<Gate>();
  const lanes = new MemoryLaneStore(gates);
  const fates: RecordFate[] = [];
  const calls: string[] = [];
  const kept = new Set<string>();
  const quarantine = async ({ record: { sequence } }: RecordFate) => kept.size !== kept.add(sequence).size;
  const booking = defineProcessor({
    ...identity,
    guarantee: 'transact',
    tables: { lists: { key: ['owner'], may: ['read', 'put'] } },
    reads: ({ subject }) => [{ table: 'lists', key: { owner: subject } }],
    effects: (event, { found }) => {
      check(event);
      const owner = event.subject;
      const ids = [...((found('lists', { owner })?.ids as string[] | undefined) ?? []), event.id];
      const expect = ids.length > 1 ? { size: ids.length - 1 } : ('absent' as const);
      const item = { owner, ids, size: ids.length };
      return { writes: [{ write: 'put', table: 'lists', item, expect }], emitted: [told(event)] };
    },
  });
  const telling = defineProcessor({ ...identity, guarantee: 'external', facts: event => [told(event)] });
  const transacting = transactProcessor(booking, {});
  const calling = externalProcessor(
    telling,
    async (event, { idempotencyKey }) => {
      calls.push(idempotencyKey);
      check(event);
      return 'done';
    },
    {},
  );
  let run = 0;
  const ports = (fuse?: Fuse) => ({
    clock,
    ids: seededUlids(run++),
    store: fuse ? mortal(store, fuse) : store,
    gates: fuse ? mortal(gates, fuse) : gates,
    quarantine,
    onWritten: (written: readonly RecordFate[]) => void fates.push(...written),
  });
  const live = (records: readonly DeedRecord[]) =>
    guarantee === 'transact' ? transactBatch(transacting, records, ports()) : externalBatch(calling, records, ports());
  const drainOf = (fuse?: Fuse): GatedDrain<DeedEvent> => {
    const given = ports(fuse);
    return {
      ...given,
      lanes,
      accepts: (event): event is DeedEvent => event.type === 'deeds.deed.done.v1',
      maxRecords: 4,
      hasTime: () => true,
      attempt: (records, { hasTime: _hasTime, key, ...reporting }) =>
        guarantee === 'transact'
          ? transactBatch({ ...transacting, key: () => key }, records, { ...given, ...reporting, fromLane: true })
          : externalBatch({ ...calling, key: () => key }, records, { ...given, ...reporting, fromLane: true }),
    };
  };
  const drain = (key = 'a', { holder = 'me', fuse }: { holder?: string; fuse?: Fuse } = {}): Promise<Drained> =>
    drainGatedLane({ key, holder }, drainOf(fuse));
  const lane = (key: string) => gates.lanes.get(key) ?? [];
  /** What is counted in the end: what left a lane is no longer parked. */
  const counted = () => {
    const counts = { applied: 0, duplicate: 0, quarantined: 0, parked: KEYS.flatMap(lane).length };
    for (const { outcome } of fates) if (outcome !== 'redelivered' && outcome !== 'parked') counts[outcome] += 1;
    return counts;
  };
  return { broken, clock, store, gates, lanes, fates, calls, kept, live, drain, drainOf, lane, counted };
}

const random = seededRandom(31);

interface Step {
  readonly key: string;
  /** An earlier event, and whether it comes with another content. */
  readonly again: { readonly of: number; readonly other: boolean } | null;
}

function logOf(steps: readonly Step[]): readonly DeedRecord[] {
  const log: DeedRecord[] = [];
  for (const [index, { key, again }] of steps.entries()) {
    const earlier = again === null ? undefined : log[again.of % (log.length || 1)]?.event;
    const event: DeedEvent = {
      specversion: '1.0',
      id: earlier?.id ?? newUlid(1_700_000_000_000 + index, random),
      source: 'test',
      type: 'deeds.deed.done.v1',
      subject: earlier?.subject ?? key,
      time: '2026-03-01T09:00:00Z',
      acceptance: `acceptance-${index}`,
      data: { amount: earlier && again?.other ? index : (earlier?.data.amount ?? -1) },
    };
    log.push({ sequence: String(9_990 + index), arrivedAtMs: 5, event, shard: '0' });
  }
  return log;
}

const plainLog = (count: number, key = 'a') => logOf(Array.from({ length: count }, () => ({ key, again: null })));
const idsOf = (log: readonly DeedRecord[], key = 'a') => [
  ...new Set(log.filter(({ event }) => event.subject === key).map(({ event }) => event.id)),
];
const toldOf = ({ store }: ReturnType<typeof world>, key = 'a') =>
  store.outbox.filter(entry => entry.key === key).flatMap(({ facts }) => facts.map(({ id }) => id));

describe.each(['transact', 'external'] as const)('drainGatedLane of a processor that guarantees %s', guarantee => {
  it('takes what waited through the processor, in order, over many steps, and unparks the key', async () => {
    const given = world(guarantee);
    const log = plainLog(11);
    given.broken.add(log[2]?.event.id ?? '');
    expect(await given.live(log)).toEqual([]);
    expect(given.lane('a')).toHaveLength(9);
    given.broken.clear();
    const taken = { applied: 9, duplicate: 0, quarantined: 0, redelivered: 0 };
    expect(await given.drain()).toEqual({ status: 'drained', taken });
    expect(toldOf(given)).toEqual(idsOf(log).map(id => derivedId(id, 'told')));
    expect(given.counted()).toEqual({ applied: 11, duplicate: 0, quarantined: 0, parked: 0 });
    expect(given.gates.items.get('a')).toMatchObject({ counts: { parked: 0 }, lastSequence: log.at(-1)?.sequence });
    expect(given.gates.items.get('a')).not.toHaveProperty('parked');
    const [later] = logOf([{ key: 'a', again: null }]);
    expect(await given.live(later ? [{ ...later, sequence: '10500' }] : [])).toEqual([]);
    expect(given.counted()).toMatchObject({ applied: 12, parked: 0 });
  });

  it('stops at the first that still fails, says why, and leaves it and the rest as they are', async () => {
    const given = world(guarantee);
    const log = plainLog(9);
    const ids = idsOf(log);
    given.broken.add(ids[1] ?? '').add(ids[6] ?? '');
    await given.live(log);
    given.broken.delete(ids[1] ?? '');
    const stopped = { sequence: log[6]?.sequence, id: ids[6], reason: `cannot take ${ids[6]}` };
    expect(await given.drain()).toMatchObject({ status: 'stopped', taken: { applied: 5 }, stopped });
    expect(await given.drain()).toMatchObject({ status: 'stopped', taken: { applied: 0 }, stopped });
    expect(given.lane('a').map(({ event }) => event.id)).toEqual(ids.slice(6));
    expect(given.gates.items.get('a')?.parked).toMatchObject({ through: log.at(-1)?.sequence });
    given.broken.clear();
    expect(await given.drain()).toMatchObject({ status: 'drained', taken: { applied: 3 } });
  });

  it('counts in a lane what was sent again as a duplicate, and keeps aside what reuses an id', async () => {
    const given = world(guarantee);
    const log = logOf([
      { key: 'a', again: null },
      { key: 'a', again: { of: 0, other: false } },
      { key: 'a', again: { of: 0, other: true } },
    ]);
    given.broken.add(log[0]?.event.id ?? '');
    await given.live(log);
    given.broken.clear();
    const taken = { applied: 1, duplicate: 1, quarantined: 1, redelivered: 0 };
    expect(await given.drain()).toEqual({ status: 'drained', taken });
    expect([...given.kept]).toEqual([log[2]?.sequence]);
  });

  it('finishes what a drainer left that died between the effect and the end of its row, and counts it once', async () => {
    for (let callsLeft = 1; callsLeft < 12; callsLeft++) {
      const given = world(guarantee);
      const log = plainLog(3);
      given.broken.add(log[0]?.event.id ?? '');
      await given.live(log);
      given.broken.clear();
      await given.drain('a', { fuse: { callsLeft, diesAfter: false } }).catch(() => undefined);
      given.clock.nowMs += 70_000;
      expect(await given.drain('a', { holder: 'next' })).toMatchObject({ status: 'drained' });
      expect(given.counted()).toEqual({ applied: 3, duplicate: 0, quarantined: 0, parked: 0 });
      expect(given.store.effects).toHaveLength(3);
    }
  });

  it('leaves the key to the drainer that holds its lease', async () => {
    const given = world(guarantee);
    const log = plainLog(2);
    given.broken.add(log[0]?.event.id ?? '');
    await given.live(log);
    given.broken.clear();
    given.lanes.leases.set('a', { holder: 'ada', untilMs: given.clock.nowMs + 1 });
    expect(await given.drain()).toMatchObject({ status: 'held', held: { holder: 'ada' }, taken: { applied: 0 } });
  });

  it('ends when there is no time for the next record, having kept what was done', async () => {
    const given = world(guarantee);
    const log = plainLog(9);
    given.broken.add(log[0]?.event.id ?? '');
    await given.live(log);
    given.broken.clear();
    const done = await drainGatedLane({ key: 'a', holder: 'me' }, { ...given.drainOf(), hasTime: () => false });
    expect(done).toMatchObject({ status: 'more', taken: { applied: 4 } });
    expect(given.lane('a')).toHaveLength(5);
  });

  const step = fc.record({
    key: fc.constantFrom(...KEYS),
    again: fc.option(fc.record({ of: fc.nat(20), other: fc.boolean() }), { freq: 4 }),
  });

  it('gives every record one fate and every event one effect, in order, whatever dies and whatever comes meanwhile', async () => {
    const plan = fc.record({
      steps: fc.array(step, { minLength: 4, maxLength: 16 }),
      poison: fc.nat(15),
      first: fc.nat(15),
      deaths: fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 5 }),
      diesAfter: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, poison, first, deaths, diesAfter }) => {
        const given = world(guarantee);
        const log = logOf(steps);
        given.broken.add(log[poison % log.length]?.event.id ?? '');
        let at = Math.max(1, first % log.length);
        await given.live(log.slice(0, at));
        given.broken.clear();
        for (const [index, callsLeft] of deaths.entries()) {
          given.clock.nowMs += 70_000; // claims and leases of the dead run out
          await given.drain('a', { holder: `dies-${index}`, fuse: { callsLeft, diesAfter } }).catch(() => undefined);
          await given.live(log.slice(Math.max(0, at - 2), at + 2));
          at = Math.min(log.length, at + 2);
        }
        given.clock.nowMs += 70_000;
        await given.live(log.slice(Math.max(0, at - 3)));
        for (const key of KEYS) expect(await given.drain(key, { holder: 'last' })).toMatchObject({ status: 'drained' });
        expect(await given.live(log)).toEqual([]); // all of it once more, for no reason
        for (const key of KEYS) {
          expect(toldOf(given, key)).toEqual(idsOf(log, key).map(id => derivedId(id, 'told')));
          expect(given.lane(key)).toEqual([]);
        }
        const seen = new Map<string, number>();
        const conflicts = log.filter(({ event: { id, data } }) => {
          if (!seen.has(id)) seen.set(id, data.amount);
          return seen.get(id) !== data.amount;
        }).length;
        const [applied, quarantined] = [seen.size, conflicts];
        const expected = { applied, quarantined, duplicate: log.length - applied - quarantined, parked: 0 };
        if (!diesAfter) expect(given.counted()).toEqual(expected); // else an answer was lost, and with it what it said
      }),
      { numRuns: 150 },
    );
  });
});
