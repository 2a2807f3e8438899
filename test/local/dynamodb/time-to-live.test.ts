import { beforeEach, expect, test } from 'vitest';
import { SWEEP_DELAY_MS } from '../../../local/services/dynamodb/expiry-queue.ts';
import { type Answer, createTable, dynamodb, type Fixture, N, S, START_MS } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db, { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } });
});

const inSeconds = (seconds: number) => N(START_MS / 1000 + seconds);
const put = (pk: string, expiresAt?: object) =>
  db.call('PutItem', { TableName: 'Things', Item: { pk: S(pk), ...(expiresAt ? { expiresAt } : {}) } });
const enable = (Enabled = true, AttributeName = 'expiresAt') =>
  db.call('UpdateTimeToLive', { TableName: 'Things', TimeToLiveSpecification: { Enabled, AttributeName } });
const keys = async () =>
  (await db.call('Scan', { TableName: 'Things' })).Items.map((item: Answer) => item.pk.S)
    .sort()
    .join(' ');

async function removals(): Promise<Answer[]> {
  const [{ StreamArn }] = (await db.streams('ListStreams', {})).Streams;
  const { StreamDescription } = await db.streams('DescribeStream', { StreamArn });
  const at = { StreamArn, ShardId: StreamDescription.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  const { Records } = await db.streams('GetRecords', await db.streams('GetShardIterator', at));
  return Records.filter((record: Answer) => record.eventName === 'REMOVE');
}

test('an expired item stays until the sweep, and is then deleted by the service', async () => {
  await enable();
  await put('soon', inSeconds(60));
  await put('later', inSeconds(120));
  await put('never');
  await db.clock.advance(60_000);
  expect(await keys()).toBe('later never soon');
  await db.clock.advance(SWEEP_DELAY_MS);
  expect(await keys()).toBe('later never');
  const [removed, ...others] = await removals();
  expect(others).toEqual([]);
  expect(removed.userIdentity).toEqual({ PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' });
  expect(removed.dynamodb.OldImage).toEqual({ pk: S('soon'), expiresAt: inSeconds(60) });
  await db.clock.advance(60_000);
  expect(await keys()).toBe('never');
});

test('a deletion by a client carries no identity', async () => {
  await enable();
  await put('a', inSeconds(60));
  await db.call('DeleteItem', { TableName: 'Things', Key: { pk: S('a') } });
  await db.clock.advance(120_000);
  const removed = await removals();
  expect(removed.map(record => record.userIdentity)).toEqual([undefined]);
});

test('an item that is renewed in time lives on', async () => {
  await enable();
  await put('a', inSeconds(60));
  await db.clock.advance(59_000);
  await db.call('UpdateItem', {
    TableName: 'Things',
    Key: { pk: S('a') },
    UpdateExpression: 'SET expiresAt = :t',
    ExpressionAttributeValues: { ':t': inSeconds(300) },
  });
  await db.clock.advance(200_000);
  expect(await keys()).toBe('a');
  await put('a');
  await db.clock.advance(3_600_000);
  expect(await keys()).toBe('a');
});

test('what is no number, or lies more than five years back, does not expire', async () => {
  await enable();
  await put('text', S('100'));
  await put('ancient', inSeconds(-6 * 365 * 24 * 3600));
  await put('past', inSeconds(-3600));
  await put('fraction', N(`${START_MS / 1000 + 10}.9`));
  await db.clock.advance(60_000);
  expect(await keys()).toBe('ancient text');
});

test('enabling covers the items that are there, disabling stops the sweep', async () => {
  await put('a', inSeconds(60));
  await put('b', inSeconds(600));
  await enable();
  await db.clock.advance(120_000);
  expect(await keys()).toBe('b');
  await enable(false);
  await db.clock.advance(3_600_000);
  expect(await keys()).toBe('b');
});

test('DescribeTimeToLive follows UpdateTimeToLive, which refuses what is already so', async () => {
  const describe = async () => (await db.call('DescribeTimeToLive', { TableName: 'Things' })).TimeToLiveDescription;
  const message = async (Enabled: boolean, AttributeName: string) =>
    (await db.refusal('UpdateTimeToLive', { TableName: 'Things', TimeToLiveSpecification: { Enabled, AttributeName } }))
      .message;
  expect(await describe()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  expect(await message(false, 'expiresAt')).toBe('TimeToLive is already disabled');
  expect(await enable()).toEqual({ TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } });
  expect(await describe()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  expect(await message(true, 'expiresAt')).toBe('TimeToLive is already enabled');
  expect(await message(true, 'ttl')).toContain('TimeToLive is active on a different AttributeName');
});

test('a sweep of many items deletes all of them, and closing the cloud ends the timers', async () => {
  await enable();
  for (let n = 0; n < 2500; n++) await put(`k${n}`, inSeconds(60));
  await put('z', inSeconds(6000));
  await db.clock.advance(65_000);
  expect(await keys()).toBe('z');
  await db.cloud.close();
  await db.clock.advance(6_000_000);
  expect(await keys()).toBe('z');
});
