import {
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CloudEvent, defineProcessor } from '../../../core/index.ts';
import { behaviourIngestContracts } from '../../../domains/behaviour/events/ingest-contracts.ts';
import { externalHandler } from '../../../lambdas/runtime/external-handler.ts';
import { transactHandler } from '../../../lambdas/runtime/transact-handler.ts';
import { pageViewed } from '../../support/behaviour-events.ts';

const dynamodb = mockClient(DynamoDBClient);
mockClient(S3Client);

const identity = { description: 'x', accepts: behaviourIngestContracts, settings: ['factor'] } as const;
const counter = defineProcessor({
  ...identity,
  name: 'counter',
  guarantee: 'transact',
  tables: { pageTotals: { key: ['page'], may: ['change'] } },
  effects: ({ subject }, { settings: { factor } }) => {
    if (subject === 'poison') throw new Error('cannot count');
    return { writes: [{ write: 'change', table: 'pageTotals', key: { page: '/' }, add: { views: factor } }] };
  },
});
const caller = defineProcessor({ ...identity, name: 'caller', guarantee: 'external' });

function batch(...events: readonly CloudEvent[]): KinesisStreamEvent {
  const Records = events.map((event, index) => ({
    eventID: `shardId-0:${index + 1}`,
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/events',
    kinesis: {
      sequenceNumber: String(index + 1),
      partitionKey: event.subject,
      approximateArrivalTimestamp: 1_700_000_000,
      data: Buffer.from(JSON.stringify(event)).toString('base64'),
      kinesisSchemaVersion: '1.0',
    },
  }));
  return { Records: Records as KinesisStreamRecord[] }; // the members that are read
}

const failed = (...identifiers: string[]) => ({
  batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })),
});
const transactions = () =>
  dynamodb.commandCalls(TransactWriteItemsCommand).map(call => call.args[0].input.TransactItems ?? []);

let lines: string[] = [];
const counts = () => lines.map(line => JSON.parse(line)).find(line => line._aws);

beforeEach(() => {
  dynamodb.reset();
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(text => lines.push(String(text)) > 0);
  const tables = {
    STATE_TABLE: 'state',
    PARKED_TABLE: 'parked',
    IDEMPOTENCY_TABLE: 'rows',
    TABLE_PAGE_TOTALS: 'totals',
  };
  for (const [name, value] of Object.entries({ ...tables, QUARANTINE_BUCKET: 'q', FACTOR: '3' }))
    vi.stubEnv(name, value);
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'x');
  dynamodb.on(BatchGetItemCommand).resolves({ Responses: {} });
  dynamodb.on(PutItemCommand).resolves({});
  dynamodb.on(TransactWriteItemsCommand).resolves({});
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('transactHandler', () => {
  it('writes the effects of a batch in one transaction, with a row for each event, and counts them', async () => {
    const handler = transactHandler(counter);
    expect(await handler(batch(pageViewed(0, 'a'), pageViewed(1, 'b')))).toEqual(failed());
    const [items = [], ...more] = transactions();
    expect(more).toEqual([]);
    expect(items.map(({ Put, Update }) => Put?.TableName ?? Update?.TableName)).toEqual(['rows', 'rows', 'totals']);
    expect(items[2]?.Update?.ExpressionAttributeValues).toEqual({ ':a0': { N: '6' } });
    expect(counts()).toMatchObject({ Hop: 'counter', Applied: 2 });
    expect(counts()).not.toHaveProperty('Parked');
  });

  it('parks a key in lanes as folds have them, and has nothing of it delivered again', async () => {
    const handler = transactHandler(counter);
    expect(await handler(batch(pageViewed(0, 'poison'), pageViewed(1, 'b'), pageViewed(2, 'poison')))).toEqual(
      failed(),
    );
    const parking = transactions().find(items => items.some(({ Put }) => Put?.TableName === 'parked')) ?? [];
    expect(parking.map(({ Put }) => Put?.Item?.lane?.S)).toEqual([undefined, 'counter#poison', 'counter#poison']);
    expect(counts()).toMatchObject({ Applied: 1, Parked: 2 });
  });
});

describe('externalHandler', () => {
  it('calls with the id of the event and the settings, and records the answer', async () => {
    const event = pageViewed(0, 'a');
    const calls: unknown[] = [];
    const handler = externalHandler(caller, async ({ id }, { idempotencyKey, settings }) => {
      calls.push([id, idempotencyKey, settings]);
      return { done: true };
    });
    expect(await handler(batch(event))).toEqual(failed());
    expect(calls).toEqual([[event.id, event.id, { factor: 3 }]]);
    expect(transactions().map(([item]) => item?.Update?.ExpressionAttributeValues?.[':status']?.S)).toEqual([
      'claimed',
      'completed',
    ]);
    expect(counts()).toMatchObject({ Hop: 'caller', Applied: 1 });
  });

  it('reports the first event of each key whose call failed for now', async () => {
    const handler = externalHandler(caller, async ({ subject }) => {
      if (subject === 'a') throw new Error('503');
    });
    const events = [pageViewed(0, 'b'), pageViewed(0, 'a'), pageViewed(1, 'a')];
    expect(await handler(batch(...events))).toEqual(failed('2'));
    expect(counts()).toMatchObject({ Applied: 1, KeysFailed: 1 });
  });
});
