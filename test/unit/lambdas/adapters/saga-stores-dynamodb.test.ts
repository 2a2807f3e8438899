import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, ThrottledError } from '../../../../core/index.ts';
import { dynamodbInventory } from '../../../../lambdas/adapters/inventory-dynamodb.ts';
import { dynamodbNotifications } from '../../../../lambdas/adapters/notifications-dynamodb.ts';
import { dynamodbPayments } from '../../../../lambdas/adapters/payments-dynamodb.ts';
import { projectTripFact } from '../../../../lambdas/adapters/trips-dynamodb.ts';
import { steppingClock } from '../../../support/fixed-ports.ts';
import { bookingRequested } from '../../../support/travel-events.ts';

const dynamodb = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-west-1' });
const wanted = { itemId: 'flight#MR101', tripId: 't1', units: 2 } as const;
const failedCheck = new ConditionalCheckFailedException({ $metadata: {}, message: 'no' });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ $metadata: {}, message: '', CancellationReasons: codes.map(Code => ({ Code })) });

beforeEach(() => dynamodb.reset());

describe('dynamodbInventory', () => {
  const inventory = dynamodbInventory(client, 'inventory');

  it('takes stock and reservation in one transaction', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    expect(await inventory.take(wanted)).toBe('taken');
    const [put, update] = dynamodb.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(put?.Put?.Item).toEqual(marshall({ ...wanted, entry: 'reservation#t1', status: 'reserved' }));
    expect(update?.Update).toMatchObject({
      Key: marshall({ itemId: 'flight#MR101', entry: 'stock' }),
      ConditionExpression: 'available >= :units',
    });
  });

  it('tells an existing reservation from missing stock', async () => {
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'));
    expect(await inventory.take(wanted)).toBe('exists');
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));
    expect(await inventory.take(wanted)).toBe('sold-out');
  });

  it('is throttled, not refused, when transactions meet', async () => {
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled('None', 'TransactionConflict'));
    await expect(inventory.take(wanted)).rejects.toThrow(ThrottledError);
  });

  it('gives back only what is still as it was read', async () => {
    dynamodb.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    await expect(inventory.giveBack({ ...wanted, status: 'reserved' })).rejects.toThrow(ConflictError);
  });

  it('forbids only where there is no reservation', async () => {
    dynamodb.on(PutItemCommand).rejects(failedCheck);
    await expect(inventory.forbid('flight#MR101', 't1')).rejects.toThrow(ConflictError);
  });

  it('confirms all or none, and reads consistently', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolvesOnce({}).rejectsOnce(cancelled('None', 'ConditionalCheckFailed'));
    expect(await inventory.confirm('t1', ['flight#MR101', 'hotel#h'])).toBe(true);
    expect(await inventory.confirm('t1', ['flight#MR101', 'hotel#h'])).toBe(false);
    dynamodb.on(GetItemCommand).resolves({ Item: marshall({ units: 2, status: 'confirmed' }) });
    expect(await inventory.reservation('flight#MR101', 't1')).toEqual({ ...wanted, status: 'confirmed' });
    expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  });
});

describe('dynamodbPayments', () => {
  const payments = dynamodbPayments(client, 'payments');
  const payment = { tripId: 't1', paymentId: 'pay-t1', status: 'authorised', amountMinor: 5, currency: 'EUR' } as const;

  it('says conflict when somebody else was faster', async () => {
    dynamodb.on(PutItemCommand).rejects(failedCheck);
    dynamodb.on(UpdateItemCommand).rejects(failedCheck);
    await expect(payments.create(payment)).rejects.toThrow(ConflictError);
    await expect(payments.change(payment, 'captured')).rejects.toThrow(ConflictError);
  });

  it('changes the status that was read and no other', async () => {
    dynamodb.on(UpdateItemCommand).resolves({});
    await payments.change(payment, 'captured');
    expect(dynamodb.commandCalls(UpdateItemCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: '#status = :seen',
      ExpressionAttributeValues: marshall({ ':next': 'captured', ':seen': 'authorised' }),
    });
  });
});

describe('dynamodbNotifications', () => {
  it('sends once', async () => {
    dynamodb.on(PutItemCommand).resolvesOnce({}).rejectsOnce(failedCheck);
    const notifications = dynamodbNotifications(client, 'notifications', steppingClock(0));
    const notification = {
      notificationId: 'n',
      tripId: 't',
      traveller: 'Ada',
      outcome: 'confirmed',
      text: '',
    } as const;
    expect([await notifications.send(notification), await notifications.send(notification)]).toEqual([true, false]);
  });
});

describe('projectTripFact', () => {
  it('writes a fact once, into a member of its own', async () => {
    dynamodb.on(UpdateItemCommand).resolvesOnce({}).rejectsOnce(failedCheck);
    expect(await projectTripFact(client, 'trips', bookingRequested)).toBe('consumed');
    expect(await projectTripFact(client, 'trips', bookingRequested)).toBe('duplicate');
    expect(dynamodb.commandCalls(UpdateItemCommand)[0]?.args[0].input).toMatchObject({
      Key: marshall({ tripId: 'trip-0001' }),
      ConditionExpression: 'attribute_not_exists(#member)',
      ExpressionAttributeNames: { '#member': 'requested' },
    });
  });

  it('knows the same fact again, whatever the order of its members, and the same id with other content', async () => {
    const stored = (changes: object) => {
      const { id, time, data } = bookingRequested;
      const { tripId, paymentToken: _token, ...booking } = data;
      const requested = { booking: { ...booking, ...changes }, time, eventId: id };
      return new ConditionalCheckFailedException({
        $metadata: {},
        message: 'no',
        Item: marshall({ tripId, requested }),
      });
    };
    dynamodb
      .on(UpdateItemCommand)
      .rejectsOnce(stored({}))
      .rejects(stored({ traveller: 'Somebody Else' }));
    expect(await projectTripFact(client, 'trips', bookingRequested)).toBe('duplicate');
    expect(await projectTripFact(client, 'trips', bookingRequested)).toBe('conflict');
    const another = { ...bookingRequested, id: '01JF3Z8Q6W9X5V4T3S2R1Q0P9A' };
    expect(await projectTripFact(client, 'trips', another)).toBe('duplicate');
  });
});
