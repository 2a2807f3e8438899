/** The deployed handlers against an AWS that is busy, loses answers and lets them die: nothing is lost, nothing doubled. */
import { expect, test, vi } from 'vitest';
import { seedInventory } from '../../cli/demo/seed-inventory.ts';
import { accounts, type FaultRules, type FaultyPlatform, type Sent, withFaults } from './faulty-platform.ts';

const VISITORS = 60;

vi.setConfig({ testTimeout: 240_000 });

const STREAM_BUSY: FaultRules[number] = {
  name: 'stream busy',
  match: { operation: 'PutRecords', caller: '*-collector' },
  when: { skip: 2, times: 8 },
  fault: { kind: 'throttle' },
};

/** Promise 1 and promise 2: every accepted event has ended, and the totals are those of what was sent. */
async function expectExact(faulty: FaultyPlatform, sent: Sent): Promise<void> {
  await faulty.rest();
  await expectSales(faulty, sent);
  const { applied, duplicates, quarantined } = sent;
  const accepted = applied + duplicates + quarantined;
  expect(accounts(await faulty.flow())).toEqual({ accepted, applied, duplicates, quarantined, parked: 0 });
  expect(await faulty.deadLetters()).toEqual([]);
}

async function expectSales(faulty: FaultyPlatform, sent: Sent): Promise<void> {
  const { found, expected } = await faulty.sales(sent.purchases);
  expect(found).toEqual(expected);
}

/** Every trip has the end that it was booked for, and exactly the confirmed ones have seats. */
async function expectTrips(
  faulty: FaultyPlatform,
  trips: readonly { tripId: string; confirmed: boolean }[],
): Promise<void> {
  for (const { tripId, confirmed } of trips) {
    expect([tripId, await faulty.endOf(tripId)]).toEqual([tripId, confirmed ? 'confirmed' : 'cancelled']);
  }
  expect(await faulty.seatsTaken()).toBe(2 * trips.filter(({ confirmed }) => confirmed).length);
}

test('PutRecords takes a part of each batch: the rest is sent again, and every event takes effect once', async () => {
  const fault = { kind: 'partial', share: 0.4 } as const;
  await withFaults([{ name: 'part', match: { operation: 'PutRecords' }, when: { times: 20 }, fault }], async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS, invalid: 5 });
    expect(faulty.struck('part')).toBeGreaterThan(3);
    await expectExact(faulty, sent);
  });
});

test('Kinesis takes nothing for a while: the overflow queue takes over, drains, and every event takes effect once', async () => {
  await withFaults([STREAM_BUSY], async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    await expectExact(faulty, sent);
    const { overflowed, drained } = (await faulty.flow()).counts;
    expect(overflowed).toBeGreaterThan(0);
    expect(drained).toBe(overflowed);
  });
});

test('SendMessageBatch takes a part of what overflows: the rest is sent again', async () => {
  const fault = { kind: 'partial', share: 0.4 } as const;
  const part = { name: 'part', match: { operation: 'SendMessageBatch' }, when: { times: 8 }, fault };
  await withFaults([STREAM_BUSY, part], async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    expect(faulty.struck('part')).toBeGreaterThan(1); // the events of a visitor travel in one message
    await expectExact(faulty, sent);
  });
});

test('PutEvents takes a part of each call: the facts that it refused are published again, none twice into the totals', async () => {
  const fault = { kind: 'partial', share: 0.4 } as const;
  await withFaults([{ name: 'part', match: { operation: 'PutEvents' }, fault }], async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    const trips = await faulty.sendBookings(5);
    await expectExact(faulty, sent);
    await expectTrips(faulty, trips);
    expect(faulty.struck('part')).toBeGreaterThan(10);
  });
});

test('BatchGetItem leaves keys unprocessed: the fold reads them again before it writes', async () => {
  const match = { operation: 'BatchGetItem', principal: 'role' } as const;
  await withFaults([{ name: 'part', match, fault: { kind: 'partial', share: 0.4 } }], async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    await expectExact(faulty, sent);
    expect(faulty.struck('part')).toBeGreaterThan(3);
  });
});

test('the table of the stock is busy, and then an answer is lost: all the stock is on the shelf in the end', async () => {
  const match = { operation: 'PutItem' };
  const rules: FaultRules = [
    { name: 'busy', match, when: { skip: 2, times: 3 }, fault: { kind: 'throttle' } },
    { name: 'lost', match, when: { skip: 6, times: 2 }, fault: { kind: 'fail-after' } },
  ];
  await withFaults(rules, async faulty => {
    const { platform } = faulty;
    await seedInventory(platform.aws, platform.inventoryTable);
    expect([faulty.struck('busy'), faulty.struck('lost')]).toEqual([3, 2]);
    const { Count } = await platform.aws<{ Count: number }>('dynamodb', 'Scan', {
      TableName: platform.inventoryTable,
    });
    expect(Count).toBe(9);
    expect(await faulty.seatsTaken()).toBe(0);
  });
});

test('DeleteMessageBatch keeps a part of what was done: it comes again, in another order, and changes nothing', async () => {
  const rules: FaultRules = [
    {
      name: 'kept',
      match: { operation: 'DeleteMessageBatch', resource: ['*-sales-projection', '*-trip-*'] },
      when: { times: 15 },
      fault: { kind: 'partial', share: 0.5 },
    },
    { name: 'shuffled', match: { operation: 'ReceiveMessage' }, fault: { kind: 'reorder' } },
  ];
  await withFaults(rules, async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    const trips = await faulty.sendBookings(5);
    await expectExact(faulty, sent);
    await expectTrips(faulty, trips);
    expect(faulty.struck('kept')).toBeGreaterThan(3);
    await expectSales(faulty, sent);
  });
});

test('DynamoDB throttles reads, writes and transactions: everything is tried again, and takes effect once', async () => {
  const match = { service: 'dynamodb', principal: 'role' } as const;
  const busy = { name: 'busy', match, when: { probability: 0.15 }, fault: { kind: 'throttle' } } as const;
  await withFaults([busy], async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    const trips = await faulty.sendBookings(10);
    await expectExact(faulty, sent);
    await expectTrips(faulty, trips);
    expect(faulty.struck('busy')).toBeGreaterThan(20);
  });
});

test('handlers die when they are done and have not answered: their work is delivered again, and counts once', async () => {
  const handlers = ['session-profile', 'outbox-publisher', 'sales-projector', 'trip-projector', 'saga-starter'];
  const steps = ['inventory', 'payment', 'notification'];
  const rules: FaultRules = [...handlers, ...steps].map(name => ({
    name,
    match: { service: 'lambda', operation: 'Invoke', resource: `*-${name}*` },
    when: { every: 2, times: 3 },
    fault: { kind: 'crash', at: 'after' },
  }));
  await withFaults(rules, async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    const trips = await faulty.sendBookings(10);
    await expectExact(faulty, sent);
    await expectTrips(faulty, trips);
    for (const { name = '' } of rules) expect(faulty.struck(name), name).toBeGreaterThan(0);
  });
});

test('answers are lost after the effect, everywhere: nothing is counted twice into what people read', async () => {
  const lost = { when: { every: 5, times: 25 }, fault: { kind: 'fail-after' } } as const;
  const rules: FaultRules = [
    {
      name: 'writes',
      match: { service: 'dynamodb', operation: ['PutItem', 'UpdateItem'], principal: 'role' },
      ...lost,
    },
    { name: 'transactions', match: { operation: 'TransactWriteItems', principal: 'role' }, ...lost },
    { name: 'records', match: { operation: 'PutRecords' }, ...lost },
    { name: 'facts', match: { operation: 'PutEvents' }, ...lost },
    { name: 'messages', match: { service: 'sqs', operation: ['SendMessage', 'DeleteMessageBatch'] }, ...lost },
    { name: 'starts', match: { operation: 'StartExecution' }, ...lost },
    { name: 'deaf', match: { operation: 'PutItem' }, ...lost, fault: { kind: 'lose-answer', afterMs: 50 } },
  ];
  await withFaults(rules, async faulty => {
    const sent = await faulty.sendVisits({ visitors: VISITORS });
    const trips = await faulty.sendBookings(10);
    await expectSales(faulty, sent);
    await expectTrips(faulty, trips);
    await faulty.sagasEnded(trips.length);
    expect(await faulty.deadLetters()).toEqual([]);
    for (const { name = '' } of rules) expect(faulty.struck(name), name).toBeGreaterThan(0);
  });
});

test('everything fails a little at the same time: all accounts are exact in the end', async () => {
  const little = { probability: 0.08 };
  const rules: FaultRules = [
    { name: 'slow', match: { service: ['sqs', 'events'] }, when: little, fault: { kind: 'delay', delayMs: 40 } },
    { ...STREAM_BUSY, when: { skip: 4, times: 10 } },
    {
      match: { operation: ['PutRecords', 'SendMessageBatch'] },
      when: { probability: 0.3 },
      fault: { kind: 'partial' },
    },
    { match: { operation: 'PutEvents' }, when: { probability: 0.3 }, fault: { kind: 'partial' } },
    {
      match: { operation: 'DeleteMessageBatch', resource: ['*-sales-projection', '*-trip-*'] },
      when: { probability: 0.3 },
      fault: { kind: 'partial' },
    },
    { match: { service: 'dynamodb', principal: 'role' }, when: little, fault: { kind: 'throttle' } },
    { match: { operation: 'GetRecords' }, when: { probability: 0.05 }, fault: { kind: 'throttle' } },
    { match: { operation: 'ReceiveMessage' }, fault: { kind: 'reorder' } },
    {
      name: 'dies',
      match: { service: 'lambda', resource: ['*-session-profile', '*-outbox-publisher*', '*-sales-projector'] },
      when: { every: 4, times: 8 },
      fault: { kind: 'crash', at: 'after' },
    },
    {
      name: 'never starts',
      match: { service: 'lambda', resource: ['*-saga-starter', '*-trip-projector', '*-payment', '*-inventory'] },
      when: { every: 4, times: 8 },
      fault: { kind: 'crash', at: 'before', as: 'out-of-memory' },
    },
  ];
  await withFaults(rules, async faulty => {
    const sent = await faulty.sendVisits({ visitors: 100, invalid: 10 });
    const trips = await faulty.sendBookings(10);
    await expectExact(faulty, sent);
    await expectTrips(faulty, trips);
    expect(faulty.struck('dies')).toBeGreaterThan(2);
  });
});
