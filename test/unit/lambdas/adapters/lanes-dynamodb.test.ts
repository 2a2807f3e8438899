import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { noRecentIds, TerminalError } from '../../../../core/index.ts';
import { dynamodbFoldStore } from '../../../../lambdas/adapters/fold-store-dynamodb.ts';
import { dynamodbLanes, parkedKeys } from '../../../../lambdas/adapters/lanes-dynamodb.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const dynamodb = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-west-1' });
const table = { client, tableName: 'parked', processor: 'session-profile' };
const lanes = dynamodbLanes(table);
const event = pageViewed();
const row = (sequence: string, lane = 'session-profile#v#1') => ({
  lane: { S: lane },
  sequence: { S: sequence.padStart(128, '0') },
  arrivedAtMs: { N: '5' },
  event: { S: JSON.stringify(event) },
  reason: { S: `because of ${sequence}` },
  shard: { S: '3' },
});

beforeEach(() => dynamodb.reset());

describe('dynamodbLanes', () => {
  it('reads one row more than it was asked for, over pages, to know whether the lane goes on', async () => {
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [row('9')], LastEvaluatedKey: { lane: { S: 'l' } } })
      .resolvesOnce({ Items: [row('10'), row('11')] });
    expect(await lanes.read('v#1', 2)).toEqual({
      records: [
        { sequence: '9', arrivedAtMs: 5, event, shard: '3' },
        { sequence: '10', arrivedAtMs: 5, event, shard: '3' },
      ],
      hasMore: true,
    });
    const queries = dynamodb.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input);
    expect(queries).toMatchObject([
      { Limit: 3, ConsistentRead: true },
      { Limit: 2, ConsistentRead: true },
    ]);
  });

  it('does not take a damaged row for an event', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: [{ ...row('9'), event: { S: '{' } }] });
    await expect(lanes.read('v#1', 2)).rejects.toBeInstanceOf(TerminalError);
  });

  it('takes a lease that is free, has ended or is its own, and tells whose it is otherwise', async () => {
    dynamodb.on(PutItemCommand).resolvesOnce({});
    expect(await lanes.lease('v', { holder: 'me', untilMs: 90 }, 30)).toBeUndefined();
    expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
      Item: { lane: { S: '#lease#session-profile#v' }, holder: { S: 'me' }, untilMs: { N: '90' } },
      ConditionExpression: 'attribute_not_exists(lane) OR untilMs <= :now OR holder = :holder',
    });
    const held = { holder: { S: 'ada' }, untilMs: { N: '77' } };
    const error = new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item: held });
    dynamodb.on(PutItemCommand).rejects(error);
    expect(await lanes.lease('v', { holder: 'me', untilMs: 90 }, 30)).toEqual({ holder: 'ada', untilMs: 77 });
  });

  it('gives back its own lease only', async () => {
    dynamodb.on(DeleteItemCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
    await expect(lanes.release('v', 'me')).resolves.toBeUndefined();
    const [call] = dynamodb.commandCalls(DeleteItemCommand);
    expect(call?.args[0].input).toMatchObject({ ConditionExpression: 'holder = :holder' });
  });
});

describe('parkedKeys', () => {
  it('lists keys of its processor, not leases, with the first reason, and says where to go on', async () => {
    const lease = { lane: { S: '#lease#session-profile#v#1' }, sequence: { S: 'lease' } };
    dynamodb
      .on(ScanCommand)
      .resolvesOnce({
        Items: [lease, row('10'), { ...row('9'), arrivedAtMs: { N: '4' } }, row('1', 'other#x')],
        LastEvaluatedKey: { lane: { S: 'session-profile#v#1' }, sequence: { S: '010' } },
      })
      .resolvesOnce({ Items: [] });
    const page = await parkedKeys(table);
    const key = { key: 'v#1', since: '9', reason: 'because of 9', records: 2, oldestArrivalMs: 4 };
    expect(page).toEqual({ keys: [key], cursor: expect.any(String) });
    expect(await parkedKeys(table, page.cursor)).toEqual({ keys: [] });
    expect(dynamodb.commandCalls(ScanCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual({
      lane: { S: 'session-profile#v#1' },
      sequence: { S: '010' },
    });
  });
});

describe('dynamodbFoldStore', () => {
  it('writes an item and takes the rows that it drained away in one transaction', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    const store = dynamodbFoldStore({
      client,
      tableName: 'profiles',
      layout: { keyAttribute: 'visitorId' },
      lanes: table,
      clock: steppingClock(0),
      ids: seededUlids(1),
    });
    const counts = { applied: 2, duplicate: 0, parked: 0, quarantined: 0 };
    const item = { key: 'v', state: {}, revision: 3, lastSequence: '9', recentIds: noRecentIds, outbox: [], counts };
    const drained = [{ sequence: '9', arrivedAtMs: 5, event }];
    await store.write({ item, expected: { revision: 2 }, lane: [], drained });
    const [call] = dynamodb.commandCalls(TransactWriteItemsCommand);
    expect(call?.args[0].input.TransactItems).toMatchObject([
      { Put: { TableName: 'profiles', ConditionExpression: expect.stringContaining('revision = :revision') } },
      {
        Delete: {
          TableName: 'parked',
          Key: { lane: { S: 'session-profile#v' }, sequence: { S: '9'.padStart(128, '0') } },
        },
      },
    ]);
  });
});
