import { BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../../lambdas/session-profile/handler.ts';
import { pageViewed } from '../../support/behaviour-events.ts';

const dynamodb = mockClient(DynamoDBClient);
const s3 = mockClient(S3Client);

function record(sequenceNumber: string, data: unknown): KinesisStreamRecord {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return {
    eventID: `shardId-0:${sequenceNumber}`,
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events',
    kinesis: {
      sequenceNumber,
      partitionKey: 'k',
      approximateArrivalTimestamp: Date.UTC(2026, 2, 1) / 1000,
      data: Buffer.from(text).toString('base64'),
      kinesisSchemaVersion: '1.0',
    },
  } as KinesisStreamRecord; // the members that are read
}

const batch = (...Records: KinesisStreamRecord[]): KinesisStreamEvent => ({ Records });
const failed = (...identifiers: string[]) => ({
  batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })),
});

describe('session-profile handler', () => {
  let lines: string[] = [];

  beforeEach(() => {
    dynamodb.reset();
    s3.reset();
    lines = [];
    vi.spyOn(process.stdout, 'write').mockImplementation(text => lines.push(String(text)) > 0);
    const env = { STATE_TABLE: 'profiles', PARKED_TABLE: 'parked', QUARANTINE_BUCKET: 'quarantine' };
    for (const [name, value] of Object.entries({ ...env, SESSION_GAP_MINUTES: '30' })) vi.stubEnv(name, value);
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'x');
    dynamodb.on(BatchGetItemCommand).resolves({ Responses: { profiles: [] } });
    dynamodb.on(PutItemCommand).resolves({});
    s3.on(PutObjectCommand).resolves({});
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  const emf = () => lines.map(line => JSON.parse(line)).find(line => line._aws);

  it('writes one item per visitor and says how many were applied, and how long that took', async () => {
    const ingestedtime = new Date(Date.now() - 100).toISOString();
    const events = [pageViewed(0, 'a'), pageViewed(0, 'b'), pageViewed(1, 'a')].map(event => ({
      ...event,
      ingestedtime,
    }));
    expect(await handler(batch(...events.map((event, i) => record(String(i + 1), event))))).toEqual(failed());
    expect(dynamodb.commandCalls(PutItemCommand)).toHaveLength(2);
    expect(emf()).toMatchObject({ Hop: 'session-profile', Applied: 3 });
    for (const nothing of ['Duplicate', 'Parked', 'Quarantined']) expect(emf()).not.toHaveProperty(nothing);
    expect(emf().EffectLatency).toHaveLength(3);
    expect(Math.min(...emf().EffectLatency)).toBeGreaterThanOrEqual(100);
  });

  it('quarantines what it cannot read, and goes on', async () => {
    const bad = [record('1', 'not json'), record('2', { ...pageViewed(), data: {} }), record('3', { id: 1 })];
    expect(await handler(batch(...bad, record('4', pageViewed())))).toEqual(failed());
    expect(emf()).toMatchObject({ Applied: 1, Quarantined: 3 });
    const kept = s3.commandCalls(PutObjectCommand).map(call => call.args[0].input);
    expect(kept[0]).toMatchObject({ Key: 'quarantine/2026/03/01/session-profile-1.json', IfNoneMatch: '*' });
    const bodies = kept.map(input => JSON.parse(String(input.Body)));
    expect(bodies.map(({ field, reason }) => [field, reason])).toEqual([
      ['', 'the record is not JSON'],
      ['data.url', 'is required'],
      ['specversion', 'is required'],
    ]);
    expect(bodies[0]).toMatchObject({ received: 'not json', origin: { eventId: 'shardId-0:1' } });
  });

  it('quarantines another content under an id that is known, and names copies of one acceptance', async () => {
    const first = { ...pageViewed(), acceptance: 'a1' };
    const other = { ...first, acceptance: 'a2', data: { url: '/other' } };
    const again = { ...first, acceptance: 'a3' };
    const events = [first, first, other, other, again];
    expect(await handler(batch(...events.map((event, i) => record(String(i + 1), event))))).toEqual(failed());
    expect(emf()).toMatchObject({ Applied: 1, Redelivered: 2, Quarantined: 1, Duplicate: 1 });
    const [kept] = s3.commandCalls(PutObjectCommand).map(call => JSON.parse(String(call.args[0].input.Body)));
    expect(kept).toMatchObject({
      id: 'session-profile-3',
      field: 'id',
      reason: `an id must stand for one event: '${first.id}' came with another content before`,
      received: other,
      origin: { eventId: 'shardId-0:3', partitionKey: 'k' },
    });
  });

  it('counts a record that is already in the quarantine no second time', async () => {
    s3.on(PutObjectCommand).rejects(Object.assign(new Error('exists'), { name: 'PreconditionFailed' }));
    expect(await handler(batch(record('1', 'not json')))).toEqual(failed());
    expect(emf()).not.toHaveProperty('Quarantined');
  });

  it('reports a record that could not even be quarantined', async () => {
    s3.on(PutObjectCommand).rejects(new Error('no bucket'));
    expect(await handler(batch(record('1', 'not json'), record('2', pageViewed())))).toEqual(failed('1'));
    expect(emf()).toMatchObject({ Applied: 1 });
  });

  it('reports the first record of each visitor whose write failed', async () => {
    dynamodb.on(PutItemCommand).callsFake(input => {
      if (input.Item.visitorId.S === 'a') throw Object.assign(new Error('slow'), { name: 'ThrottlingException' });
      return {};
    });
    const records = [pageViewed(0, 'b'), pageViewed(0, 'a'), pageViewed(1, 'a')].map((event, i) =>
      record(String(i + 1), event),
    );
    expect(await handler(batch(...records))).toEqual(failed('2'));
    expect(emf()).toMatchObject({ Applied: 1 });
  });

  it('counts what it did even when the batch as a whole has to be delivered again', async () => {
    dynamodb.on(BatchGetItemCommand).rejects(new Error('no network'));
    await expect(handler(batch(record('1', 'not json'), record('2', pageViewed())))).rejects.toThrow('no network');
    expect(emf()).toMatchObject({ Quarantined: 1 });
    expect(emf()).not.toHaveProperty('Applied');
  });

  it('keeps a record that is nested without end as the text that it came in', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(await handler(batch(record('1', deep), record('2', pageViewed())))).toEqual(failed());
    expect(emf()).toMatchObject({ Quarantined: 1, Applied: 1 });
    expect(JSON.parse(String(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Body)).received).toBe(deep);
  });

  it('counts the keys that are to be delivered again', async () => {
    dynamodb.on(PutItemCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    expect(await handler(batch(record('1', pageViewed())))).toEqual(failed('1'));
    expect(emf()).toMatchObject({ KeysFailed: 1 });
    expect(emf()).not.toHaveProperty('Applied');
  });

  it('leaves events of other domains to their own processors, and quarantines unknown types of its own', async () => {
    const ride = { ...pageViewed(), type: 'rides.ride.completed.v1' };
    const seen = { ...pageViewed(), type: 'behaviour.page.seen.v1' };
    expect(await handler(batch(record('1', ride), record('2', seen), record('3', pageViewed())))).toEqual(failed());
    expect(emf()).toMatchObject({ Applied: 1, Quarantined: 1 });
  });
});
