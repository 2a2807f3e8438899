import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CloudEvent,
  defaultFoldLimits,
  type FoldItem,
  type IdPage,
  IMPRINT_BYTES,
  imprintOf,
  newUlid,
  noRecentIds,
  pageName,
  processBatch,
  type RecordFate,
  seededRandom,
  TerminalError,
} from '../../../../core/index.ts';
import { type Attributes, fromAttributes, toAttributes } from '../../../../lambdas/adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../../../../lambdas/adapters/fold-store-dynamodb.ts';
import { readFoldItem } from '../../../../lambdas/adapters/read-fold-item.ts';
import { packRecentIds, unpackRecentIds } from '../../../../lambdas/adapters/recent-ids-attribute.ts';
import { readOutbox } from '../../../../lambdas/outbox-publisher/read-outbox.ts';
import { OPERATOR, type OpenCloud, openCloud } from '../../../../local/index.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const layout = { keyAttribute: 'id' };
const random = seededRandom(3);
let open: OpenCloud;
let client: DynamoDBClient;

beforeAll(async () => {
  open = await openCloud({ port: 0 });
  const credentials = { accessKeyId: 'anyone', secretAccessKey: 'anything' };
  client = new DynamoDBClient({ endpoint: open.endpoint, region: 'eu-west-1', credentials });
  for (const [TableName, keys] of [
    ['states', ['id']],
    ['lanes', ['lane', 'sequence']],
  ] as const) {
    await call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    });
  }
});

afterAll(async () => {
  client.destroy();
  await open.close();
});

// biome-ignore lint/suspicious/noExplicitAny: the shape differs by operation, and a wrong guess fails the test
function call(operation: string, input: Record<string, unknown>): Promise<any> {
  return open.cloud.call({ service: 'dynamodb', operation, input, principal: OPERATOR });
}

/** A store as a function of its own has it: warm when it is used again, cold when it is new. */
function newStore(seed = 1) {
  const ports = { clock: steppingClock(0), ids: seededUlids(seed) };
  const lanes = { tableName: 'lanes', processor: 'adder' };
  return dynamodbFoldStore<number>({ client, tableName: 'states', layout, lanes, ...ports });
}

const adder = {
  name: 'adder',
  accepts: (event: CloudEvent): event is CloudEvent => event.type !== '',
  key: (event: CloudEvent) => event.subject,
  initialState: () => 0,
  evolve: (state: number, event: CloudEvent) => ({ state: state + Number(event.data), emitted: [] }),
};

let sequence = 1_000;
function record(subject: string, data: unknown, given: Partial<CloudEvent> = {}) {
  sequence += 1;
  const id = newUlid(sequence * 1000, random);
  const envelope = {
    specversion: '1.0',
    source: 'test',
    type: 'test.sum.added.v1',
    time: '2026-01-01T00:00:00Z',
  } as const;
  return { sequence: String(sequence), arrivedAtMs: sequence, event: { ...envelope, id, subject, data, ...given } };
}

async function run(records: ReturnType<typeof record>[], store = newStore()) {
  const fates: RecordFate[] = [];
  const failures = await processBatch(adder, records, {
    store,
    quarantine: async () => true,
    onWritten: done => fates.push(...done),
    limits: { ...defaultFoldLimits, recentIds: { ...defaultFoldLimits.recentIds, mostInItem: 10, onPage: 30 } },
  });
  expect(failures).toEqual([]);
  return fates.map(({ outcome }) => outcome);
}

async function itemOf(id: string): Promise<Attributes> {
  const { Item } = await client.send(new GetItemCommand({ TableName: 'states', Key: { id: { S: id } } }));
  return Item ?? {};
}

const pagesOf = async (key: string) =>
  (await call('Scan', { TableName: 'states' })).Items.filter((item: { id: { S: string } }) =>
    item.id.S.startsWith(`${key}#ids#`),
  );

describe('pages of a fold in DynamoDB', () => {
  it('know a batch of 500 events of one key again, in a function that has just been started', async () => {
    const batch = Array.from({ length: 500 }, () => record('busy', 1));
    const applied = await run(batch);
    expect(new Set(applied)).toEqual(new Set(['applied']));
    const again = batch.map(({ event }) => record('busy', 1, { id: event.id }));
    expect(new Set(await run(again, newStore(2)))).toEqual(new Set(['duplicate']));
    expect(fromAttributes(await itemOf('busy'), layout)).toMatchObject({ state: 500, counts: { duplicate: 500 } });
  });

  it('expire by themselves, hold nothing but ids, and are neither published nor shown', async () => {
    await run(Array.from({ length: 40 }, () => record('shown', 1)));
    const [page] = await pagesOf('shown');
    expect(Object.keys(page).sort()).toEqual(['expiresAt', 'id', 'ids']);
    expect(Number(page.expiresAt.N)).toBeGreaterThanOrEqual(2 * 24 * 3600);
    const Keys = { id: page.id };
    for (const eventName of ['INSERT', 'REMOVE'] as const) {
      const change = { Keys, NewImage: page, SequenceNumber: '1' };
      expect(readOutbox({ eventName, dynamodb: change })).toMatchObject({ events: [], unreadable: [] });
    }
    expect(await readFoldItem(client, { name: 'states', keyAttribute: 'id' }, page.id.S)).toBeUndefined();
  });

  it('are left behind by a crash before the item is written, and do no harm', async () => {
    const store = newStore();
    const batch = Array.from({ length: 40 }, () => record('crash', 1));
    const write = store.write.bind(store);
    await expect(
      processBatch(adder, batch, {
        store: {
          ...store,
          write: async each => {
            await write({ ...each, expected: { revision: 99, lastSequence: 'x' } });
          },
        },
        quarantine: async () => true,
      }),
    ).resolves.toHaveLength(1);
    expect(await itemOf('crash')).toEqual({});
    expect(new Set(await run(batch))).toEqual(new Set(['applied']));
  });

  it('park their key when one is missing or was changed: an event might be applied twice', async () => {
    for (const damage of ['missing', 'damaged']) {
      const batch = Array.from({ length: 40 }, () => record(damage, 1));
      await run(batch);
      for (const { id, ids } of await pagesOf(damage)) {
        await call('DeleteItem', { TableName: 'states', Key: { id } });
        if (damage === 'missing') continue;
        const changed = Buffer.from(ids.B, 'base64').fill(7, 0, 1).toString('base64');
        await call('PutItem', { TableName: 'states', Item: { id, ids: { B: changed } } });
      }
      const again = batch.slice(0, 2).map(({ event }) => record(damage, 1, { id: event.id }));
      expect(await run(again, newStore(5))).toEqual(['parked', 'parked']);
      expect(fromAttributes(await itemOf(damage), layout)).toMatchObject({
        state: 40,
        parked: { reason: expect.stringMatching(new RegExp(`^Cannot read page .* it is ${damage}$`)) },
      });
    }
  });

  it('never replace an item of a fold, though its key looks like theirs', async () => {
    const imprints = imprintOf(record('owner', 1).event);
    const name = pageName('owner', imprints);
    await run([record(`owner#ids#${name}`, 7)]);
    const page: IdPage = {
      name,
      imprints,
      count: 1,
      lastArrivedMs: 1,
      expiresAtMs: 2,
      span: { from: 0, until: 1 },
    };
    const counts = { applied: 1, duplicate: 0, parked: 0, quarantined: 0 };
    const item: FoldItem<number> = { key: 'owner', state: 1, revision: 1, recentIds: noRecentIds, outbox: [], counts };
    await expect(newStore().write({ item, lane: [], pages: [page] })).rejects.toThrow(TerminalError);
    expect(fromAttributes(await itemOf(`owner#ids#${name}`), layout).state).toBe(7);
  });

  it('set the records of an item aside that was edited by hand', async () => {
    await run([record('edited', 1)]);
    await call('UpdateItem', {
      TableName: 'states',
      Key: { id: { S: 'edited' } },
      UpdateExpression: 'SET #state = :state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': { N: '1000' } },
    });
    expect(await run([record('edited', 1), record('untouched', 2)])).toEqual(
      expect.arrayContaining(['parked', 'applied']),
    );
    const lanes = await call('Query', {
      TableName: 'lanes',
      KeyConditionExpression: 'lane = :lane',
      ExpressionAttributeValues: { ':lane': { S: 'adder#edited' } },
    });
    expect(lanes.Items.map((row: { reason: { S: string } }) => row.reason.S)).toEqual([
      "Cannot read item 'edited': it was changed by another hand than its processor's",
    ]);
    expect((await itemOf('edited')).state).toEqual({ N: '1000' });
  });
});

describe('packRecentIds', () => {
  const hex = (digits: number) =>
    fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map(all => all.join(''));
  const imprint = fc
    .uint8Array({ minLength: IMPRINT_BYTES, maxLength: IMPRINT_BYTES })
    .map(bytes => Buffer.from(bytes).toString('latin1'));
  const idTime = fc.nat(2 ** 40 - 1);
  const span = fc.record({ from: idTime, until: idTime });
  const arrival = fc.nat(0xffffff).map(units => units * 256);
  const page = fc.record({ name: hex(12), span, count: fc.nat(0xffff), lastArrivedMs: arrival });

  it('packs a memory so that it comes back as it was, and in a size that can be told beforehand', () => {
    const memory = fc.record({
      imprints: fc.array(imprint, { minLength: 1, maxLength: 60 }).map(each => each.join('')),
      span,
      pages: fc.array(page, { maxLength: 64 }),
      forgottenUntilMs: arrival,
    });
    fc.assert(
      fc.property(memory, recentIds => {
        const packed = packRecentIds(recentIds);
        expect(packed).toHaveLength(16 + 23 * recentIds.pages.length + recentIds.imprints.length);
        expect(unpackRecentIds(packed)).toEqual(recentIds);
      }),
    );
    expect(packRecentIds(noRecentIds)).toBeUndefined();
    expect(unpackRecentIds(undefined)).toEqual(noRecentIds);
  });

  it('refuses what it did not pack', () => {
    for (const bytes of [[], [9], [0, ...new Array(15).fill(0), 1]]) {
      expect(() => unpackRecentIds(new Uint8Array(bytes))).toThrow(/^Cannot read (recent ids|imprints)/);
    }
    expect(
      toAttributes({ key: 'k', state: 1, revision: 1, recentIds: noRecentIds, outbox: [], counts }, layout),
    ).not.toHaveProperty('recentIds');
  });
  const counts = { applied: 0, duplicate: 0, parked: 0, quarantined: 0 };
});
