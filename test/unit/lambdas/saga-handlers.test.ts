import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as inventory } from '../../../lambdas/inventory/handler.ts';
import { handler as notification } from '../../../lambdas/notification/handler.ts';
import { handler as payment } from '../../../lambdas/payment/handler.ts';
import { handler as sagaStarter } from '../../../lambdas/saga-starter/handler.ts';
import { handler as tripProjector } from '../../../lambdas/trip-projector/handler.ts';
import { bookingRequested } from '../../support/travel-events.ts';

const dynamodb = mockClient(DynamoDBClient);
const sfn = mockClient(SFNClient);
const s3 = mockClient(S3Client);
let lines: string[] = [];
const emf = () => lines.map(line => JSON.parse(line)).find(line => line._aws);

const queue = (...details: unknown[]) =>
  ({ Records: details.map((detail, i) => ({ messageId: `m${i}`, body: JSON.stringify({ detail }) })) }) as SQSEvent; // what is read
const failed = (...identifiers: string[]) => ({
  batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })),
});

beforeEach(() => {
  dynamodb.reset();
  sfn.reset();
  s3.reset();
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(text => lines.push(String(text)) > 0);
  const names = ['INVENTORY_TABLE', 'PAYMENTS_TABLE', 'NOTIFICATIONS_TABLE', 'TRIPS_TABLE', 'STATE_MACHINE_ARN'];
  names.push('CLAIM_CHECK_BUCKET', 'QUARANTINE_BUCKET');
  for (const name of [...names, 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'x');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('saga step handlers', () => {
  it('throw refusals under the names that the state machine knows', async () => {
    dynamodb.on(TransactWriteItemsCommand).rejects(
      new TransactionCanceledException({
        $metadata: {},
        message: '',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      }),
    );
    dynamodb.on(GetItemCommand).resolves({});
    dynamodb.on(PutItemCommand).resolves({});
    const reserve = inventory({ step: 'reserveFlight', tripId: 't1', flight: { flightNumber: 'MR000', seats: 1 } });
    await expect(reserve).rejects.toMatchObject({ name: 'InsufficientInventory' });
    const charge = { amountMinor: 1, currency: 'EUR', paymentToken: 'tok_declined' };
    await expect(payment({ step: 'authorise', tripId: 't1', charge })).rejects.toMatchObject({
      name: 'PaymentDeclined',
    });
    const counted = lines.map(line => JSON.parse(line));
    expect(counted).toEqual([
      expect.objectContaining({ Hop: 'inventory', Refused: 1 }),
      expect.objectContaining({ Hop: 'payment', Refused: 1 }),
    ]);
  });

  it('leave throttling to the state machine, under another name', async () => {
    dynamodb.on(GetItemCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    await expect(payment({ step: 'void', tripId: 't1' })).rejects.toMatchObject({ name: 'Throttled' });
  });

  it('refuse a step that they do not know', async () => {
    await expect(inventory({ step: 'paint' } as never)).rejects.toThrow('unknown step');
  });
});

describe('notification handler', () => {
  const task = {
    step: 'notify',
    tripId: 't1',
    traveller: 'Ada',
    outcome: 'cancelled',
    reason: 'PaymentDeclined',
  } as const;

  it('counts a saga once, with the traveller told', async () => {
    dynamodb
      .on(PutItemCommand)
      .resolvesOnce({})
      .rejects(Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' }));
    await notification(task);
    expect(emf()).toMatchObject({ Hop: 'trip-booking', SagaCompensated: 1 });
    lines = [];
    expect(await notification(task)).toEqual({ tripId: 't1', notified: true });
    expect(emf()).toBeUndefined();
  });
});

describe('saga-starter handler', () => {
  it('starts an execution under the name of the trip, and takes one that exists as done', async () => {
    sfn
      .on(StartExecutionCommand)
      .resolvesOnce({})
      .rejects(Object.assign(new Error('exists'), { name: 'ExecutionAlreadyExists' }));
    expect(await sagaStarter(queue(bookingRequested, bookingRequested))).toEqual(failed());
    expect(emf()).toMatchObject({ Started: 1, Duplicate: 1 });
    const input = sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input;
    expect(input?.name).toBe('trip-0001');
    expect(JSON.parse(input?.input ?? '')).toMatchObject({ ...bookingRequested.data, id: bookingRequested.id });
  });

  it('says in the input who starts it, so that AWS takes no later start for the first while it runs', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    const twice = queue(bookingRequested, bookingRequested);
    const again = { ...twice.Records[0], attributes: { ApproximateReceiveCount: '2' } } as SQSRecord; // what is read of it
    await sagaStarter({ Records: [...twice.Records, again] });
    const inputs = sfn.commandCalls(StartExecutionCommand).map(call => String(call.args[0].input.input));
    expect(inputs.map(input => JSON.parse(input).startedBy)).toEqual(['m0 1', 'm1 1', 'm0 2']);
    expect(new Set(inputs).size).toBe(3);
  });

  it('fails exactly the messages whose sagas did not start', async () => {
    sfn
      .on(StartExecutionCommand)
      .resolvesOnce({})
      .rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    expect(await sagaStarter(queue(bookingRequested, { ...bookingRequested, data: {} }, bookingRequested))).toEqual(
      failed('m1', 'm2'),
    );
  });
});

describe('trip-projector handler', () => {
  it('fails exactly the messages whose facts are not projected', async () => {
    dynamodb.on(UpdateItemCommand).resolves({});
    expect(await tripProjector(queue(bookingRequested, {}))).toEqual(failed('m1'));
    expect(emf()).toMatchObject({ Consumed: 1 });
    expect(emf()).not.toHaveProperty('Duplicate');
  });

  it('quarantines a fact whose id stands for other content, and takes its message as done', async () => {
    const { id, time, data } = bookingRequested;
    const requested = { eventId: id, time, booking: { traveller: 'Somebody Else' } };
    const Item = marshall({ tripId: data.tripId, requested });
    dynamodb.on(UpdateItemCommand).rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item }));
    s3.on(PutObjectCommand).resolves({});
    expect(await tripProjector(queue(bookingRequested))).toEqual(failed());
    expect(emf()).toMatchObject({ Quarantined: 1 });
    for (const nothing of ['Consumed', 'Duplicate']) expect(emf()).not.toHaveProperty(nothing);
    const record = JSON.parse(String(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Body));
    expect(record).toMatchObject({ hop: 'trip-projector', field: 'id', received: bookingRequested });
  });

  it('has the message delivered again when the quarantine does not take it', async () => {
    const Item = marshall({ requested: { eventId: bookingRequested.id } });
    dynamodb.on(UpdateItemCommand).rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item }));
    s3.on(PutObjectCommand).rejects(Object.assign(new Error('busy'), { name: 'SlowDown' }));
    expect(await tripProjector(queue(bookingRequested))).toEqual(failed('m0'));
  });
});
