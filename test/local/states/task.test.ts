import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import {
  FUNCTION,
  failure,
  lambda,
  oneTask,
  ROLE,
  type ServiceCall,
  StateMachineFixture,
} from './state-machine-fixture.ts';

const HANDLED = { Handled: { Type: 'Pass', End: true } };

describe('A Task that calls a function', () => {
  it('gives it the input and takes its answer as the result', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(payload => ({ got: payload })) });
    const outcome = await fixture.run(oneTask({}), { a: 1 });
    expect(outcome.output).toEqual({ got: { a: 1 } });
    expect(fixture.calls[0]).toMatchObject({ input: { FunctionName: FUNCTION, Payload: '{"a":1}' } });
  });

  it('acts under the role of the machine', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(() => null) });
    const executionArn = await fixture.start(await fixture.create(oneTask({})), {}, 'first');
    await fixture.finish(executionArn);
    expect(fixture.calls[0]?.principal).toEqual({ kind: 'role', roleArn: ROLE, session: 'first' });
  });

  it('hands the payload over as JSON both ways in lambda:invoke', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(payload => [payload, 'done']) });
    const outcome = await fixture.run(
      oneTask({ Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'step', 'Payload.$': '$.x' } }),
      { x: { deep: true } },
    );
    expect(outcome.output).toMatchObject({ Payload: [{ deep: true }, 'done'], StatusCode: 200 });
  });

  it('names the error after the errorType that the function reported', async () => {
    const fixture = new StateMachineFixture({
      lambda: lambda(() => {
        throw failure('PaymentDeclined', 'no money');
      }),
    });
    const outcome = await fixture.run(
      oneTask({ Catch: [{ ErrorEquals: ['PaymentDeclined'], ResultPath: '$.failure', Next: 'Handled' }] }, HANDLED),
      { order: 1 },
    );
    const Cause = '{"errorType":"PaymentDeclined","errorMessage":"no money"}';
    expect(outcome.output).toEqual({ order: 1, failure: { Error: 'PaymentDeclined', Cause } });
  });

  it('calls an answer without errorType Lambda.Unknown', async () => {
    const Payload = '{"errorMessage":"Task timed out"}';
    const fixture = new StateMachineFixture({ lambda: { Invoke: () => ({ FunctionError: 'Unhandled', Payload }) } });
    expect(await fixture.run(oneTask({}))).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
  });
});

describe('Retry', () => {
  const always = () =>
    new StateMachineFixture({
      lambda: lambda(() => {
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
      }),
    });

  it('waits longer each time, up to MaxDelaySeconds, then gives up', async () => {
    const fixture = always();
    const Retry = [
      {
        ErrorEquals: ['Lambda.TooManyRequestsException'],
        IntervalSeconds: 2,
        BackoffRate: 3,
        MaxAttempts: 4,
        MaxDelaySeconds: 10,
      },
    ];
    const outcome = await fixture.run(oneTask({ Retry }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Lambda.TooManyRequestsException' });
    expect(fixture.calls.map(({ atMs }) => atMs)).toEqual([0, 2000, 8000, 18_000, 28_000]);
  });

  it('tries three more times, after 1, 2 and 4 seconds, when nothing else is said', async () => {
    const fixture = always();
    await fixture.run(oneTask({ Retry: [{ ErrorEquals: ['States.ALL'] }] }));
    expect(fixture.calls.map(({ atMs }) => atMs)).toEqual([0, 1000, 3000, 7000]);
  });

  it('stays under the delay, and differs by seed, with full jitter', async () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' }];
    const fixture = always();
    await fixture.run(oneTask({ Retry }));
    const waitedMs = fixture.calls[1]?.atMs ?? 0;
    expect(waitedMs).toBeGreaterThan(0);
    expect(waitedMs).toBeLessThan(100_000);
  });

  it('counts each retrier on its own', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    const fixture = new StateMachineFixture({
      lambda: lambda(() => {
        const name = errors.shift();
        if (name !== undefined) throw failure(name);
        return 'at last';
      }),
    });
    const Retry = ['A', 'B'].map(name => ({ ErrorEquals: [name], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 }));
    expect((await fixture.run(oneTask({ Retry }))).output).toBe('at last');
  });

  it('never sees States.Runtime, and Catch does not either', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(() => null) });
    const outcome = await fixture.run(
      oneTask(
        {
          Parameters: { 'x.$': '$.missing' },
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Handled' }],
        },
        HANDLED,
      ),
    );
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(fixture.calls).toHaveLength(0);
  });
});

describe('TimeoutSeconds', () => {
  it('fails a task that takes longer, at that second, with States.Timeout', async () => {
    const fixture = new StateMachineFixture({ lambda: { Invoke: () => new Promise(() => {}) } });
    const outcome = await fixture.run(oneTask({ TimeoutSeconds: 30 }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(fixture.clock.now()).toBe(30_000);
    expect(outcome.events.map(({ type }) => type)).toContain('LambdaFunctionTimedOut');
  });

  it('is not meant by States.TaskFailed, but by States.ALL', async () => {
    const fixture = new StateMachineFixture({ lambda: { Invoke: () => new Promise(() => {}) } });
    const Catch = [
      { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
      { ErrorEquals: ['States.ALL'], Next: 'Handled' },
    ];
    const others = { ...HANDLED, Wrong: { Type: 'Fail' } };
    const outcome = await fixture.run(oneTask({ TimeoutSeconds: 1, Catch }, others));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
  });
});

/** Not what Step Functions tells the bus of itself. */
const byRole = ({ principal }: ServiceCall) => principal.kind === 'role';

describe('Service integrations', () => {
  it('dynamodb: names a failed condition as AWS does', async () => {
    const fixture = new StateMachineFixture({
      dynamodb: {
        PutItem: () => {
          throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
        },
      },
    });
    const outcome = await fixture.run(oneTask({ Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: {} }));
    expect(outcome.error).toBe('DynamoDB.ConditionalCheckFailedException');
    expect(outcome.cause).toMatch(
      /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: Cond/,
    );
  });

  it('events: sends an object detail as text and says who sent it', async () => {
    const fixture = new StateMachineFixture({ events: { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) } });
    await fixture.run(
      oneTask({
        Resource: 'arn:aws:states:::events:putEvents',
        Parameters: { Entries: [{ Source: 's', DetailType: 't', Detail: { a: 1 }, Resources: ['mine'] }] },
      }),
    );
    const [entry] = (fixture.calls.find(byRole)?.input.Entries ?? []) as { Detail: unknown; Resources: string[] }[];
    expect(entry?.Detail).toBe('{"a":1}');
    expect(entry?.Resources).toEqual([
      'mine',
      expect.stringContaining(':execution:saga:'),
      'arn:aws:states:eu-west-1:000000000000:stateMachine:saga',
    ]);
  });

  it('events: fails when the bus refuses an entry', async () => {
    const answer = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] };
    const fixture = new StateMachineFixture({ events: { PutEvents: () => answer } });
    const outcome = await fixture.run(
      oneTask({ Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries: [{}] } }),
    );
    expect(outcome).toMatchObject({ error: 'EventBridge.FailedEntry', cause: JSON.stringify(answer) });
  });

  it('aws-sdk: takes any operation, in the spelling of the SDK', async () => {
    const fixture = new StateMachineFixture({ logs: { PutLogEvents: () => ({ nextSequenceToken: 'n' }) } });
    const outcome = await fixture.run(
      oneTask({
        QueryLanguage: 'JSONata',
        Resource: 'arn:aws:states:::aws-sdk:cloudwatchlogs:putLogEvents',
        Arguments: { LogGroupName: 'g', LogEvents: [{ Message: 'm', Timestamp: 1 }] },
      }),
    );
    expect(fixture.calls[0]?.input).toEqual({ logGroupName: 'g', logEvents: [{ message: 'm', timestamp: 1 }] });
    expect(outcome.output).toEqual({ NextSequenceToken: 'n' });
  });

  it('aws-sdk: names unmodelled errors after the service', async () => {
    const fixture = new StateMachineFixture({
      dynamodb: {
        Query: () => {
          throw new AwsError('AccessDeniedException', 'not authorized', { status: 400 });
        },
      },
    });
    const outcome = await fixture.run(oneTask({ Resource: 'arn:aws:states:::aws-sdk:dynamodb:query', Parameters: {} }));
    expect(outcome.error).toBe('DynamoDb.DynamoDbException');
  });

  it('refuses at creation what the embedded cloud cannot call', async () => {
    const fixture = new StateMachineFixture();
    await expect(fixture.create(oneTask({ Resource: 'arn:aws:states:::ecs:runTask.sync' }))).rejects.toThrow(
      /is not recognized.*at \/States\/Step\/Resource/,
    );
  });
});
