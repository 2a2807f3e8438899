import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as bookingCommand } from '../../../lambdas/booking-command/handler.ts';
import type { HttpRequest } from '../../../lambdas/runtime/http.ts';
import { handler as salesQuery } from '../../../lambdas/sales-query/handler.ts';
import { handler as tripQuery } from '../../../lambdas/trip-query/handler.ts';
import { handler as visitorQuery } from '../../../lambdas/visitor-query/handler.ts';
import { booking } from '../../support/travel-events.ts';

const dynamodb = mockClient(DynamoDBClient);
const throttled = () => Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
const asking = (request: Partial<HttpRequest>) => ({ headers: {}, ...request }) as HttpRequest; // the members that are read

beforeEach(() => {
  dynamodb.reset();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const names = ['STATE_TABLE', 'TRIPS_TABLE', 'SALES_TABLE', 'TRIP_EVENTS_TABLE'];
  for (const name of [...names, 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'x');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('queries', () => {
  const queries = [
    ['visitor-query', visitorQuery],
    ['trip-query', tripQuery],
  ] as const;

  it.each(queries)('%s names the id that is unknown, cut to a readable length', async (_, handler) => {
    dynamodb.on(GetItemCommand).resolves({});
    const answer = await handler(asking({ pathParameters: { id: 'nobody' } }));
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ field: 'id', value: 'nobody', reason: expect.any(String) });
    const long = await handler(asking({ pathParameters: { id: 'x'.repeat(5_000) } }));
    expect(JSON.parse(long.body ?? '').value).toHaveLength(200);
    expect(dynamodb.commandCalls(GetItemCommand)).toHaveLength(1); // a key that DynamoDB would refuse is not asked for
  });

  it.each([...queries, ['sales-query', salesQuery] as const])(
    '%s says 503 while the table throttles',
    async (_, handler) => {
      dynamodb.on(GetItemCommand).rejects(throttled()).on(ScanCommand).rejects(throttled());
      const answer = await handler(asking({ pathParameters: { id: 'v1' } }));
      expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    },
  );

  it('sales-query names the day that is none', async () => {
    const answer = await salesQuery(asking({ queryStringParameters: { from: 'monday' } }));
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ field: 'from', value: 'monday' });
  });

  it('trip-query shows why a trip was cancelled, and nothing of our insides', async () => {
    const cancelled = { eventId: 'e', time: 't', reason: 'PaymentDeclined' };
    dynamodb.on(GetItemCommand).resolves({ Item: marshall({ tripId: 't1', cancelled }) });
    const answer = await tripQuery(asking({ pathParameters: { id: 't1' } }));
    expect(JSON.parse(answer.body ?? '')).toEqual({ tripId: 't1', cancelled, status: 'cancelled' });
  });
});

describe('booking-command handler', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    bookingCommand(asking({ headers, body: JSON.stringify(body) }));
  const recorded = () => JSON.parse(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.event?.S ?? '{}');

  beforeEach(() => {
    dynamodb.on(QueryCommand).resolves({ Items: [] }).on(PutItemCommand).resolves({});
  });

  it('takes a traceparent over, and ignores one that would keep the fact from being published', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect((await post(booking, { Traceparent: traceparent })).statusCode).toBe(202);
    expect(recorded()).toMatchObject({ traceparent });
    dynamodb.resetHistory();
    expect((await post(booking, { traceparent: 'x'.repeat(4_000) })).statusCode).toBe(202);
    expect(recorded()).not.toHaveProperty('traceparent');
  });

  it('answers a booking that it cannot take with field, value and reason', async () => {
    const answer = await post({ ...booking, price: { amountMinor: 0, currency: 'EUR' } });
    expect(answer.statusCode).toBe(422);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      field: 'price.amountMinor',
      value: 0,
      reason: 'must be >= 1',
    });
  });

  it('says 503 while the table throttles: the booking can be sent again', async () => {
    dynamodb.on(QueryCommand).rejects(throttled());
    expect((await post(booking)).statusCode).toBe(503);
  });
});
