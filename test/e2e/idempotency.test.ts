/** `transact` and `external` on DynamoDB as it answers: real conditions, cancelled transactions, the real SDK. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CloudEvent,
  defineProcessor,
  derivedId,
  externalBatch,
  externalProcessor,
  type FoldRecord,
  type Gate,
  newUlid,
  type RecordFate,
  schemaContract,
  seededRandom,
  TerminalError,
  transactBatch,
  transactProcessor,
  type Validator,
} from '../../core/index.ts';
import { dynamodbFoldStore } from '../../lambdas/adapters/fold-store-dynamodb.ts';
import { dynamodbLeases } from '../../lambdas/adapters/idempotency-dynamodb.ts';
import { dynamodbTransactions } from '../../lambdas/adapters/idempotency-transactions-dynamodb.ts';
import { unpackOutbox } from '../../lambdas/adapters/outbox-attribute.ts';
import { router } from '../../local/wire/router.ts';
import { listen, type WireServer } from '../../local/wire/server.ts';
import { dynamodb } from '../local/dynamodb/dynamodb-fixture.ts';
import { seededUlids, steppingClock } from '../support/fixed-ports.ts';
import { mortal } from '../support/memory-idempotency-store.ts';

const TABLES = {
  rows: ['id'],
  state: ['key'],
  parked: ['lane', 'sequence'],
  outbox: ['key', 'sequence'],
  totals: ['account'],
  lists: ['owner'],
} as const;

const db = dynamodb();
let server: WireServer;
let client: DynamoDBClient;

beforeAll(async () => {
  for (const [TableName, names] of Object.entries(TABLES)) {
    await db.call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    });
  }
  server = await listen(router(db.cloud, { principalOf: () => undefined, mounts: {} }), { port: 0 });
  const endpoint = `http://127.0.0.1:${server.port}`;
  client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

interface Deed {
  readonly kind: 'add' | 'append' | 'tell' | 'throw' | 'unfit';
  readonly amount: number;
}

const isDeed: Validator<Deed> = (data): data is Deed => data !== undefined;
const deedDone = schemaContract('deeds.deed.done.v1', isDeed);
const told = (event: CloudEvent) => ({ ...event, id: derivedId(event.id, 'told'), type: 'deeds.deed.told.v1' });

const definition = defineProcessor({
  name: 'deeds',
  description: 'Does what it is told',
  guarantee: 'transact',
  accepts: [deedDone],
  tables: {
    totals: { key: ['account'], may: ['change'] },
    lists: { key: ['owner'], may: ['read', 'put'] },
  },
  reads: ({ data, subject }) => (data.kind === 'append' ? [{ table: 'lists', key: { owner: subject } }] : []),
  effects: (event, { found }) => {
    const { kind, amount } = event.data;
    const owner = event.subject;
    if (kind === 'throw') throw new Error('no deed');
    if (kind === 'tell') return { writes: [], emitted: [told(event)] };
    if (kind === 'add')
      return { writes: [{ write: 'change', table: 'totals', key: { account: owner }, add: { sum: amount } }] };
    // nobody may change a key: DynamoDB refuses it, and nobody else knows
    if (kind === 'unfit') {
      const key = { account: owner };
      return { writes: [{ write: 'change', table: 'totals', key, set: { account: 'other' } }] };
    }
    const ids = [...((found('lists', { owner })?.ids as string[] | undefined) ?? []), event.id];
    const expect = ids.length > 1 ? { size: ids.length - 1 } : ('absent' as const);
    return { writes: [{ write: 'put', table: 'lists', item: { owner, ids, size: ids.length }, expect }] };
  },
});
const calling = defineProcessor({
  name: 'calls',
  description: 'Calls somebody',
  guarantee: 'external',
  accepts: [deedDone],
  facts: (event, _answer: { readonly n: number }) => [told(event)],
});

type DeedRecord = FoldRecord<CloudEvent<Deed> & { type: 'deeds.deed.done.v1' }>;
const random = seededRandom(5);
let sequences = 0;

function record(subject: string, kind: Deed['kind'], given: { id?: string; amount?: number } = {}): DeedRecord {
  const { id = newUlid(1_700_000_000_000, random), amount = 1 } = given;
  const event = {
    specversion: '1.0' as const,
    id,
    source: 'test',
    type: 'deeds.deed.done.v1' as const,
    subject,
    time: '2026-03-01T09:00:00Z',
    data: { kind, amount },
  };
  return { sequence: String(1000 + sequences++), arrivedAtMs: 5, event };
}

async function scan(TableName: keyof typeof TABLES): Promise<Record<string, unknown>[]> {
  const answer = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return (answer.Items ?? []).map(item => unmarshall(item));
}

function world() {
  const clock = steppingClock(1_700_000_000_000);
  const ids = seededUlids(sequences + 1);
  const options = { client, clock, ids, tableName: 'rows', outboxTable: 'outbox' };
  const lanes = { tableName: 'parked', processor: 'deeds' };
  const gates = dynamodbFoldStore<Gate>({ ...options, tableName: 'state', layout: { keyAttribute: 'key' }, lanes });
  const fates: RecordFate[] = [];
  const quarantined = new Set<string>();
  const quarantine = async ({ record: { sequence } }: RecordFate) => {
    const isNew = !quarantined.has(sequence);
    quarantined.add(sequence);
    return isNew;
  };
  const onWritten = (each: readonly RecordFate[]) => fates.push(...each);
  const ports = { gates, clock, ids, quarantine, onWritten };
  const transactions = dynamodbTransactions({ ...options, tables: { totals: 'totals', lists: 'lists' } });
  return { clock, fates, ports, transactions, leases: dynamodbLeases(options) };
}

const tally = (fates: readonly RecordFate[]) => {
  const counts: Record<string, number> = {};
  for (const { outcome } of fates) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

async function factsOf(key: string): Promise<string[]> {
  const entries = (await scan('outbox')).filter(item => item.key === key);
  entries.sort((a, b) => (String(a.sequence) < String(b.sequence) ? -1 : 1));
  return entries.flatMap(({ outbox }) => unpackOutbox(outbox as Uint8Array)).map(text => JSON.parse(text).id);
}

describe('transact on DynamoDB', () => {
  const processor = transactProcessor(definition, {});

  test('effects, rows and facts are one transaction, whatever is known, changed or unfit', async () => {
    const { ports, transactions, fates } = world();
    const first = record('t1', 'add', { amount: 4 });
    expect(await transactBatch(processor, [first], { ...ports, store: transactions })).toEqual([]);
    const batch = [
      first,
      record('t1', 'add', { id: first.event.id, amount: 4 }),
      record('t1', 'add', { id: first.event.id, amount: 5 }),
      record('t1', 'append'),
      record('t1', 'append'),
      record('t2', 'add'),
      record('t2', 'unfit'),
      record('t2', 'add'),
      record('t3', 'tell'),
      record('t3', 'tell'),
    ];
    expect(await transactBatch(processor, batch, { ...ports, store: transactions })).toEqual([]);
    expect(tally(fates)).toEqual({ applied: 6, redelivered: 1, duplicate: 1, quarantined: 1, parked: 2 });
    const totals = (await scan('totals')).filter(({ account }) => /^t\d$/.test(String(account)));
    expect(totals.map(({ account, sum }) => [account, sum]).toSorted()).toEqual([
      ['t1', 4],
      ['t2', 1],
    ]);
    expect((await scan('lists')).find(({ owner }) => owner === 't1')).toMatchObject({ size: 2 });
    expect(await factsOf('t3')).toEqual(batch.slice(8).map(({ event }) => derivedId(event.id, 'told')));
    expect((await scan('parked')).filter(({ lane }) => lane === 'deeds#t2')).toHaveLength(2);
    const row = (await scan('rows')).find(({ sequence }) => sequence === first.sequence);
    expect(row).toMatchObject({ status: 'completed', expiresAt: 1_700_000_000 + 48 * 60 * 60 });
  });

  const step = fc.record({
    key: fc.constantFrom('k', 'l'),
    kind: fc.constantFrom('add' as const, 'append' as const, 'tell' as const, 'throw' as const),
    again: fc.option(fc.nat(9), { freq: 4 }),
  });

  test('every event takes effect once and in order, wherever its processor dies', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.nat(9),
        fc.boolean(),
        async (steps, calls, diesAfter) => {
          const prefix = `p${run++}-`;
          const records: DeedRecord[] = [];
          for (const { key, kind, again } of steps) {
            const earlier = again === null ? undefined : records[again];
            const { id, subject, data } = earlier?.event ?? {
              id: undefined,
              subject: `${prefix}${key}`,
              data: { kind },
            };
            records.push(record(subject, data.kind, id === undefined ? {} : { id }));
          }
          const { ports, transactions } = world();
          const fuse = { callsLeft: calls + 1, diesAfter };
          const dying = { ...ports, gates: mortal(ports.gates, fuse), store: mortal(transactions, fuse) };
          await transactBatch(processor, records, dying).catch(() => undefined);
          expect(await transactBatch(processor, records, { ...ports, store: transactions })).toEqual([]);
          for (const subject of [`${prefix}k`, `${prefix}l`]) {
            const ofKey = records.filter(({ event }) => event.subject === subject);
            const poisoned = ofKey.findIndex(({ event }) => event.data.kind === 'throw');
            const done = ofKey.slice(0, poisoned < 0 ? ofKey.length : poisoned);
            const effects = done.filter((each, at) => done.findIndex(({ event }) => event.id === each.event.id) === at);
            const of = (kind: Deed['kind']) =>
              effects.filter(({ event }) => event.data.kind === kind).map(({ event }) => event.id);
            const { sum } = (await scan('totals')).find(({ account }) => account === subject) ?? { sum: 0 };
            expect(sum).toBe(of('add').length);
            const { ids } = (await scan('lists')).find(({ owner }) => owner === subject) ?? { ids: [] };
            expect(ids).toEqual(of('append'));
            expect(await factsOf(subject)).toEqual(of('tell').map(id => derivedId(id, 'told')));
            const lane = (await scan('parked')).filter(item => item.lane === `deeds#${subject}`);
            expect(lane).toHaveLength(ofKey.length - done.length);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('external on DynamoDB', () => {
  function caller(given: { readonly timeoutMs?: number; readonly keepErrors?: boolean } = {}) {
    const calls: string[] = [];
    const processor = externalProcessor(
      { ...calling, ...given },
      async (event, { idempotencyKey }) => {
        calls.push(idempotencyKey);
        if (event.data.kind === 'throw') throw new TerminalError('declined');
        if (event.data.kind === 'unfit' && calls.length === 1) throw new Error('busy');
        return { n: calls.length };
      },
      {},
    );
    return { calls, processor };
  }
  /** Time-outs of calls never strike here: only back-offs of the adapters are waited for. */
  const patient = <World extends ReturnType<typeof world>>({ clock, ports, leases }: World) => ({
    ...ports,
    store: leases,
    clock: { now: clock.now, sleep: () => new Promise<void>(() => undefined) },
  });

  test('claims, answers, facts and refusals stand in rows, and nobody is called for a copy', async () => {
    const given = world();
    const { calls, processor } = caller({ keepErrors: true });
    const records = [record('e1', 'add'), record('e2', 'throw'), record('e1', 'add'), record('e3', 'add')];
    const clash = record('e4', 'tell', { id: records[0]?.event.id ?? '' });
    expect(await externalBatch(processor, [...records, clash], patient(given))).toEqual([]);
    expect(tally(given.fates)).toEqual({ applied: 3, quarantined: 2 });
    expect(calls).toHaveLength(4);
    expect(await factsOf('e1')).toHaveLength(2);
    const rows = new Map((await scan('rows')).map(row => [row.sequence, row]));
    expect(rows.get(records[0]?.sequence)).toMatchObject({ status: 'completed', answer: '{"n":1}', attempts: 1 });
    expect(rows.get(records[1]?.sequence)).toMatchObject({ status: 'refused', reason: 'declined' });
    given.fates.length = 0;
    const again = record('e1', 'add', { id: records[0]?.event.id ?? '' });
    expect(await externalBatch(processor, [...records, again], patient(given))).toEqual([]);
    expect(tally(given.fates)).toEqual({ redelivered: 4, duplicate: 1 });
    expect(calls).toHaveLength(4);
  });

  test('a claim is held against others until its lease ends, and given back when the outside is busy', async () => {
    const given = world();
    const { calls, processor } = caller();
    const busy = record('f1', 'unfit');
    const poison = record('f2', 'throw');
    const failures = await externalBatch(processor, [busy, poison], patient(given));
    expect(failures).toEqual([{ key: 'f1', sequence: busy.sequence, reason: 'busy' }]);
    expect(tally(given.fates)).toEqual({ parked: 1 });
    expect(await externalBatch(processor, [busy], patient(given))).toEqual([]);
    expect(calls.filter(id => id === busy.event.id)).toHaveLength(2);
    expect((await scan('rows')).find(({ sequence }) => sequence === busy.sequence)).toMatchObject({ attempts: 2 });

    const held = record('f3', 'add');
    const { leases, clock } = given;
    const fuse = { callsLeft: 2, diesAfter: true }; // finds, claims, and is gone
    await externalBatch(processor, [held], { ...patient(given), store: mortal(leases, fuse) });
    expect((await externalBatch(processor, [held], patient(given)))[0]?.reason).toContain('may be under way until');
    await clock.sleep(15_000);
    expect(await externalBatch(processor, [held], patient(given))).toEqual([]);
    expect(calls.filter(id => id === held.event.id)).toHaveLength(1);
  });
});
