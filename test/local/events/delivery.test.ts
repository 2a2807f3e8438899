import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { queue, RecordingCloud, throttled } from './recording-cloud.ts';

const RULE_ARN = 'arn:aws:events:eu-west-1:000000000000:rule/r';
const ROLE_ARN = 'arn:aws:iam::000000000000:role/target';

function attributes(message: JsonObject | undefined): Record<string, string> {
  const all = message?.MessageAttributes as Record<string, { StringValue: string }>; // as SendMessage takes them
  return Object.fromEntries(Object.entries(all).map(([name, { StringValue }]) => [name, StringValue]));
}

/** A rule with one target `q` and a dead-letter queue `dlq`, and one event that failed as told. */
async function failing(error: AwsError, RetryPolicy?: JsonObject): Promise<RecordingCloud> {
  const aws = new RecordingCloud();
  const target = { Id: 'q', Arn: queue('q'), DeadLetterConfig: { Arn: queue('dlq') } };
  await aws.rule('r', [RetryPolicy ? { ...target, RetryPolicy } : target]);
  aws.fail = call => {
    if (String(call.input.QueueUrl).endsWith('/q')) throw error;
  };
  await aws.put();
  return aws;
}

describe('targets', () => {
  const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
  const asEvents = { kind: 'service', service: 'events.amazonaws.com', sourceArn: RULE_ARN };
  const asRole = { kind: 'role', roleArn: ROLE_ARN, session: 'r' };

  test.each([
    [
      { Arn: queue('q') },
      'SendMessage',
      { QueueUrl: 'http://127.0.0.1:0/000000000000/q', MessageBody: '{"a":1}' },
      asEvents,
    ],
    [
      { Arn: queue('q.fifo'), SqsParameters: { MessageGroupId: 'g' } },
      'SendMessage',
      { QueueUrl: 'http://127.0.0.1:0/000000000000/q.fifo', MessageBody: '{"a":1}', MessageGroupId: 'g' },
      asEvents,
    ],
    [{ Arn: arn('sns', 't') }, 'Publish', { TopicArn: arn('sns', 't'), Message: '{"a":1}' }, asEvents],
    [
      { Arn: arn('lambda', 'function:f') },
      'Invoke',
      { FunctionName: arn('lambda', 'function:f'), InvocationType: 'Event', Payload: '{"a":1}' },
      asEvents,
    ],
    [
      { Arn: arn('kinesis', 'stream/s'), RoleArn: ROLE_ARN, KinesisParameters: { PartitionKeyPath: '$.detail-type' } },
      'PutRecord',
      { StreamARN: arn('kinesis', 'stream/s'), Data: Buffer.from('{"a":1}').toString('base64'), PartitionKey: 'type' },
      asRole,
    ],
    [
      { Arn: arn('states', 'stateMachine:m'), RoleArn: ROLE_ARN },
      'StartExecution',
      {
        stateMachineArn: arn('states', 'stateMachine:m'),
        input: '{"a":1}',
        name: expect.stringMatching(/^[-_0-9a-f]{73}$/),
      },
      asRole,
    ],
  ])('%j is called as its service wants it', async (target, operation, input, principal) => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 't', Input: '{"a":1}', ...target }]);
    await aws.put();
    expect(aws.calls).toEqual([expect.objectContaining({ operation, input, principal })]);
  });

  test('a log group gets a line', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'l', Arn: arn('logs', 'log-group:/aws/events/all:*'), Input: '{"a":1}' }]);
    await aws.put();
    expect(aws.logLines).toEqual([expect.objectContaining({ logGroup: '/aws/events/all', message: '{"a":1}' })]);
  });

  test('a call that is repeated has the same execution name', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'm', Arn: arn('states', 'stateMachine:m'), RoleArn: ROLE_ARN }]);
    aws.fail = throttled;
    await aws.put();
    await aws.clock.advance(3_000);
    expect(aws.calls.length).toBeGreaterThan(1);
    expect(new Set(aws.calls.map(call => call.input.name)).size).toBe(1);
  });

  test('events of one call reach a queue in their order', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'q', Arn: queue('q'), InputPath: '$.detail.n' }]);
    const entry = (n: number) => ({ Source: 's', DetailType: 't', Detail: JSON.stringify({ n }) });
    await aws.events('PutEvents', { Entries: [0, 1, 2, 3, 4].map(entry) });
    await aws.clock.advance(0);
    expect(aws.messages('q')).toEqual(['0', '1', '2', '3', '4']);
  });
});

describe('a failed delivery', () => {
  test('is repeated with growing, jittered pauses until it succeeds', async () => {
    const aws = await failing(new AwsError('InternalFailure', 'down', { status: 500 }));
    await aws.clock.advance(120_000);
    aws.fail = () => {};
    await aws.clock.advance(600_000);
    const times = aws.calls.map(call => call.atMs);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(5);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(1000 * 2 ** index);
    });
    expect(aws.messages('dlq')).toEqual([]);
    expect(aws.count('FailedInvocations')).toBe(0);
  });

  test('goes to the dead-letter queue when its attempts are used up', async () => {
    const aws = await failing(new AwsError('ThrottlingException', 'Rate exceeded'), { MaximumRetryAttempts: 2 });
    await aws.clock.advance(10_000);
    expect(aws.messages('q')).toHaveLength(3);
    expect(aws.messages('dlq')).toEqual([aws.messages('q')[0]]);
    expect(attributes(aws.calls.at(-1)?.input)).toEqual({
      RULE_ARN,
      TARGET_ARN: queue('q'),
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'Rate exceeded',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
    expect(['Invocations', 'FailedInvocations', 'InvocationsSentToDlq'].map(name => aws.count(name))).toEqual([
      1, 1, 1,
    ]);
  });

  test('goes to the dead-letter queue when the event has grown too old', async () => {
    const aws = await failing(new AwsError('InternalFailure', 'down', { status: 500 }), {
      MaximumEventAgeInSeconds: 60,
    });
    await aws.clock.advance(60_000);
    expect(attributes(aws.calls.at(-1)?.input)).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
    expect(aws.messages('dlq')).toHaveLength(1);
  });

  test('by default is repeated up to 185 times within a day', async () => {
    const aws = await failing(new AwsError('InternalFailure', 'down', { status: 500 }));
    await aws.clock.advance(25 * 3_600_000);
    expect(aws.messages('dlq')).toHaveLength(1);
    expect(aws.messages('q').length).toBeGreaterThan(100);
    expect(aws.messages('q').length).toBeLessThanOrEqual(186);
  });

  test.each([
    [new AwsError('AccessDeniedException', 'no', { status: 403 }), 'NO_PERMISSIONS'],
    [new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'gone'), 'NO_RESOURCE'],
    [new AwsError('ResourceNotFoundException', 'gone', { status: 404 }), 'NO_RESOURCE'],
    [new AwsError('InvalidParameterValue', 'bad'), 'SDK_CLIENT_ERROR'],
  ])('%s goes to the dead-letter queue at once', async (error, code) => {
    const aws = await failing(error);
    await aws.clock.advance(3_600_000);
    expect(aws.messages('q')).toHaveLength(1);
    expect(attributes(aws.calls.at(-1)?.input)).toEqual({
      RULE_ARN,
      TARGET_ARN: queue('q'),
      ERROR_CODE: code,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: '0',
    });
  });

  test('does not hold up the other targets', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [
      { Id: 'a', Arn: queue('a') },
      { Id: 'b', Arn: queue('b') },
    ]);
    aws.fail = call => {
      if (String(call.input.QueueUrl).endsWith('/a')) throttled();
    };
    await aws.put();
    await aws.put();
    expect(aws.messages('b')).toHaveLength(2);
  });

  test('is counted when the dead-letter queue does not take it either', async () => {
    const aws = await failing(new AwsError('AccessDeniedException', 'no', { status: 403 }));
    aws.fail = () => {
      throw new AwsError('AccessDeniedException', 'no', { status: 403 });
    };
    await aws.put();
    expect(aws.count('InvocationsFailedToBeSentToDlq')).toBe(1);
  });

  test('of text that is not JSON never reaches a function', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [
      {
        Id: 'f',
        Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
        InputTransformer: { InputTemplate: 'not json' },
        DeadLetterConfig: { Arn: queue('dlq') },
      },
    ]);
    await aws.put();
    expect(attributes(aws.calls[0]?.input)).toMatchObject({ ERROR_CODE: 'INVALID_JSON' });
  });
});
