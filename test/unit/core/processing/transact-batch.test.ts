import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  defineProcessor,
  derivedId,
  eventIdKey,
  type FoldRecord,
  type Gate,
  type KeyFailure,
  newUlid,
  type Obstacle,
  type RecordFate,
  type RecordOutcome,
  schemaContract,
  seededRandom,
  TerminalError,
  ThrottledError,
  type TransactDependencies,
  transactBatch,
  transactProcessor,
  type Validator,
} from '../../../../core/index.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';
import { MemoryFoldStore } from '../../../support/memory-fold-store.ts';
import { type Fuse, MemoryIdempotencyStore, mortal } from '../../../support/memory-idempotency-store.ts';

interface Deed {
  readonly kind: 'add' | 'append' | 'tell' | 'throw' | 'impossible' | 'stock' | 'peek';
  readonly amount: number;
}

const isDeed: Validator<Deed> = (data): data is Deed => data !== undefined;
const deedDone = schemaContract('deeds.deed.done.v1', isDeed);

const definition = defineProcessor({
  name: 'deeds',
  description: 'Does what it is told',
  guarantee: 'transact',
  accepts: [deedDone],
  settings: ['factor'],
  tables: {
    totals: { key: ['account'], may: ['read', 'change'] },
    lists: { key: ['owner'], may: ['read', 'put'] },
    stock: { key: ['article'], may: ['read', 'put', 'check'] },
  },
  emits: true,
  reads: ({ data, subject }) => {
    if (data.kind === 'append') return [{ table: 'lists', key: { owner: subject } }];
    if (data.kind === 'peek') return [{ table: 'totals', key: { account: 'a1' } }];
    return data.kind === 'stock' ? [{ table: 'stock', key: { article: 'tea' } }] : [];
  },
  effects: (event, { found, settings }) => {
    const { kind, amount } = event.data;
    const account = `a${amount % 3}`;
    switch (kind) {
      case 'add':
        return {
          writes: [{ write: 'change', table: 'totals', key: { account }, add: { sum: amount * settings.factor } }],
        };
      case 'tell':
        return { writes: [], emitted: [{ ...event, id: derivedId(event.id, 'told'), type: 'deeds.deed.told.v1' }] };
      case 'append': {
        const before = found('lists', { owner: event.subject });
        const ids = [...((before?.ids as string[] | undefined) ?? []), event.id];
        const item = { owner: event.subject, ids, size: ids.length };
        const expect = before ? { size: ids.length - 1 } : ('absent' as const);
        return { writes: [{ write: 'put', table: 'lists', item, expect }] };
      }
      case 'stock': {
        const left = Number(found('stock', { article: 'tea' })?.left ?? 1000) - amount;
        return { writes: [{ write: 'put', table: 'stock', item: { article: 'tea', left } }] };
      }
      case 'peek':
        return {
          writes: [{ write: 'put', table: 'lists', item: { owner: event.id, ...found('totals', { account: 'a1' }) } }],
        };
      case 'impossible':
        return { writes: [{ write: 'check', table: 'stock', key: { article: 'none' }, expect: 'present' }] };
      case 'throw':
        throw new Error('no deed');
    }
  },
});
const deeds = transactProcessor(definition, { factor: 2 });

type DeedRecord = FoldRecord<CloudEvent<Deed> & { type: 'deeds.deed.done.v1' }>;
const random = seededRandom(7);
let sequences = 0;

function record(
  key: string,
  kind: Deed['kind'],
  given: { amount?: number; id?: string; acceptance?: string } = {},
): DeedRecord {
  const { amount = 1, ...more } = given;
  const event = {
    specversion: '1.0' as const,
    id: newUlid(1_700_000_000_000, random),
    source: 'test',
    type: 'deeds.deed.done.v1' as const,
    subject: key,
    time: '2026-03-01T09:00:00Z',
    ...more,
    data: { kind, amount },
  };
  return { sequence: String(1000 + sequences++), arrivedAtMs: 5, event };
}

function world() {
  const clock = steppingClock(1_700_000_000_000);
  const store = new MemoryIdempotencyStore(clock);
  const gates = new MemoryFoldStore<Gate>();
  const quarantined = new Map<string, RecordFate>();
  const fates: RecordFate[] = [];
  let run = 0;
  const quarantine = {
    keep: async (fate: RecordFate) => {
      const isNew = !quarantined.has(fate.record.sequence);
      quarantined.set(fate.record.sequence, fate);
      return isNew;
    },
  };
  const process = (
    records: readonly DeedRecord[],
    { fuse, ...more }: Partial<TransactDependencies> & { fuse?: Fuse } = {},
  ) => {
    const ports = { store, gates, quarantine };
    const used = fuse
      ? { store: mortal(store, fuse), gates: mortal(gates, fuse), quarantine: mortal(quarantine, fuse) }
      : ports;
    return transactBatch(deeds, records, {
      store: used.store,
      gates: used.gates,
      quarantine: used.quarantine.keep,
      onWritten: each => fates.push(...each),
      clock,
      ids: seededUlids(run++),
      ...more,
    });
  };
  const lane = (key: string) => gates.writes.filter(({ item }) => item.key === key).flatMap(({ lane: rows }) => rows);
  return { clock, store, gates, quarantined, fates, process, lane };
}

type World = ReturnType<typeof world>;

const outcomes = ({ fates }: World) => fates.map(({ outcome }) => outcome);
const tally = (world: World) => {
  const counts: Partial<Record<RecordOutcome, number>> = {};
  for (const outcome of outcomes(world)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};
const rest = (records: readonly DeedRecord[], failures: readonly KeyFailure[]) => {
  const first = failures.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b)[0];
  return first === undefined ? [] : records.filter(({ sequence }) => Number(sequence) >= first);
};

describe('transactBatch', () => {
  it('puts as many events as fit into a transaction, and asks for nothing while nothing is known', async () => {
    const given = world();
    const records = Array.from({ length: 150 }, (_, i) => record(`k${i % 40}`, 'add', { amount: i }));
    const calls: string[] = [];
    const store = new Proxy(given.store, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...input: unknown[]) => {
          calls.push(String(name));
          return Reflect.apply(member, target, input);
        };
      },
    });
    expect(await given.process(records, { store })).toEqual([]);
    expect(calls).toEqual(['commit', 'commit']); // 97 rows and 3 sums, then the rest
    expect(tally(given)).toEqual({ applied: 150 });
    const sums = [...given.store.items.values()].map(({ sum }) => sum);
    expect(sums.reduce((total: number, sum) => total + Number(sum), 0)).toBe(2 * ((149 * 150) / 2));
  });

  it('drops what is known from a transaction, counts each further acceptance once, and tells copies from them', async () => {
    const given = world();
    const first = record('k', 'add', { acceptance: 'a1' });
    await given.process([first]);
    const copy = { ...record('k', 'add'), event: first.event };
    const again = { ...record('k', 'add'), event: { ...first.event, acceptance: 'a2' } };
    const batch = [first, copy, again, record('k', 'add')];
    expect(await given.process(batch)).toEqual([]);
    expect(outcomes(given).toSorted()).toEqual(['applied', 'applied', 'duplicate', 'redelivered', 'redelivered']);
    given.fates.length = 0;
    expect(await given.process(batch)).toEqual([]);
    expect(tally(given)).toEqual({ redelivered: 4 });
  });

  it('quarantines another content under a known id, whatever its key, once, and goes on with the key', async () => {
    const given = world();
    const first = record('k', 'add');
    const other = record('k', 'add', { id: first.event.id, amount: 7 });
    const elsewhere = record('l', 'add', { id: first.event.id });
    const batch = [first, other, elsewhere, record('k', 'add'), record('l', 'add')];
    expect(await given.process(batch)).toEqual([]);
    expect(tally(given)).toEqual({ applied: 3, quarantined: 2 });
    expect([...given.quarantined.values()].map(({ reason }) => reason)).toEqual(
      Array(2).fill(`an id must stand for one event: '${first.event.id}' came with another content before`),
    );
    given.fates.length = 0;
    await given.process(batch);
    expect(tally(given)).toEqual({ redelivered: 5 });
  });

  it.each(['throw', 'impossible'] as const)('parks a key from an event on that cannot be: %s', async kind => {
    const given = world();
    const before = record('k', 'add');
    const bad = record('k', kind);
    const after = record('k', 'tell');
    expect(await given.process([before, record('l', 'add'), bad, after, record('l', 'tell')])).toEqual([]);
    expect(tally(given)).toEqual({ applied: 3, parked: 2 });
    expect(given.lane('k')).toEqual([bad, after]);
    const later = record('k', 'add');
    expect(await given.process([bad, later, record('l', 'add')])).toEqual([]);
    expect(given.lane('k')).toEqual([bad, after, later]);
    expect(tally(given)).toEqual({ applied: 4, parked: 3, redelivered: 1 });
  });

  it('sends the records of a key whose item is damaged to its lane, and no others', async () => {
    const given = world();
    const read = given.gates.read.bind(given.gates);
    given.gates.read = async keys => {
      if (keys.includes('k')) throw new TerminalError("Cannot read item 'k'");
      return read(keys);
    };
    expect(await given.process([record('k', 'add'), record('l', 'add')])).toEqual([]);
    expect(tally(given)).toEqual({ applied: 1, parked: 1 });
    expect(given.gates.lanes.get('k')).toHaveLength(1);
  });

  it('decides again on what is there now, when an item that was read has changed meanwhile', async () => {
    const given = world();
    const commit = given.store.commit.bind(given.store);
    let isFirst = true;
    given.store.commit = async transaction => {
      if (isFirst) given.store.items.set('["lists",{"owner":"k"}]', { owner: 'k', ids: ['other'], size: 1 });
      isFirst = false;
      return commit(transaction);
    };
    const append = record('k', 'append');
    expect(await given.process([append])).toEqual([]);
    expect(given.store.items.get('["lists",{"owner":"k"}]')).toMatchObject({
      ids: ['other', append.event.id],
      size: 2,
    });
  });

  it('lets an event that reads what an earlier one writes wait until that is written', async () => {
    const given = world();
    const records = [record('k', 'add'), record('l', 'peek'), record('l', 'tell'), record('m', 'add')];
    expect(await given.process(records)).toEqual([]);
    const seen = given.store.items.get(`["lists",{"owner":"${records[1]?.event.id}"}]`);
    expect(seen?.sum).toBe(4); // of both that were before it in the transaction that it could not be in
    expect(given.store.effects).toEqual([0, 3, 1, 2].map(i => eventIdKey(records[i]?.event.id ?? '')));
  });

  it('finds the one event that the tables will never take, parks its key, and lets the others of the transaction go', async () => {
    const given = world();
    const commit = given.store.commit.bind(given.store);
    given.store.commit = async transaction => {
      if (transaction.writes.some(({ write }) => write.write === 'change' && (write.add?.sum ?? 0) > 90)) {
        throw new TerminalError('too much');
      }
      return commit(transaction);
    };
    const records = [record('k', 'add'), record('l', 'add', { amount: 50 }), record('l', 'tell'), record('m', 'add')];
    expect(await given.process(records)).toEqual([]);
    expect(tally(given)).toEqual({ applied: 2, parked: 2 });
    expect(given.lane('l')).toEqual([records[1], records[2]]);
  });

  it('waits while something is busy, and then fails the keys where they stand', async () => {
    const given = world();
    const commit = given.store.commit.bind(given.store);
    let busy = 3;
    given.store.commit = async transaction => {
      if (busy-- <= 0) return commit(transaction);
      const obstacles = transaction.writes.map((): Obstacle => 'busy');
      return { status: 'cancelled', known: new Map(), obstacles, reason: 'Cannot commit: TransactionConflict' };
    };
    const records = [record('k', 'add'), record('k', 'add'), record('l', 'add')];
    expect(await given.process(records)).toEqual([]);
    expect(given.clock.slept).toHaveLength(3);
    busy = Number.POSITIVE_INFINITY;
    const more = [record('k', 'add'), record('k', 'add'), record('l', 'add')];
    const failures = await given.process(more);
    expect(failures.map(({ key, sequence }) => [key, sequence])).toEqual([
      ['k', more[0]?.sequence],
      ['l', more[2]?.sequence],
    ]);
    expect(failures[0]?.reason).toBe('Cannot commit: TransactionConflict (after 8 tries)');
    busy = 1;
    const inTime = await given.process(more, { hasTime: () => false });
    expect(inTime).toHaveLength(2);
  });

  it('knows its own transaction again when only the answer was lost', async () => {
    const given = world();
    const commit = given.store.commit.bind(given.store);
    let isLost = true;
    given.store.commit = async transaction => {
      const outcome = await commit(transaction);
      if (isLost) {
        isLost = false;
        throw new ThrottledError('no answer');
      }
      return outcome;
    };
    expect(await given.process([record('k', 'add'), record('l', 'tell')])).toEqual([]);
    expect(tally(given)).toEqual({ applied: 2 });
    expect(given.store.effects).toHaveLength(2);
  });

  it('keeps the facts of a key together and in order, and names the first of them by its record', async () => {
    const given = world();
    const records = [record('k', 'tell'), record('l', 'tell'), record('k', 'add'), record('k', 'tell')];
    await given.process(records);
    expect(given.store.outbox.map(({ key, sequence, facts }) => [key, sequence, facts.map(({ id }) => id)])).toEqual([
      ['k', records[0]?.sequence, [0, 3].map(i => derivedId(records[i]?.event.id ?? '', 'told'))],
      ['l', records[1]?.sequence, [derivedId(records[1]?.event.id ?? '', 'told')]],
    ]);
  });
});

const step = fc.record({
  key: fc.constantFrom('k', 'l', 'm'),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('add' as const, 'append' as const, 'tell' as const, 'stock' as const) },
    { weight: 1, arbitrary: fc.constantFrom('throw' as const, 'impossible' as const) },
  ),
  amount: fc.integer({ min: 1, max: 9 }),
  again: fc.option(fc.record({ of: fc.nat(30), other: fc.boolean() }), { freq: 5 }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function recordsOf(steps: readonly Step[]): readonly DeedRecord[] {
  const records: DeedRecord[] = [];
  for (const { key, kind, amount, again } of steps) {
    const earlier = again && records[again.of % (records.length || 1)];
    if (!earlier) records.push(record(key, kind, { amount }));
    else {
      const { id, subject, data } = earlier.event;
      records.push(record(subject, data.kind, { id, amount: again.other ? data.amount + 100 : data.amount }));
    }
  }
  return records;
}

/** What has to come of records that are all delivered, however often: a few lines, and nothing of the real thing. */
function model(records: readonly DeedRecord[]) {
  const first = new Map<string, DeedRecord>();
  const parked = new Map<string, DeedRecord[]>();
  const expected = { applied: [] as DeedRecord[], duplicate: 0, quarantined: 0, sum: 0, left: 1000 };
  for (const each of records) {
    const { id, subject, data } = each.event;
    const lane = parked.get(subject);
    const known = first.get(id);
    if (lane) lane.push(each);
    else if (known) {
      if (JSON.stringify(known.event) === JSON.stringify(each.event)) expected.duplicate += 1;
      else expected.quarantined += 1;
    } else if (data.kind === 'throw' || data.kind === 'impossible') parked.set(subject, [each]);
    else {
      first.set(id, each);
      expected.applied.push(each);
      if (data.kind === 'add') expected.sum += 2 * data.amount;
      if (data.kind === 'stock') expected.left -= data.amount;
    }
  }
  return { ...expected, parked };
}

/** Everything that is stored, compared with the model. */
function expectEffects(given: World, records: readonly DeedRecord[]): void {
  const expected = model(records);
  const { store } = given;
  expect(store.effects.toSorted()).toEqual(expected.applied.map(({ event }) => eventIdKey(event.id)).toSorted());
  const items = [...store.items.entries()];
  const sum = items
    .filter(([name]) => name.includes('totals'))
    .reduce((total, [, item]) => total + Number(item.sum), 0);
  expect(sum).toBe(expected.sum);
  expect(store.items.get('["stock",{"article":"tea"}]')?.left ?? 1000).toBe(expected.left);
  for (const key of ['k', 'l', 'm']) {
    const ofKey = expected.applied.filter(({ event }) => event.subject === key);
    expect(store.effects.filter(id => ofKey.some(({ event }) => eventIdKey(event.id) === id))).toEqual(
      ofKey.map(({ event }) => eventIdKey(event.id)),
    );
    const appended = ofKey.filter(({ event }) => event.data.kind === 'append').map(({ event }) => event.id);
    expect(store.items.get(`["lists",{"owner":"${key}"}]`)?.ids ?? []).toEqual(appended);
    const facts = store.outbox.filter(entry => entry.key === key).flatMap(entry => entry.facts);
    const told = ofKey.filter(({ event }) => event.data.kind === 'tell');
    expect(facts.map(({ id }) => id)).toEqual(told.map(({ event }) => derivedId(event.id, 'told')));
    expect(given.lane(key).map(({ sequence }) => sequence)).toEqual(
      (expected.parked.get(key) ?? []).map(({ sequence }) => sequence),
    );
  }
}

describe('transactBatch, whatever is sent', () => {
  it('gives every record one fate, and every event its effect once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const given = world();
        const records = recordsOf(steps);
        expect(await given.process(records)).toEqual([]);
        expectEffects(given, records);
        const { applied, duplicate, quarantined, parked } = model(records);
        const expected = {
          applied: applied.length,
          duplicate,
          quarantined,
          parked: [...parked.values()].flat().length,
        };
        expect({ applied: 0, duplicate: 0, quarantined: 0, parked: 0, ...tally(given) }).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('and wherever it dies, before or after any call, once it is delivered again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        const records = recordsOf(steps);
        for (const diesAfter of [false, true]) {
          for (let calls = 1, isDead = true; isDead; calls++) {
            const given = world();
            const fuse = { callsLeft: calls, diesAfter };
            await given.process(records, { fuse }).catch(() => undefined);
            isDead = fuse.callsLeft <= 0;
            expect(await given.process(records)).toEqual([]);
            expectEffects(given, records);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('and however often something is busy, as only what failed is delivered again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer(), async (steps, seed) => {
        const given = world();
        const luck = seededRandom(seed);
        const flaky = new Proxy(given.store, {
          get: (target, name) => {
            const member = Reflect.get(target, name);
            if (typeof member !== 'function') return member;
            return async (...input: unknown[]) => {
              if (luck() < 0.35) throw new ThrottledError('busy');
              const answer = await Reflect.apply(member, target, input);
              if (luck() < 0.2) throw new ThrottledError('answer lost');
              return answer;
            };
          },
        });
        const records = recordsOf(steps);
        let open = records;
        for (let round = 0; open.length > 0 && round < 200; round++) {
          open = rest(
            records,
            await given.process(open, { store: round < 100 ? flaky : given.store, hasTime: () => luck() < 0.6 }),
          );
        }
        expect(open).toEqual([]);
        expectEffects(given, records);
      }),
      { numRuns: 150 },
    );
  });
});
