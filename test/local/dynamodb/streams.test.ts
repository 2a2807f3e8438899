import { beforeEach, expect, test } from 'vitest';
import { type Answer, createTable, dynamodb, type Fixture, type FixtureOptions, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
let streamArn: string;
let shardId: string;

async function withStream(StreamViewType: string, options: FixtureOptions = {}): Promise<void> {
  db = dynamodb(options);
  await createTable(db, { StreamSpecification: { StreamEnabled: true, StreamViewType } });
  [{ StreamArn: streamArn }] = (await db.streams('ListStreams', { TableName: 'Things' })).Streams;
  const { StreamDescription } = await db.streams('DescribeStream', { StreamArn: streamArn });
  shardId = StreamDescription.Shards[0].ShardId;
}

beforeEach(() => withStream('NEW_AND_OLD_IMAGES'));

const put = (pk: string, more: object = {}) =>
  db.call('PutItem', { TableName: 'Things', Item: { pk: S(pk), ...more } });
const remove = (pk: string) => db.call('DeleteItem', { TableName: 'Things', Key: { pk: S(pk) } });
const iterator = async (ShardIteratorType: string, more: object = {}): Promise<string> =>
  (await db.streams('GetShardIterator', { StreamArn: streamArn, ShardId: shardId, ShardIteratorType, ...more }))
    .ShardIterator;
const records = async (ShardIterator: string, more: object = {}): Promise<Answer[]> =>
  (await db.streams('GetRecords', { ShardIterator, ...more })).Records;
const all = async () => records(await iterator('TRIM_HORIZON'));
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    error => error.code,
  );

test('DescribeStream and ListStreams show the stream as AWS does', async () => {
  expect(streamArn).toBe('arn:aws:dynamodb:eu-west-1:000000000000:table/Things/stream/2026-01-01T00:00:00.000');
  expect((await db.streams('DescribeStream', { StreamArn: streamArn })).StreamDescription).toEqual({
    StreamArn: streamArn,
    StreamLabel: '2026-01-01T00:00:00.000',
    StreamStatus: 'ENABLED',
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    CreationRequestDateTime: 1767225600,
    TableName: 'Things',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    Shards: [{ ShardId: shardId, SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21}$/) } }],
  });
  const missing = streamArn.replace('2026', '2024');
  await expect(db.streams('DescribeStream', { StreamArn: missing })).rejects.toThrow(
    `Requested resource not found: Stream: ${missing} not found`,
  );
});

test('every write that changes something makes one record, in order, with its images and sizes', async () => {
  await put('Fred');
  await put('Fred');
  await put('NewKey');
  await db.call('UpdateItem', {
    TableName: 'Things',
    Key: { pk: S('NewKey') },
    UpdateExpression: 'SET attr1 = :a',
    ExpressionAttributeValues: { ':a': S('value1') },
  });
  await remove('NewKey');
  await remove('NewKey');
  const found = await all();
  expect(found.map(record => [record.eventName, record.dynamodb.SizeBytes])).toEqual([
    ['INSERT', 6 + 6],
    ['INSERT', 8 + 8],
    ['MODIFY', 8 + 8 + 19],
    ['REMOVE', 8 + 19],
  ]);
  expect(found[2]).toEqual({
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    dynamodb: {
      ApproximateCreationDateTime: 1767225600,
      Keys: { pk: S('NewKey') },
      OldImage: { pk: S('NewKey') },
      NewImage: { pk: S('NewKey'), attr1: S('value1') },
      SequenceNumber: expect.stringMatching(/^\d{21}$/),
      SizeBytes: 35,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  });
  const numbers = found.map(record => record.dynamodb.SequenceNumber);
  expect(numbers).toEqual([...numbers].sort());
  expect(new Set(found.map(record => record.eventID)).size).toBe(4);
});

test('the sizes of records are those that AWS reports', async () => {
  await withStream('NEW_IMAGE');
  await put('hello world', { binary_key: { B: Buffer.alloc(6).toString('base64') } });
  expect((await all())[0].dynamodb.SizeBytes).toBe(2 + 11 + (2 + 11) + (10 + 6));
  await withStream('NEW_AND_OLD_IMAGES');
  await put('id_value_1', { numericFilter: N(42) });
  expect((await all())[0].dynamodb.SizeBytes).toBe(39);
});

test('the view type decides which images a record has', async () => {
  const images = async (viewType: string) => {
    await withStream(viewType);
    await put('a', { v: N(1) });
    await put('a', { v: N(2) });
    return (await all()).map(
      ({ dynamodb: { NewImage, OldImage } }) => `${OldImage?.v.N ?? '-'}>${NewImage?.v.N ?? '-'}`,
    );
  };
  expect(await images('KEYS_ONLY')).toEqual(['->-', '->-']);
  expect(await images('NEW_IMAGE')).toEqual(['->1', '->2']);
  expect(await images('OLD_IMAGE')).toEqual(['->-', '1>-']);
  expect(await images('NEW_AND_OLD_IMAGES')).toEqual(['->1', '1>2']);
});

test('a cancelled transaction makes no record, a completed one a record per changed item', async () => {
  await put('Fred');
  const actions = (condition: string) => [
    { Put: { TableName: 'Things', Item: { pk: S('New') } } },
    { Put: { TableName: 'Things', Item: { pk: S('Fred') }, ConditionExpression: condition } },
  ];
  expect(await code(db.call('TransactWriteItems', { TransactItems: actions('attribute_not_exists(pk)') }))).toBe(
    'TransactionCanceledException',
  );
  await db.call('TransactWriteItems', { TransactItems: actions('attribute_exists(pk)') });
  expect((await all()).map(record => record.dynamodb.Keys.pk.S)).toEqual(['Fred', 'New']);
});

test('iterators start where they say, and go on from page to page', async () => {
  const latest = await iterator('LATEST');
  for (let n = 0; n < 5; n++) await put(`k${n}`);
  const keys = (found: Answer[]) => found.map(record => record.dynamodb.Keys.pk.S).join(' ');
  const [, second] = await all();
  const SequenceNumber = second.dynamodb.SequenceNumber;
  expect(keys(await records(latest))).toBe('k0 k1 k2 k3 k4');
  expect(keys(await records(await iterator('LATEST')))).toBe('');
  expect(keys(await records(await iterator('AT_SEQUENCE_NUMBER', { SequenceNumber })))).toBe('k1 k2 k3 k4');
  expect(keys(await records(await iterator('AFTER_SEQUENCE_NUMBER', { SequenceNumber })))).toBe('k2 k3 k4');
  const page = await db.streams('GetRecords', { ShardIterator: latest, Limit: 2 });
  expect(keys(page.Records)).toBe('k0 k1');
  expect(keys(await records(page.NextShardIterator))).toBe('k2 k3 k4');
  expect(await code(db.streams('GetRecords', { ShardIterator: 'nonsense' }))).toBe('ValidationException');
  expect(await code(iterator('AT_SEQUENCE_NUMBER'))).toBe('ValidationException');
});

test('records stay for 24 hours, iterators for 15 minutes', async () => {
  await withStream('KEYS_ONLY', { streams: { shardLifetimeMs: Number.POSITIVE_INFINITY } });
  await put('old');
  const [old] = await all();
  const horizon = await iterator('TRIM_HORIZON');
  await db.clock.advance(23 * 60 * 60 * 1000);
  await put('young');
  expect(await code(db.streams('GetRecords', { ShardIterator: horizon }))).toBe('ExpiredIteratorException');
  const fresh = await iterator('TRIM_HORIZON');
  await db.clock.advance(10 * 60 * 1000);
  expect(await records(fresh)).toHaveLength(2);
  const beforeTrim = await iterator('TRIM_HORIZON');
  await db.clock.advance(50 * 60 * 1000);
  expect(await code(db.streams('GetRecords', { ShardIterator: beforeTrim }))).toBe('ExpiredIteratorException');
  const [left, ...none] = await all();
  expect([left.dynamodb.Keys.pk, none]).toEqual([S('young'), []]);
  const SequenceNumber = old.dynamodb.SequenceNumber;
  expect(await code(iterator('AFTER_SEQUENCE_NUMBER', { SequenceNumber }))).toBe('TrimmedDataAccessException');
});

test('the stream of a deleted table ends, and can be read until its retention ends', async () => {
  await put('a');
  await db.call('DeleteTable', { TableName: 'Things' });
  const { StreamDescription } = await db.streams('DescribeStream', { StreamArn: streamArn });
  expect(StreamDescription.StreamStatus).toBe('DISABLED');
  const last = await db.streams('GetRecords', { ShardIterator: await iterator('TRIM_HORIZON') });
  expect(last.Records).toHaveLength(1);
  expect(last.NextShardIterator).toBeUndefined();
  await createTable(db, { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
  expect((await db.streams('ListStreams', {})).Streams).toHaveLength(2);
  await db.clock.advance(24 * 60 * 60 * 1000);
  expect((await db.streams('ListStreams', {})).Streams).toHaveLength(1);
});

test('readers are told of new records, once per call that made any', async () => {
  let signals = 0;
  db.cloud.signals.subscribe(streamArn, () => signals++);
  await put('a');
  await put('a');
  await db.call('TransactWriteItems', {
    TransactItems: ['b', 'c'].map(pk => ({ Put: { TableName: 'Things', Item: { pk: S(pk) } } })),
  });
  expect(signals).toBe(2);
});

test('what a reader does to records changes neither stream nor table', async () => {
  await put('a', { l: { L: [N(1)] } });
  (await all())[0].dynamodb.NewImage.l.L.push(N(2));
  expect((await all())[0].dynamodb.NewImage.l.L).toEqual([N(1)]);
  expect((await db.call('GetItem', { TableName: 'Things', Key: { pk: S('a') } })).Item.l.L).toEqual([N(1)]);
});
