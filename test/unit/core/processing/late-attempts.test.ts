/**
 * An attempt whose invocation timed out may still have a write on its way. Each test tells an order of events, step by step, in which
 * such a write lands after somebody else has decided otherwise, or just before.
 */
import { describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  defineProcessor,
  drainGatedLane,
  type ExternalDependencies,
  externalBatch,
  externalProcessor,
  type FoldRecord,
  type Gate,
  newUlid,
  type RecordFate,
  schemaContract,
  seededRandom,
  TerminalError,
  type Transaction,
  transactBatch,
  transactProcessor,
  type Validator,
} from '../../../../core/index.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';
import { MemoryFoldStore } from '../../../support/memory-fold-store.ts';
import { MemoryIdempotencyStore } from '../../../support/memory-idempotency-store.ts';
import { MemoryLaneStore } from '../../../support/memory-lane-store.ts';

const isAmount: Validator<number> = (data): data is number => typeof data === 'number';
const paid = schemaContract('bank.amount.paid.v1', isAmount);
type Paid = CloudEvent<number> & { type: 'bank.amount.paid.v1' };
const random = seededRandom(17);
const identity = { name: 'bank', description: 'Books payments', accepts: [paid] } as const;

function payment(sequence: number): FoldRecord<Paid> {
  const event = {
    specversion: '1.0' as const,
    id: newUlid(1_700_000_000_000 + sequence, random),
    source: 'test',
    type: 'bank.amount.paid.v1' as const,
    subject: 'account',
    time: '2026-03-01T09:00:00Z',
    data: 5,
  };
  return { sequence: String(sequence), arrivedAtMs: 5, event };
}

/** What everybody shares, and what each attempt counted. */
function bank() {
  const clock = { ...steppingClock(1_700_000_000_000), sleep: () => new Promise<void>(() => {}) };
  let [nowMs, runs] = [1_700_000_000_000, 0];
  const time = { ...clock, now: () => nowMs };
  const store = new MemoryIdempotencyStore(time);
  const gates = new MemoryFoldStore<Gate>();
  const attempt = () => {
    const fates: RecordFate[] = [];
    const quarantine = async () => true;
    const onWritten = (written: readonly RecordFate[]) => void fates.push(...written);
    return { store, gates, clock: time, ids: seededUlids(runs++), quarantine, onWritten, fates };
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const balance = () => store.items.get('["accounts",{"account":"account"}]')?.sum ?? 0;
  return { store, gates, attempt, pass, balance, lane: () => gates.lanes.get('account') ?? [] };
}

const outcomes = ({ fates }: { readonly fates: readonly RecordFate[] }) => fates.map(({ outcome }) => outcome);

/** A gate that somebody waits at. */
function signal() {
  return Promise.withResolvers<void>();
}

describe('a transaction that lands late', () => {
  /** The rule that the bank has now: none, or that it takes nothing. */
  const processorOf = (takesNothing: boolean) => {
    const definition = defineProcessor({
      ...identity,
      guarantee: 'transact',
      tables: { accounts: { key: ['account'], may: ['change'] } },
      effects: ({ subject, data }) => {
        if (takesNothing) throw new Error('the account is closed');
        return { writes: [{ write: 'change', table: 'accounts', key: { account: subject }, add: { sum: data } }] };
      },
    });
    return transactProcessor(definition, {});
  };
  const drain = (given: ReturnType<typeof bank>) => {
    const ports = given.attempt();
    const drained = drainGatedLane<Paid>(
      { key: 'account', holder: 'operator' },
      {
        ...ports,
        lanes: new MemoryLaneStore(given.gates),
        hasTime: () => true,
        accepts: (event): event is Paid => event.type === 'bank.amount.paid.v1',
        attempt: (records, { hasTime: _hasTime, key, ...reporting }) =>
          transactBatch({ ...processorOf(false), key: () => key }, records, { ...ports, ...reporting, fromLane: true }),
      },
    );
    return { drained, ports };
  };

  it('finds the row of its first event taken once the key is parked, and does nothing', async () => {
    const given = bank();
    const records = [payment(1), payment(2)];
    // 1. an attempt sends its transaction, and its invocation ends before the answer
    const late = given.attempt();
    const [sent, lands] = [signal(), signal()];
    const slow = Object.create(given.store) as MemoryIdempotencyStore;
    slow.commit = async (transaction: Transaction) => {
      sent.resolve();
      await lands.promise;
      return given.store.commit(transaction);
    };
    const lateRun = transactBatch(processorOf(false), records, { ...late, store: slow });
    await sent.promise;
    // 2. the batch is delivered again; by now the account is closed, and the key is parked
    const second = given.attempt();
    expect(await transactBatch(processorOf(true), records, second)).toEqual([]);
    expect(outcomes(second)).toEqual(['parked', 'parked']);
    // 3. the transaction lands: it is cancelled, and its attempt has nothing to count
    lands.resolve();
    await lateRun;
    expect(given.balance()).toBe(0);
    expect(outcomes(late)).not.toContain('applied');
    expect(given.lane()).toHaveLength(2);
    // 4. the account is open again, and the lane is drained: each payment is booked once, and counted once
    const { drained, ports } = drain(given);
    expect(await drained).toMatchObject({ status: 'drained', taken: { applied: 2, redelivered: 0 } });
    expect(outcomes(ports)).toEqual(['applied', 'applied']);
    expect(given.balance()).toBe(10);
  });

  it('is seen when it lands between the decision to park and the parking: then nothing is parked', async () => {
    const given = bank();
    const records = [payment(1), payment(2)];
    // 1. an attempt's transaction is on its way
    const late = given.attempt();
    const [sent, lands] = [signal(), signal()];
    const slow = Object.create(given.store) as MemoryIdempotencyStore;
    slow.commit = async (transaction: Transaction) => {
      sent.resolve();
      await lands.promise;
      return given.store.commit(transaction);
    };
    const lateRun = transactBatch(processorOf(false), records, { ...late, store: slow });
    await sent.promise;
    // 2. another attempt decides that the first event can never take effect; before it can say so, the transaction lands
    const second = given.attempt();
    const overtaken = Object.create(given.store) as MemoryIdempotencyStore;
    overtaken.note = async rows => {
      lands.resolve();
      await lateRun;
      return given.store.note(rows);
    };
    expect(await transactBatch(processorOf(true), records, { ...second, store: overtaken })).toEqual([]);
    // 3. both payments were booked by the first attempt, and counted there; nothing is parked
    expect(outcomes(late)).toEqual(['applied', 'applied']);
    expect(outcomes(second)).toEqual(['redelivered', 'redelivered']);
    expect(given.lane()).toEqual([]);
    expect(given.balance()).toBe(10);
  });

  it('parks by the row alone when the attempt that wrote it died before it could park', async () => {
    const given = bank();
    const records = [payment(1), payment(2)];
    // 1. an attempt takes the row, and dies
    const first = given.attempt();
    const dying = Object.create(given.gates) as MemoryFoldStore<Gate>;
    dying.write = () => new Promise(() => {});
    const sent = signal();
    const seen = Object.create(given.store) as MemoryIdempotencyStore;
    seen.note = async rows => {
      const added = await given.store.note(rows);
      sent.resolve();
      return added;
    };
    void transactBatch(processorOf(true), records, { ...first, store: seen, gates: dying });
    await sent.promise;
    // 2. the batch is delivered again, to a processor that could take it by now: what was decided stands
    const second = given.attempt();
    expect(await transactBatch(processorOf(false), records, second)).toEqual([]);
    expect(outcomes(second)).toEqual(['parked', 'parked']);
    expect(given.gates.items.get('account')?.parked?.reason).toBe('the account is closed');
    // 3. the drain takes it from there
    expect(await drain(given).drained).toMatchObject({ status: 'drained', taken: { applied: 2 } });
    expect(given.balance()).toBe(10);
  });
});

describe('a call that is answered late', () => {
  const definition = defineProcessor({ ...identity, guarantee: 'external', leaseMs: 15_000 });
  const call = (run: () => Promise<unknown>) => externalProcessor(definition, run, {});
  const declined = async () => {
    throw new TerminalError('declined');
  };

  it('cannot record its answer once its lease was taken over and the key parked', async () => {
    const given = bank();
    const records = [payment(1)];
    // 1. an attempt claims the event and calls; its invocation ends, the call goes on
    const late = given.attempt();
    const [called, answers] = [signal(), signal()];
    const lateRun = externalBatch(
      call(async () => {
        called.resolve();
        await answers.promise;
        return 'booked';
      }),
      records,
      late,
    );
    await called.promise;
    // 2. the lease runs out; another attempt takes over, is declined, and parks the key
    given.pass(15_000);
    const second = given.attempt();
    expect(await externalBatch(call(declined), records, second)).toEqual([]);
    expect(outcomes(second)).toEqual(['parked']);
    // 3. the first call is answered: too late, nothing is recorded and nothing counted
    answers.resolve();
    expect((await lateRun)[0]?.reason).toContain('the lease ran out');
    expect(outcomes(late)).toEqual([]);
    expect(given.store.effects).toEqual([]);
    expect(given.lane()).toHaveLength(1);
  });

  it('parks nothing when it is a refusal, and somebody else has the claim by now', async () => {
    const given = bank();
    const records = [payment(1)];
    // 1. an attempt claims and calls; it will be declined, but late
    const late = given.attempt();
    const [called, answers] = [signal(), signal()];
    const lateRun = externalBatch(
      call(async () => {
        called.resolve();
        await answers.promise;
        return declined();
      }),
      records,
      late,
    );
    await called.promise;
    // 2. the lease runs out, another attempt takes over, and its call is under way
    given.pass(15_000);
    const second = given.attempt();
    const [calledAgain, answersAgain] = [signal(), signal()];
    const secondRun = externalBatch(
      call(async () => {
        calledAgain.resolve();
        await answersAgain.promise;
        return 'booked';
      }),
      records,
      second,
    );
    await calledAgain.promise;
    // 3. the first call is declined: whoever has the claim decides, and the key is not parked
    answers.resolve();
    expect((await lateRun)[0]?.reason).toContain('somebody else has it');
    expect(given.lane()).toEqual([]);
    // 4. the second is answered
    answersAgain.resolve();
    expect(await secondRun).toEqual([]);
    expect(outcomes(second)).toEqual(['applied']);
    expect(given.store.effects).toHaveLength(1);
  });

  it('cannot be made again between the refusal and the parking', async () => {
    const given = bank();
    const records = [payment(1)];
    // 1. an attempt is declined; before it parks the key, the same record is delivered to another
    const first = given.attempt();
    const second = given.attempt();
    let secondCalls = 0;
    const gates = Object.create(given.gates) as ExternalDependencies['gates'];
    gates.write = async write => {
      const answered = call(async () => {
        secondCalls += 1;
        return 'booked';
      });
      await externalBatch(answered, records, second);
      return given.gates.write(write);
    };
    await externalBatch(call(declined), records, { ...first, gates });
    // 2. the other made no call: it found the event parked, and parked it
    expect(secondCalls).toBe(0);
    expect(given.store.effects).toEqual([]);
    expect(given.lane()).toHaveLength(1);
    expect([...outcomes(first), ...outcomes(second)].filter(outcome => outcome === 'parked')).toHaveLength(1);
  });
});
