import { afterEach, describe, expect, it } from 'vitest';
import { lambdaFixture, recording } from './lambda-fixture.ts';

const QUEUE = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
const FAILING = `export const handler = async () => { throw new Error('intentional failure'); };`;

const fixtures: ReturnType<typeof lambdaFixture>[] = [];

function fixture() {
  const made = lambdaFixture();
  fixtures.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(fixtures.splice(0).map(({ cloud }) => cloud.close()));
});

describe('Invoke with InvocationType Event', () => {
  it('answers 202 before the function has run', async () => {
    const { clock, create, call, metrics } = fixture();
    await create('f', 'export const handler = async () => 1;');
    expect(await call('Invoke', { FunctionName: 'f', InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    expect(metrics).toEqual([]);
    await clock.advance(0);
    expect(metrics.some(({ name }) => name === 'Invocations')).toBe(true);
  });

  it('retries after one and two minutes, then reports to the failure destination as AWS does', async () => {
    const { clock, cloud, create, call, metrics } = fixture();
    const messages = recording(cloud, 'sqs', 'SendMessage');
    await create('f', FAILING);
    await call('PutFunctionEventInvokeConfig', {
      FunctionName: 'f',
      DestinationConfig: { OnFailure: { Destination: QUEUE('failed') }, OnSuccess: { Destination: QUEUE('done') } },
    });
    await call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: '{"message":"m"}' });
    const invocations = () => metrics.filter(({ name }) => name === 'Invocations').length;
    await clock.advance(59_999);
    expect(invocations()).toBe(1);
    await clock.advance(1);
    expect(invocations()).toBe(2);
    await clock.advance(119_999);
    expect(invocations()).toBe(2);
    await clock.advance(1);
    expect(invocations()).toBe(3);
    expect(messages.map(({ QueueUrl }) => QueueUrl)).toEqual([`${cloud.endpoint}/000000000000/failed`]);
    const body = JSON.parse(String(messages[0]?.MessageBody));
    expect(Object.keys(body)).toEqual([
      'version',
      'timestamp',
      'requestContext',
      'requestPayload',
      'responseContext',
      'responsePayload',
    ]);
    expect(body).toMatchObject({
      version: '1.0',
      timestamp: '2026-01-01T00:03:00.000Z',
      requestContext: {
        functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { message: 'm' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'intentional failure', errorType: 'Error' },
    });
  });

  it('delivers every report in a trace and a session of its own', async () => {
    const { clock, cloud, create, call } = fixture();
    const messages = recording(cloud, 'sqs', 'SendMessage');
    const sessions: string[] = [];
    cloud.intercept(({ service, principal }, next) => {
      if (service === 'sqs' && principal.kind === 'role') sessions.push(principal.session);
      return next();
    });
    await create('f', 'export const handler = async () => 1;');
    const DestinationConfig = { OnSuccess: { Destination: QUEUE('done') } };
    await call('PutFunctionEventInvokeConfig', { FunctionName: 'f', DestinationConfig });
    for (let i = 0; i < 2; i++) await call('Invoke', { FunctionName: 'f', InvocationType: 'Event' });
    await clock.advance(1_000);
    const traces = messages.map(({ MessageSystemAttributes }) => JSON.stringify(MessageSystemAttributes));
    expect(traces).toHaveLength(2);
    for (const trace of traces) expect(trace).toMatch(/Root=1-6955b900-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0/);
    expect(new Set(traces).size).toBe(2);
    for (const session of sessions) expect(session).toMatch(/^awslambda_\d{3}_20260101000000000$/);
    expect(new Set(sessions).size).toBe(2);
  });

  it('keeps what an update of its configuration does not name', async () => {
    const { create, call } = fixture();
    await create('f', FAILING);
    const update = { FunctionName: 'f', MaximumEventAgeInSeconds: 90 };
    await expect(call('UpdateFunctionEventInvokeConfig', update)).rejects.toMatchObject({ status: 404 });
    const DestinationConfig = { OnFailure: { Destination: QUEUE('failed') }, OnSuccess: {} };
    await call('PutFunctionEventInvokeConfig', { FunctionName: 'f', MaximumRetryAttempts: 1, DestinationConfig });
    expect(await call('UpdateFunctionEventInvokeConfig', update)).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 90,
      DestinationConfig,
    });
  });

  it('reports success, to EventBridge as an event', async () => {
    const { clock, cloud, create, call } = fixture();
    const puts = recording(cloud, 'events', 'PutEvents');
    const bus = 'arn:aws:events:eu-west-1:000000000000:event-bus/main';
    await create('f', 'export const handler = async () => ({ ok: true });');
    await call('PutFunctionEventInvokeConfig', {
      FunctionName: 'f',
      DestinationConfig: { OnSuccess: { Destination: bus } },
    });
    await call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: '{}' });
    await clock.advance(0);
    const [entry] = (puts[0]?.Entries ?? []) as { Detail: string }[];
    expect(entry).toMatchObject({
      EventBusName: bus,
      Source: 'lambda',
      DetailType: 'Lambda Function Invocation Result - Success',
    });
    expect(JSON.parse(String(entry?.Detail))).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { ok: true },
    });
  });

  it.each([
    [{ MaximumRetryAttempts: 0 }, 'RetriesExhausted', 1],
    [{ MaximumEventAgeInSeconds: 60 }, 'EventAgeExceeded', 1],
    [{ MaximumEventAgeInSeconds: 90 }, 'EventAgeExceeded', 2],
  ])('with %j ends as %s after %i invocation(s)', async (config, condition, approximateInvokeCount) => {
    const { clock, cloud, create, call } = fixture();
    const messages = recording(cloud, 'sqs', 'SendMessage');
    await create('f', FAILING);
    await call('PutFunctionEventInvokeConfig', {
      FunctionName: 'f',
      ...config,
      DestinationConfig: { OnFailure: { Destination: QUEUE('failed') } },
    });
    await call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: '{}' });
    await clock.advance(600_000);
    expect(JSON.parse(String(messages[0]?.MessageBody)).requestContext).toMatchObject({
      condition,
      approximateInvokeCount,
    });
  });

  it('sends the event itself to the dead-letter queue, and the error in attributes', async () => {
    const { clock, cloud, create, call } = fixture();
    const messages = recording(cloud, 'sqs', 'SendMessage');
    await create('f', FAILING, { DeadLetterConfig: { TargetArn: QUEUE('dead') } });
    await call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: '{"raise_error":1}' });
    await clock.advance(180_000);
    expect(messages).toEqual([
      {
        QueueUrl: `${cloud.endpoint}/000000000000/dead`,
        MessageBody: '{"raise_error":1}',
        MessageAttributes: {
          RequestID: { DataType: 'String', StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { DataType: 'String', StringValue: 'intentional failure' },
        },
      },
    ]);
  });

  it('waits out throttling without using up retries', async () => {
    const { clock, create, call, metrics } = fixture();
    await create('f', 'export const handler = async () => 1;');
    await call('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 0 });
    await call('Invoke', { FunctionName: 'f', InvocationType: 'Event' });
    await clock.advance(30_000);
    expect(metrics.filter(({ name }) => name === 'Throttles').length).toBeGreaterThan(3);
    await call('DeleteFunctionConcurrency', { FunctionName: 'f' });
    await clock.advance(60_000);
    expect(metrics.filter(({ name }) => name === 'Invocations')).toHaveLength(1);
  });
});
