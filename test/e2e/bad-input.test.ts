/** Whatever bad comes in ends as a named outcome in the ledger, for each of the three guarantees; on a virtual clock. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { eventIdKey, newUlid, seededRandom } from '../../core/index.ts';
import { type BankAssembly, bankAssembly } from '../support/bank/bank-assembly.ts';
import { Bank, HOPS, type Purchase } from '../support/bank/bank-platform.ts';
import { accountOf } from '../support/bank/deeds.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const ADA = accountOf('ada');
const DAY_MS = 24 * 60 * 60 * 1000;

let built: BankAssembly;
let bank: Bank;
const random = seededRandom(41);

beforeAll(() => {
  built = bankAssembly({ maxRecordAgeHours: 1 });
});
afterAll(() => built.release());
afterEach(() => bank.close());

function purchase(product: string, visitor = 'ada', id?: string): Purchase {
  return { id: id ?? newUlid(Date.parse('2026-01-05T08:00:00Z'), random), visitor, product };
}

/** Of every hop. */
const each = (counts: object) => ({ statement: counts, booking: counts, telling: counts });

test('an event that nobody can carry out parks its key, and is drained once it can be, counted once all the time', async () => {
  bank = await Bank.open(built);
  const sent = [purchase('fine'), purchase('closed'), purchase('fine'), purchase('fine'), purchase('fine', 'bob')];
  await bank.send(sent);
  await bank.pass(60_000);
  expect(await bank.reconcile()).toMatchObject({
    unexplained: [],
    explained: [],
    hops: { collector: { accepted: 5 }, ...each({ applied: 2, parked: 3 }) },
  });
  for (const hop of HOPS) {
    const { keys } = await bank.ask<{ keys: { key: string; records: number; reason: string }[] }>(hop, { parked: {} });
    expect(keys).toMatchObject([{ key: ADA, records: 3, reason: 'the counter is closed' }]);
    const stopped = { id: sent[1]?.id, reason: 'the counter is closed' };
    expect(await bank.drain(hop, ADA)).toMatchObject({ status: 'stopped', stopped });
  }
  await bank.openCounter();
  for (const hop of HOPS) {
    const taken = { applied: 3, duplicate: 0, quarantined: 0, redelivered: 0 };
    expect(await bank.drain(hop, ADA)).toEqual({ status: 'drained', taken });
  }
  await bank.send([purchase('closed')]);
  await bank.pass(60_000);
  expect(await bank.reconcile()).toMatchObject({
    unexplained: [],
    explained: [],
    hops: each({ applied: 6, parked: 0 }),
  });
  const places = (await bank.items('entries')).filter(({ account }) => account === ADA);
  const inOrder = places.toSorted((a, b) => Number(a.place) - Number(b.place)).map(({ id }) => id);
  expect(inOrder.slice(0, 4)).toEqual(sent.slice(0, 4).map(({ id }) => id));
});

test('the same id with another payload is quarantined; and every outcome is proved where the lines are lost', async () => {
  bank = await Bank.open(built);
  const first = purchase('fine');
  await bank.send([
    first,
    purchase('other', 'ada', first.id),
    first,
    purchase('closed', 'bob'),
    purchase('fine', 'bob'),
  ]);
  await bank.pass(60_000);
  for (const hop of HOPS) bank.loseLines(hop);
  const counts = { applied: 3, duplicate: 3, quarantined: 3, parked: 6 };
  const report = await bank.reconcile();
  expect(report).toMatchObject({ unexplained: [], uncounted: { accepted: 0, ...counts } });
  expect(new Set(report.explained.map(({ status, hop }) => `${status} ${hop}`))).toEqual(
    new Set(HOPS.map(hop => `uncounted ${hop}`)),
  );

  // and an event that nobody remembers is named, with the key that its processor has it under
  for (const hop of ['booking', 'telling']) {
    const Key = { id: { S: eventIdKey(first.id) } };
    await bank.cloud.call('dynamodb', 'DeleteItem', { TableName: `millrace-dev-${hop}-idempotency`, Key });
  }
  await bank.cloud.call('dynamodb', 'DeleteItem', {
    TableName: 'millrace-dev-statement-state',
    Key: { key: { S: ADA } },
  });
  const { unexplained } = await bank.reconcile();
  for (const hop of HOPS) {
    const named = unexplained.filter(finding => finding.hop === hop && finding.id === first.id);
    expect(named[0], hop).toMatchObject({ key: ADA, sequence: expect.any(String), lastSeen: 'stream' });
  }
});

test('sequence numbers that go back: what a fold does not know is quarantined, what others do not know takes effect', async () => {
  bank = await Bank.open(built);
  const sent = purchase('fine');
  await bank.send([sent]);
  await bank.pass(60_000);
  await bank.reconcile();
  const event = {
    specversion: '1.0',
    id: purchase('fine').id,
    source: 'https://bank.example',
    type: 'behaviour.purchase.completed.v1',
    subject: 'ada',
    time: '2026-01-05T08:00:00Z',
    data: { product: 'fine', quantity: 1, unitPrice: 1, currency: 'EUR', invoice: '1' },
  };
  const record = {
    eventID: 'shardId-000000000000:12',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/millrace-dev-events',
    kinesis: {
      sequenceNumber: '12', // of a stream that was made anew
      partitionKey: 'ada',
      approximateArrivalTimestamp: bank.cloud.clock.now() / 1000,
      data: Buffer.from(JSON.stringify(event)).toString('base64'),
    },
  };
  for (const hop of HOPS) expect(await bank.ask(hop, { Records: [record] })).toEqual({ batchItemFailures: [] });
  const { hops } = await bank.reconcile();
  expect(hops).toMatchObject({
    statement: { applied: 1, quarantined: 1 },
    booking: { applied: 2 },
    telling: { applied: 2 },
  });
});

test('items that somebody edits by hand park their keys, and are drained once they are put back', async () => {
  bank = await Bank.open(built);
  await bank.send([purchase('fine'), purchase('closed', 'bob')]);
  await bank.pass(60_000);
  const damage = async (table: string, key: string) => {
    const TableName = `millrace-dev-${table}`;
    const { Item } = await bank.cloud.call<{ Item: object }>('dynamodb', 'GetItem', {
      TableName,
      Key: marshall({ key }),
    });
    const damaged = { ...Item, ...marshall({ revision: 999 }) };
    await bank.cloud.call('dynamodb', 'PutItem', { TableName, Item: damaged });
    return () => bank.cloud.call('dynamodb', 'PutItem', { TableName, Item });
  };
  const mend = [
    await damage('statement-state', ADA),
    await damage('booking-state', accountOf('bob')),
    await damage('telling-state', accountOf('bob')),
  ];
  await bank.send([purchase('fine'), purchase('fine'), purchase('fine', 'bob')]);
  await bank.pass(60_000);
  const before = await bank.reconcile();
  expect(before).toMatchObject({
    unexplained: [],
    hops: {
      statement: { applied: 1, parked: 4 },
      booking: { applied: 3, parked: 2 },
      telling: { applied: 3, parked: 2 },
    },
  });
  await expect(bank.drain('statement', ADA)).rejects.toThrow('another hand');
  await expect(bank.drain('booking', accountOf('bob'))).rejects.toThrow('another hand');
  for (const put of mend) await put();
  await bank.openCounter();
  for (const hop of HOPS) {
    for (const key of [ADA, accountOf('bob')]) expect(await bank.drain(hop, key)).toMatchObject({ status: 'drained' });
  }
  expect(await bank.reconcile()).toMatchObject({
    unexplained: [],
    explained: [],
    hops: each({ applied: 5, parked: 0 }),
  });
});

test('a handler that never returns: its record stands alone in the end, is given up, and is named', async () => {
  bank = await Bank.open(built);
  const forever = purchase('forever');
  const others = Array.from({ length: 9 }, (_, index) => purchase('fine', `visitor-${index}`));
  await bank.send([...others.slice(0, 5), forever, ...others.slice(5)]);
  await bank.pass(2 * 60 * 60_000);
  const { unexplained, explained, hops } = await bank.reconcile();
  expect(unexplained).toEqual([]);
  // whatever waited behind it in its shard for as long was given up with it, as AWS does
  const shard = explained.find(({ id }) => id === forever.id)?.shard;
  for (const finding of explained) {
    expect(finding).toMatchObject({ status: 'waiting', hop: 'statement', shard, id: expect.any(String) });
    expect(finding.lastSeen).toBe('millrace-dev-statement-failures');
  }
  expect(explained.find(({ id }) => id === forever.id)).toMatchObject({ key: ADA, sequence: expect.any(String) });
  expect(explained.length).toBeLessThan(5);
  const applied = { applied: 10 };
  expect(hops).toMatchObject({ statement: { applied: 10 - explained.length }, booking: applied, telling: applied });
});

test('clocks of functions that jump, forth and back: every event takes effect once, and is accounted for', async () => {
  bank = await Bank.open(built);
  const sent = [purchase('fine'), purchase('fine', 'bob')];
  for (const skewMs of [0, 3 * DAY_MS, -3 * DAY_MS, 0]) {
    bank.skewMs = skewMs;
    await bank.send([...sent, purchase('fine')]); // the same two again, and a new one
    await bank.pass(10 * 60_000);
  }
  expect(await bank.reconcile()).toMatchObject({
    unexplained: [],
    explained: [],
    hops: each({ applied: 6, duplicate: 6 }),
  });
  const calls = await bank.items('partner');
  expect(calls).toHaveLength(6);
  for (const { calls: times } of calls) expect(times).toBe(1);
});
