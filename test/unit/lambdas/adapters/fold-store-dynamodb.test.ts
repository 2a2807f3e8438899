import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ConflictError,
  type FoldItem,
  imprintOf,
  type RecentIds,
  TerminalError,
  ThrottledError,
} from '../../../../core/index.ts';
import { type Attributes, fromAttributes, toAttributes } from '../../../../lambdas/adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../../../../lambdas/adapters/fold-store-dynamodb.ts';
import { unpackOutbox } from '../../../../lambdas/adapters/outbox-attribute.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const dynamodb = mockClient(DynamoDBClient);
const layout = {
  keyAttribute: 'visitorId',
  attributes: (state: { n: number }) => (state.n > 5 ? { bucket: '1' } : {}),
};
const store = () =>
  dynamodbFoldStore({
    client: new DynamoDBClient({ region: 'eu-west-1' }),
    tableName: 'profiles',
    layout,
    lanes: { tableName: 'parked', processor: 'session-profile' },
    clock: steppingClock(0),
    ids: seededUlids(1),
  });
const imprints = imprintOf(pageViewed(1)) + imprintOf(pageViewed(2));
const memory: RecentIds = {
  imprints,
  span: { from: 0x0123456789, until: 0x0123456abc },
  pages: [
    {
      name: 'abcdef012345',
      span: { from: 1, until: 2 },
      count: 300,
      lastArrivedMs: 1_024_000,
    },
  ],
  forgottenUntilMs: 2_560,
};
const item: FoldItem<{ n: number }> = {
  key: 'v1',
  state: { n: 3 },
  lastSequence: '42',
  revision: 2,
  recentIds: memory,
  outbox: [pageViewed()],
  counts: { applied: 3, duplicate: 1, parked: 0, quarantined: 0 },
};
const meta = { $metadata: {}, message: '' };

describe('fold item attributes', () => {
  it('give back the item that they were made from', () => {
    expect(fromAttributes(toAttributes(item, layout), layout)).toEqual(item);
    const parked = { ...item, outbox: [], parked: { since: '1', through: '2', reason: 'r', imprints } };
    expect(fromAttributes(toAttributes(parked, layout), layout)).toEqual(parked);
  });

  it('hold the outbox as CloudEvents in text, deflated, and none when nothing was emitted', () => {
    const { outbox } = toAttributes(item, layout);
    expect(unpackOutbox(outbox?.B ?? '')).toEqual(item.outbox.map(event => JSON.stringify(event)));
    expect(outbox?.B?.length).toBeLessThan(JSON.stringify(item.outbox).length);
    expect(toAttributes({ ...item, outbox: [] }, layout)).not.toHaveProperty('outbox');
  });

  it('hold 13 bytes for each recent event, 23 for each page, and the index attributes of the state', () => {
    expect(toAttributes(item, layout).recentIds?.B).toHaveLength(16 + 23 + 2 * 13);
    expect(toAttributes(item, layout)).not.toHaveProperty('bucket');
    expect(toAttributes({ ...item, state: { n: 6 } }, layout).bucket).toEqual({ S: '1' });
    const parked = { since: '1', through: '2', reason: 'r', imprints: '' };
    expect(toAttributes({ ...item, state: { n: 6 }, parked }, layout)).not.toHaveProperty('bucket');
  });

  it('are refused when they are no item: damage is never taken for emptiness', () => {
    expect(() => fromAttributes({ visitorId: { S: 'v1' } }, layout)).toThrow("Cannot read item 'v1'");
    const garbled = { ...toAttributes(item, layout), outbox: { B: new Uint8Array([1, 2, 3]) } };
    expect(() => fromAttributes(garbled, layout)).toThrow(TerminalError);
  });

  it('show a change by another hand, in whatever decides about the next event, and only there', () => {
    const written = toAttributes({ ...item, parked: { since: '1', through: '2', reason: 'r', imprints } }, layout);
    const edits: Attributes[] = [
      { state: { M: { n: { N: '4' } } } },
      { revision: { N: '3' } },
      { lastSequence: { S: '41' } },
      { counts: { M: { applied: { N: '4' } } } },
      { recentIds: { B: new Uint8Array(16) } },
      { parked: { M: {} } },
    ];
    for (const edit of edits) {
      expect(() => fromAttributes({ ...written, ...edit }, layout)).toThrow('changed by another hand');
      expect(() => fromAttributes({ ...written, ...edit }, layout)).toThrow(TerminalError);
    }
    const { seal: _seal, ...unsealed } = written;
    expect(() => fromAttributes(unsealed, layout)).toThrow('changed by another hand');
    const { lastSequence: _lastSequence, ...unfenced } = written;
    expect(() => fromAttributes(unfenced, layout)).toThrow('changed by another hand');
    expect(fromAttributes({ ...written, writtenBy: { S: 'x' }, bucket: { S: '9' } }, layout).state).toEqual({ n: 3 });
  });

  it('are no page of ids, whatever key the page has', () => {
    expect(() => fromAttributes({ visitorId: { S: 'v1' }, ids: { B: new Uint8Array(13) } }, layout)).toThrow(
      "Cannot read item 'v1'",
    );
  });
});

describe('dynamodbFoldStore', () => {
  beforeEach(() => dynamodb.reset());

  it('reads a hundred keys a call, each once, strongly consistent', async () => {
    dynamodb.on(BatchGetItemCommand).resolves({ Responses: { profiles: [toAttributes(item, layout)] } });
    const keys = Array.from({ length: 150 }, (_, i) => `v${i}`);
    expect((await store().read([...keys, 'v1'])).get('v1')).toEqual(item);
    const requests = dynamodb.commandCalls(BatchGetItemCommand).map(call => call.args[0].input.RequestItems?.profiles);
    expect(requests.map(request => request?.Keys?.length)).toEqual([100, 50]);
    expect(requests.every(request => request?.ConsistentRead)).toBe(true);
  });

  it('asks for unprocessed keys again', async () => {
    const Keys = [{ visitorId: { S: 'v1' } }];
    dynamodb
      .on(BatchGetItemCommand)
      .resolvesOnce({ Responses: { profiles: [] }, UnprocessedKeys: { profiles: { Keys } } })
      .resolvesOnce({ Responses: { profiles: [toAttributes(item, layout)] } });
    expect((await store().read(['v1', 'v2'])).size).toBe(1);
    expect(dynamodb.commandCalls(BatchGetItemCommand)[1]?.args[0].input.RequestItems?.profiles?.Keys).toEqual(Keys);
  });

  it('gives up, retryably, on keys that stay unprocessed', async () => {
    dynamodb
      .on(BatchGetItemCommand)
      .resolves({ UnprocessedKeys: { profiles: { Keys: [{ visitorId: { S: 'v1' } }] } } });
    await expect(store().read(['v1'])).rejects.toThrow(ThrottledError);
  });

  it('writes on the condition of revision and fence, and a new item on the condition that there is none', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    await store().write({ item, expected: { revision: 1, lastSequence: '41' }, lane: [] });
    await store().write({ item, expected: { revision: 1 }, lane: [] });
    await store().write({ item, lane: [] });
    const inputs = dynamodb.commandCalls(PutItemCommand).map(call => call.args[0].input);
    expect(inputs.map(input => input.ConditionExpression)).toEqual([
      'revision = :revision AND lastSequence = :sequence',
      'revision = :revision AND attribute_not_exists(lastSequence)',
      'attribute_not_exists(#key)',
    ]);
    expect(inputs[0]?.ExpressionAttributeValues).toEqual({ ':revision': { N: '1' }, ':sequence': { S: '41' } });
  });

  it('says conflict when the item is another, throttled when it is too much', async () => {
    dynamodb.on(PutItemCommand).rejects(new ConditionalCheckFailedException(meta));
    await expect(store().write({ item, lane: [] })).rejects.toThrow(ConflictError);
    dynamodb
      .on(PutItemCommand)
      .rejects(Object.assign(new Error('x'), { name: 'ProvisionedThroughputExceededException' }));
    await expect(store().write({ item, lane: [] })).rejects.toThrow(ThrottledError);
  });

  it('parks in one transaction: the item and the rows of the lane', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    const event = pageViewed();
    const parked = { ...item, parked: { since: '43', through: '43', reason: 'cannot add poison', imprints: '' } };
    const lane = [{ sequence: '43', arrivedAtMs: 5, event }];
    await store().write({ item: parked, expected: { revision: 1, lastSequence: '42' }, lane });
    const items = dynamodb.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(items.map(({ Put }) => Put?.TableName)).toEqual(['profiles', 'parked']);
    expect(items[0]?.Put?.ConditionExpression).toContain('lastSequence = :sequence');
    expect(items[1]?.Put?.Item).toMatchObject({
      lane: { S: 'session-profile#v1' },
      sequence: { S: '43'.padStart(128, '0') },
      event: { S: JSON.stringify(event) },
    });
  });

  it('says conflict when the transaction meets another item or another transaction', async () => {
    for (const Code of ['ConditionalCheckFailed', 'TransactionConflict']) {
      dynamodb
        .on(TransactWriteItemsCommand)
        .rejects(new TransactionCanceledException({ ...meta, CancellationReasons: [{ Code }, { Code: 'None' }] }));
      const lane = [{ sequence: '43', arrivedAtMs: 5, event: pageViewed() }];
      await expect(store().write({ item, lane })).rejects.toThrow(ConflictError);
    }
  });

  it("knows its own write again when only the answer was lost, and nobody else's", async () => {
    const mine = store();
    let written: Attributes = {};
    dynamodb.on(PutItemCommand).callsFake(input => {
      if (!written.writtenBy) written = input.Item;
      throw new ConditionalCheckFailedException({ ...meta, Item: written });
    });
    const write = { item, expected: { revision: 1, lastSequence: '41' }, lane: [] };
    await mine.write(write);
    // one of the same revision that the store made before, and that a stale read did not see
    await expect(mine.write(write)).rejects.toThrow(ConflictError);
    await expect(mine.write({ ...write, item: { ...item, revision: 3 } })).rejects.toThrow(ConflictError);
    written = { ...written, writtenBy: { S: 'somebody else' } };
    await expect(mine.write(write)).rejects.toThrow(ConflictError);
  });

  it('says terminal what DynamoDB will never take, in a put, in a transaction, or before it is sent', async () => {
    const lane = [{ sequence: '43', arrivedAtMs: 5, event: pageViewed() }];
    dynamodb.on(PutItemCommand).rejects(Object.assign(new Error('too large'), { name: 'ValidationException' }));
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejects(new TransactionCanceledException({ ...meta, CancellationReasons: [{ Code: 'ValidationError' }] }));
    await expect(store().write({ item, lane: [] })).rejects.toThrow(TerminalError);
    await expect(store().write({ item, lane })).rejects.toThrow(TerminalError);
    const notANumber = { ...item, state: { n: Number.NaN } };
    await expect(store().write({ item: notANumber, lane: [] })).rejects.toThrow(TerminalError);
  });

  it('sets records aside without their item, and says which were new', async () => {
    dynamodb.on(PutItemCommand).callsFake(input => {
      if (input.Item.sequence.S.endsWith('8')) throw new ConditionalCheckFailedException(meta);
      return {};
    });
    const records = ['7', '8', '9'].map(sequence => ({ sequence, arrivedAtMs: 5, event: pageViewed() }));
    const added = await store().setAside('v1', records, 'damaged');
    expect(added.map(({ sequence }) => sequence)).toEqual(['7', '9']);
    expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'parked',
      Item: { lane: { S: 'session-profile#v1' }, sequence: { S: '7'.padStart(128, '0') }, reason: { S: 'damaged' } },
      ConditionExpression: 'attribute_not_exists(lane)',
    });
  });
});
