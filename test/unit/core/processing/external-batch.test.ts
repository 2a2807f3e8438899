import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  defineProcessor,
  derivedId,
  type ExternalDependencies,
  eventIdKey,
  externalBatch,
  externalProcessor,
  type FoldRecord,
  type Gate,
  type KeyFailure,
  newUlid,
  type RecordFate,
  type RecordOutcome,
  schemaContract,
  seededRandom,
  TerminalError,
  type Validator,
} from '../../../../core/index.ts';
import { VirtualClock } from '../../../../local/time/virtual-clock.ts';
import { seededUlids } from '../../../support/fixed-ports.ts';
import { MemoryFoldStore } from '../../../support/memory-fold-store.ts';
import { type Fuse, MemoryIdempotencyStore, mortal } from '../../../support/memory-idempotency-store.ts';

interface Order {
  /** `busy` and `hangs` so many times before it is answered. */
  readonly kind: 'fine' | 'busy' | 'hangs' | 'declined';
  readonly times: number;
}

const isOrder: Validator<Order> = (data): data is Order => data !== undefined;
const ordered = schemaContract('orders.order.placed.v1', isOrder);
const definition = defineProcessor({
  name: 'orders',
  description: 'Has orders carried out by somebody else',
  guarantee: 'external',
  accepts: [ordered],
  timeoutMs: 2_000,
  leaseMs: 3_000,
  facts: (event, answer: { readonly receipt: string }) => [
    { ...event, id: derivedId(event.id, 'done'), type: 'orders.order.done.v1', data: answer.receipt },
  ],
});

type OrderRecord = FoldRecord<CloudEvent<Order> & { type: 'orders.order.placed.v1' }>;
const random = seededRandom(11);
let sequences = 0;

function record(
  key: string,
  kind: Order['kind'] = 'fine',
  given: { times?: number; id?: string; acceptance?: string } = {},
): OrderRecord {
  const { times = 1, ...more } = given;
  const event = {
    specversion: '1.0' as const,
    id: newUlid(1_700_000_000_000, random),
    source: 'test',
    type: 'orders.order.placed.v1' as const,
    subject: key,
    time: '2026-03-01T09:00:00Z',
    ...more,
    data: { kind, times },
  };
  return { sequence: String(1000 + sequences++), arrivedAtMs: 5, event };
}

interface Call {
  readonly id: string;
  readonly startedMs: number;
  endedMs?: number;
  readonly signal: AbortSignal;
}

function world({ keepErrors = false, callsAtOnce = 16 } = {}) {
  const clock = new VirtualClock();
  const store = new MemoryIdempotencyStore(clock);
  const gates = new MemoryFoldStore<Gate>();
  const quarantined = new Map<string, RecordFate>();
  const fates: RecordFate[] = [];
  const calls: Call[] = [];
  let run = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const processor = externalProcessor(
    { ...definition, keepErrors, callsAtOnce },
    async ({ data }, { idempotencyKey, signal }) => {
      const call: Call = { id: idempotencyKey, startedMs: clock.now(), signal };
      const before = calls.filter(({ id }) => id === idempotencyKey).length;
      calls.push(call);
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await clock.sleep(data.kind === 'hangs' && before < data.times ? 1_000_000 : 10);
      atOnce -= 1;
      call.endedMs = clock.now();
      if (data.kind === 'declined') throw new TerminalError('card declined');
      if (data.kind === 'busy' && before < data.times) throw new Error('503');
      return { receipt: `${idempotencyKey}-${before}` };
    },
    {},
  );
  const quarantine = {
    keep: async (fate: RecordFate) => {
      const isNew = !quarantined.has(fate.record.sequence);
      quarantined.set(fate.record.sequence, fate);
      return isNew;
    },
  };
  async function driven<Answer>(work: Promise<Answer>): Promise<Answer> {
    let isDone = false;
    const watched = work.finally(() => {
      isDone = true;
    });
    watched.catch(() => undefined);
    await clock.advanceUntil(() => isDone, 100_000);
    return watched;
  }
  const process = (records: readonly OrderRecord[], given: Partial<ExternalDependencies> & { fuse?: Fuse } = {}) => {
    const { fuse, ...more } = given;
    const mortals = fuse && [mortal(store, fuse), mortal(gates, fuse), mortal(quarantine, fuse)];
    const [usedStore, usedGates, usedQuarantine] = (mortals as [typeof store, typeof gates, typeof quarantine]) ?? [
      store,
      gates,
      quarantine,
    ];
    const work = externalBatch(processor, records, {
      store: usedStore,
      gates: usedGates,
      quarantine: usedQuarantine.keep,
      onWritten: each => fates.push(...each),
      clock,
      ids: seededUlids(run++),
      ...more,
    });
    return driven(work);
  };
  const lane = (key: string) => gates.writes.filter(({ item }) => item.key === key).flatMap(({ lane: rows }) => rows);
  return { clock, store, gates, quarantined, fates, calls, process, lane, most: () => mostAtOnce };
}

type World = ReturnType<typeof world>;

const tally = ({ fates }: World) => {
  const counts: Partial<Record<RecordOutcome, number>> = {};
  for (const { outcome } of fates) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};
const rowOf = ({ store }: World, { event }: OrderRecord) => store.rows.get(eventIdKey(event.id));

describe('externalBatch', () => {
  it('claims together, calls for different keys at once and for one key in turn, and records each answer', async () => {
    const given = world();
    const records = Array.from({ length: 40 }, (_, i) => record(`k${i % 20}`));
    const claims: number[] = [];
    const claim = given.store.claim.bind(given.store);
    const settle = given.store.settle.bind(given.store);
    given.store.claim = async rows => {
      claims.push(rows.length);
      await given.clock.sleep(5);
      return claim(rows);
    };
    given.store.settle = async settlements => {
      await given.clock.sleep(5);
      return settle(settlements);
    };
    expect(await given.process(records)).toEqual([]);
    expect(tally(given)).toEqual({ applied: 40 });
    expect(given.most()).toBe(16);
    expect(claims[0]).toBe(16);
    expect(claims.length).toBeLessThan(12);
    expect(rowOf(given, records[0] ?? record('k'))).toMatchObject({
      status: 'completed',
      answer: { receipt: `${records[0]?.event.id}-0` },
    });
    expect(given.store.outbox).toHaveLength(40);
  });

  it('makes no second call for a copy, gives it the answer, and counts each further acceptance once', async () => {
    const given = world();
    const first = record('k', 'fine', { acceptance: 'a1' });
    const again = { ...record('k'), event: { ...first.event, acceptance: 'a2' } };
    await given.process([first, again]);
    expect(tally(given)).toEqual({ applied: 1, duplicate: 1 });
    given.fates.length = 0;
    expect(await given.process([first, again])).toEqual([]);
    expect(tally(given)).toEqual({ redelivered: 2 });
    expect(given.calls).toHaveLength(1);
  });

  it('refuses another content under a known id, whatever its key, also while the call is under way', async () => {
    const given = world();
    const first = record('k');
    const other = record('k', 'busy', { id: first.event.id });
    const elsewhere = record('l', 'fine', { id: first.event.id });
    expect(await given.process([first, other, elsewhere, record('k')])).toEqual([]);
    expect(tally(given)).toEqual({ applied: 2, quarantined: 2 });
    expect(given.calls).toHaveLength(2);
    expect([...given.quarantined.values()][0]?.reason).toContain('an id must stand for one event');
  });

  it('ends a call that never returns by its time-out, leaves its claim, and makes it again when the lease has run out', async () => {
    const given = world();
    const records = [record('k', 'hangs'), record('k'), record('l')];
    const failures = await given.process(records);
    expect(failures).toEqual([
      { key: 'k', sequence: records[0]?.sequence, reason: 'Cannot wait for the call: it took longer than 2000 ms' },
    ]);
    expect(given.calls[0]?.signal.aborted).toBe(true);
    expect(rowOf(given, records[0] ?? record('k'))).toMatchObject({ status: 'claimed' });
    const early = await given.process(records);
    expect(early[0]?.reason).toContain('Cannot call now: another call for the event may be under way until ');
    await given.clock.advance(1_000);
    expect(await given.process(records)).toEqual([]);
    expect(given.calls.map(({ id }) => id)).toEqual([0, 2, 0, 1].map(i => records[i]?.event.id));
    expect(tally(given)).toMatchObject({ applied: 3 });
  });

  it('gives a claim back when the outside is busy, and goes on with other keys', async () => {
    const given = world();
    const records = [record('k', 'busy'), record('k'), record('l')];
    expect(await given.process(records)).toEqual([{ key: 'k', sequence: records[0]?.sequence, reason: '503' }]);
    expect(await given.process(records)).toEqual([]); // at once
    expect(tally(given)).toMatchObject({ applied: 3 });
  });

  it('parks a key whose call never will succeed, and leaves the event to those who drain its lane', async () => {
    const given = world();
    const records = [record('k'), record('k', 'declined'), record('k'), record('l')];
    expect(await given.process(records)).toEqual([]);
    expect(tally(given)).toEqual({ applied: 2, parked: 2 });
    expect(given.lane('k')).toEqual(records.slice(1, 3));
    expect(given.gates.items.get('k')?.parked?.reason).toBe('card declined');
    expect(rowOf(given, records[1] ?? record('k'))).toMatchObject({ status: 'parked', reason: 'card declined' });
  });

  it('keeps an error that is an answer: quarantined with its reason, once, and the key goes on', async () => {
    const given = world({ keepErrors: true });
    const records = [record('k', 'declined'), record('k')];
    const again = { ...record('k'), event: { ...(records[0] ?? record('k')).event, acceptance: 'a2' } };
    expect(await given.process([...records, again])).toEqual([]);
    expect(tally(given)).toEqual({ applied: 1, quarantined: 1, duplicate: 1 });
    expect([...given.quarantined.values()].map(({ reason }) => reason)).toEqual(['card declined']);
    expect(rowOf(given, records[0] ?? record('k'))).toMatchObject({ status: 'refused', reason: 'card declined' });
    await given.process([...records, again]);
    expect(given.calls).toHaveLength(2);
  });

  it('quarantines a kept error later, when it died between keeping it and the quarantine', async () => {
    const given = world({ keepErrors: true });
    const declined = record('k', 'declined');
    const fuse = { callsLeft: 4, diesAfter: true }; // gates, rows, claim, refusal
    await given.process([declined], { fuse });
    expect(rowOf(given, declined)).toMatchObject({ status: 'refused' });
    expect(given.quarantined.size).toBe(0);
    expect(await given.process([declined])).toEqual([]);
    expect(tally(given)).toEqual({ quarantined: 1 });
    expect(given.calls).toHaveLength(1);
  });

  it('records no answer of a call whose lease ran out and went to somebody else', async () => {
    const given = world();
    const slow = record('k');
    const settle = given.store.settle.bind(given.store);
    given.store.settle = async settlements => {
      given.store.settle = settle;
      const row = rowOf(given, slow);
      if (row?.status === 'claimed') given.store.rows.set(row.id, { ...row, writer: 'somebody else' });
      return settle(settlements);
    };
    expect((await given.process([slow]))[0]?.reason).toContain('the lease ran out');
    expect(given.store.outbox).toEqual([]);
    expect(tally(given)).toEqual({});
  });

  it('begins no call that the invocation has no time for', async () => {
    const given = world();
    const records = [record('k'), record('l')];
    const failures = await given.process(records, { hasTime: () => false });
    expect(failures.map(({ sequence }) => sequence)).toEqual(records.map(({ sequence }) => sequence));
    expect(given.calls).toEqual([]);
    expect(given.store.rows.size).toBe(0);
  });
});

const step = fc.record({
  key: fc.constantFrom('k', 'l', 'm'),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('fine' as const, 'busy' as const) },
    { weight: 1, arbitrary: fc.constantFrom('hangs' as const, 'declined' as const) },
  ),
  again: fc.option(fc.record({ of: fc.nat(30), other: fc.boolean() }), { freq: 4 }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function recordsOf(steps: readonly Step[]): readonly OrderRecord[] {
  const records: OrderRecord[] = [];
  for (const { key, kind, again } of steps) {
    const earlier = again && records[again.of % (records.length || 1)];
    if (!earlier) records.push(record(key, kind));
    else {
      const { id, subject, data } = earlier.event;
      records.push(record(subject, data.kind, { id, times: again.other ? 2 : 1 }));
    }
  }
  return records;
}

/** What has to come of records, however often they are delivered. */
function model(records: readonly OrderRecord[], keepErrors: boolean) {
  const first = new Map<string, OrderRecord>();
  const parked = new Map<string, OrderRecord[]>();
  const applied: OrderRecord[] = [];
  const refused: OrderRecord[] = [];
  let [duplicate, quarantined] = [0, 0];
  for (const each of records) {
    const { id, subject, data } = each.event;
    const known = first.get(id);
    const lane = parked.get(subject);
    if (lane) lane.push(each);
    else if (known) {
      if (known.event.data.times === data.times) duplicate += 1;
      else quarantined += 1;
    } else if (data.kind === 'declined' && !keepErrors) parked.set(subject, [each]);
    else {
      first.set(id, each);
      if (data.kind !== 'declined') applied.push(each);
      else {
        refused.push(each);
        quarantined += 1;
      }
    }
  }
  return { applied, refused, duplicate, quarantined, parked };
}

function expectEffects(given: World, records: readonly OrderRecord[], keepErrors: boolean): void {
  const { applied, refused, parked } = model(records, keepErrors);
  for (const { sequence } of refused) expect(given.quarantined.get(sequence)?.reason).toBe('card declined');
  const { store } = given;
  expect(store.effects.toSorted()).toEqual(applied.map(({ event }) => eventIdKey(event.id)).toSorted());
  for (const key of ['k', 'l', 'm']) {
    const ofKey = applied.filter(({ event }) => event.subject === key).map(({ event }) => event.id);
    const entries = store.outbox.filter(entry => entry.key === key);
    expect(entries.flatMap(({ facts }) => facts.map(({ id }) => id))).toEqual(ofKey.map(id => derivedId(id, 'done')));
    expect(given.lane(key).map(({ sequence }) => sequence)).toEqual((parked.get(key) ?? []).map(each => each.sequence));
  }
  for (const { event } of applied) {
    const calls = given.calls.filter(({ id }) => id === event.id);
    expect(calls.length).toBeGreaterThan(0);
    for (const [index, { startedMs, endedMs }] of calls.entries()) {
      const next = calls[index + 1];
      if (next)
        expect(next.startedMs).toBeGreaterThanOrEqual(Math.min(endedMs ?? Number.POSITIVE_INFINITY, startedMs + 3000));
    }
  }
}

/** Delivers again what failed, as the event source mapping does, until nothing does; leases run out meanwhile. */
async function deliverAll(given: World, records: readonly OrderRecord[]): Promise<void> {
  let open = records;
  for (let round = 0; open.length > 0; round++) {
    if (round > 40) throw new Error(`still open: ${open.length}`);
    const failures: readonly KeyFailure[] = await given.process(open);
    const first = failures.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b)[0];
    open = first === undefined ? [] : records.filter(({ sequence }) => Number(sequence) >= first);
    await given.clock.advance(1_000);
  }
}

describe('externalBatch, whatever is sent', () => {
  it('calls until there is an answer, records one, in order of the key, and gives every record one fate', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, keepErrors) => {
        const given = world({ keepErrors, callsAtOnce: 2 });
        const records = recordsOf(steps);
        await deliverAll(given, records);
        expectEffects(given, records, keepErrors);
        const { applied, duplicate, quarantined, parked } = model(records, keepErrors);
        const { redelivered: _redelivered, ...counts } = tally(given);
        const expected = {
          applied: applied.length,
          duplicate,
          quarantined,
          parked: [...parked.values()].flat().length,
        };
        expect({ applied: 0, duplicate: 0, quarantined: 0, parked: 0, ...counts }).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('and wherever it dies, before or after any call to its ports', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), fc.boolean(), async (steps, keepErrors) => {
        const records = recordsOf(steps);
        for (const diesAfter of [false, true]) {
          for (let calls = 1, isDead = true; isDead; calls++) {
            const given = world({ keepErrors });
            const fuse = { callsLeft: calls, diesAfter };
            await given.process(records, { fuse }).catch(() => undefined);
            isDead = fuse.callsLeft <= 0;
            await deliverAll(given, records);
            expectEffects(given, records, keepErrors);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});
