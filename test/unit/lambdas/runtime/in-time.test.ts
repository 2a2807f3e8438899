/** Nothing waits for ever: neither for calls that are never answered, nor for anything else. */
import { once as onceEvent } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ThrottledError } from '../../../../core/index.ts';
import { operatingError } from '../../../../lambdas/adapters/aws-errors.ts';
import { handler as publishOutbox } from '../../../../lambdas/outbox-publisher/handler.ts';
import {
  dynamodbClient,
  eventbridgeClient,
  kinesisClient,
  s3Client,
  sfnClient,
  sqsClient,
} from '../../../../lambdas/runtime/clients.ts';
import { InvocationTimeout, inTime, timeLeftMs } from '../../../../lambdas/runtime/in-time.ts';
import { bookingRequested } from '../../../support/travel-events.ts';

const LIMIT_MS = 400;
const context = { getRemainingTimeInMillis: () => LIMIT_MS };

/** Takes connections and never says a word. */
const silent = (_socket: Socket) => {};
/** Begins an answer and stops in its middle. */
const stopping = (socket: Socket) =>
  void socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'));
/** Takes requests and never answers one. */
const deaf = (socket: Socket) => void createHttpServer(() => {}).emit('connection', socket);
/** Takes every record. */
const taking = createHttpServer((request, response) => {
  const answer = { FailedRecordCount: 0, Records: [{ SequenceNumber: '1', ShardId: 'shardId-000000000000' }] };
  request.resume().once('end', () => response.end(JSON.stringify(answer)));
});

let behave: (socket: Socket) => void = silent;
const sockets = new Set<Socket>();
const server = createServer(socket => {
  sockets.add(socket);
  socket.on('error', () => {});
  behave(socket);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await onceEvent(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-west-1',
    EVENT_BUS_NAME: 'b',
    QUARANTINE_BUCKET: 'q',
  };
  const secrets = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', CLAIM_CHECK_BUCKET: 'c' };
  for (const [name, value] of Object.entries({ ...environment, ...secrets })) vi.stubEnv(name, value);
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  vi.unstubAllEnvs();
});

const Records = [{ Data: Buffer.from('x'), PartitionKey: 'p' }];
const Entries = [{ Source: 's', DetailType: 't', Detail: '{}' }];
const putItem = () => dynamodbClient().send(new PutItemCommand({ TableName: 't', Item: {} }));
const putEvents = () => eventbridgeClient().send(new PutEventsCommand({ Entries }));
const putRecords = () => kinesisClient().send(new PutRecordsCommand({ StreamName: 's', Records }));
const sendMessage = () =>
  sqsClient().send(new SendMessageCommand({ QueueUrl: `${process.env.AWS_ENDPOINT_URL}/1/q`, MessageBody: 'x' }));

describe('inTime', () => {
  it.each([
    ['DynamoDB never answers', silent, putItem],
    ['DynamoDB stops in the middle of its answer', stopping, putItem],
    ['EventBridge never answers', silent, putEvents],
    ['SQS never answers', silent, sendMessage],
    ['Kinesis takes the connection and is silent', silent, putRecords],
    ['Kinesis takes the request and is silent', deaf, putRecords],
  ])('ends calls before Lambda kills the function: %s', async (_, server, call) => {
    behave = server;
    const startMs = performance.now();
    await expect(inTime(call)(undefined, context)).rejects.toMatchObject({
      name: 'InvocationTimeout',
      message: expect.stringMatching(/^Cannot wait for AWS any longer: the invocation has to end/),
    });
    expect(performance.now() - startMs).toBeLessThan(LIMIT_MS);
  });

  it('lets a handler that reports single failures report them: its batch is delivered again', async () => {
    behave = silent;
    const outbox = { L: [{ S: JSON.stringify(bookingRequested) }] };
    const record = { eventName: 'INSERT', dynamodb: { SequenceNumber: '7', NewImage: { outbox } } };
    const report = await publishOutbox({ Records: [record] } as DynamoDBStreamEvent, context);
    expect(report).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
  });

  it('ends a handler that waits for something else', async () => {
    await expect(inTime(() => new Promise(() => {}))(undefined, context)).rejects.toThrow(/^Cannot finish any longer/);
  });

  it('lets no call begin once time is up, and begins anew with the next invocation', async () => {
    const call = async () => {
      await new Promise(resolve => setTimeout(resolve, LIMIT_MS * 0.85));
      return putItem();
    };
    await expect(inTime(call)(undefined, context)).rejects.toThrow(/^Cannot wait for AWS any longer/);
    expect(timeLeftMs()).toBe(Number.POSITIVE_INFINITY);
    await expect(inTime(async () => timeLeftMs() > 0)(undefined, context)).resolves.toBe(true);
  });

  it('gives back what the handler gives, with and without a context', async () => {
    const handler = inTime(async (name: string) => `hello ${name}`);
    expect([await handler('a'), await handler('b', context)]).toEqual(['hello a', 'hello b']);
  });
});

describe('the clients', () => {
  it.each([
    ['dynamodb', dynamodbClient],
    ['eventbridge', eventbridgeClient],
    ['kinesis', kinesisClient],
    ['s3', s3Client],
    ['sfn', sfnClient],
    ['sqs', sqsClient],
  ])('%s: all tries of a call together are shorter than the 27 seconds that calls have', async (_, client) => {
    const { config } = client();
    const tries = await config.maxAttempts();
    await config.requestHandler.handle({} as never).catch(() => {}); // its settings are read at the first request
    const settings = settingsOf(config.requestHandler);
    expect(tries * (Number(settings.requestTimeout) + Number(settings.connectionTimeout))).toBeLessThan(27_000);
    expect(settings).toMatchObject({ throwOnRequestTimeout: true }); // without it, the handler warns and waits on
  });

  it('kinesis: sends one request after another over one connection, as a handshake for each would take longer than the call', async () => {
    const connections = new Set<Socket>();
    behave = socket => {
      connections.add(socket);
      taking.emit('connection', socket);
    };
    for (let i = 0; i < 3; i++) await putRecords();
    expect(connections.size).toBe(1);
  });

  it('have their time-outs, and connections that broke, taken for passing trouble', () => {
    const broken = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const unanswered = Object.assign(new Error('no answer'), { name: 'TimeoutError', code: 'ETIMEDOUT' });
    for (const error of [broken, unanswered, new InvocationTimeout('no time')]) {
      expect(operatingError(error)).toBeInstanceOf(ThrottledError);
    }
  });
});

/** The types of some clients do not say that their handlers tell their settings. */
function settingsOf(requestHandler: object): Record<string, unknown> {
  const { httpHandlerConfigs } = requestHandler as { httpHandlerConfigs: () => Record<string, unknown> };
  return httpHandlerConfigs.call(requestHandler);
}
