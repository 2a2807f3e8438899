import { expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faults } from '../../../local/faults/faults.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { type Caller, faultyCloud, only, QUEUE_URL, queue, stream, table } from './faulty-cloud.ts';

async function refusalOf(call: Promise<unknown>): Promise<AwsError> {
  const error = await call.then(
    () => undefined,
    reason => reason,
  );
  if (error instanceof AwsError) return error;
  throw new Error(`expected a refusal, received ${String(error)}`);
}

const put = (kinesis: Caller, data = 'eA==') =>
  kinesis('PutRecord', { StreamName: 'clicks', Data: data, PartitionKey: 'k' });
const send = (sqs: Caller, body = 'x') => sqs('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: body });
const lengthOf = async (sqs: Caller) =>
  Number(
    (
      await sqs<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
        QueueUrl: QUEUE_URL,
        AttributeNames: ['ApproximateNumberOfMessages'],
      })
    ).Attributes.ApproximateNumberOfMessages,
  );

test('throttle: each service refuses with its own code, and nothing is carried out', async () => {
  const { to, injected } = await faultyCloud(only({ fault: { kind: 'throttle' } }));
  const codes = async (service: string, operation: string, input: JsonObject = {}) =>
    (await refusalOf(to(service)(operation, input))).code;
  expect(await codes('kinesis', 'PutRecords')).toBe('ProvisionedThroughputExceededException');
  expect(await codes('kinesis', 'ListShards')).toBe('LimitExceededException');
  expect(await codes('dynamodb', 'PutItem')).toBe('ProvisionedThroughputExceededException');
  expect(await codes('sqs', 'SendMessage')).toBe('RequestThrottled');
  expect(await codes('s3', 'PutObject')).toBe('SlowDown');
  expect(await codes('events', 'PutEvents')).toBe('ThrottlingException');
  expect(await refusalOf(to('lambda')('Invoke', {}))).toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  expect(injected).toHaveLength(7);
});

test('throttle: a transaction is cancelled, and its reasons say which item was too much', async () => {
  const { to } = await faultyCloud(only({ match: { service: 'dynamodb' }, fault: { kind: 'throttle' } }), table);
  const Put = { TableName: 'items', Item: { id: { S: 'a' } } };
  const error = await refusalOf(to('dynamodb')('TransactWriteItems', { TransactItems: [{ Put }, { Put }] }));
  expect(error.code).toBe('TransactionCanceledException');
  expect(error.fields.CancellationReasons).toMatchObject([{ Code: 'ProvisionedThroughputExceeded' }, { Code: 'None' }]);
});

test('fail-before has no effect, fail-after has it, and both look the same to the caller', async () => {
  for (const [kind, messages] of [['fail-before', 0] as const, ['fail-after', 1] as const]) {
    const { to } = await faultyCloud(only({ match: { operation: 'SendMessage' }, fault: { kind } }), queue);
    expect(await refusalOf(send(to('sqs')))).toMatchObject({ code: 'InternalError', status: 500 });
    expect(await lengthOf(to('sqs'))).toBe(messages);
  }
});

test('a failure says what the plan says, where it says something', async () => {
  const fault = { kind: 'fail-before', code: 'ServiceUnavailable', message: 'later', status: 503 } as const;
  const { to } = await faultyCloud(only({ match: { service: 'sqs' }, fault }), queue);
  expect(await refusalOf(send(to('sqs')))).toMatchObject({
    code: 'ServiceUnavailable',
    message: 'later',
    status: 503,
  });
});

test('lose-answer: the effect is there, the caller learns after its patience that nobody answered', async () => {
  const rule = { match: { operation: 'SendMessage' }, fault: { kind: 'lose-answer', afterMs: 5000 } } as const;
  const { to, clock } = await faultyCloud(only(rule), queue);
  let refusal: AwsError | undefined;
  const sending = refusalOf(send(to('sqs'))).then(error => {
    refusal = error;
  });
  await clock.advance(4999);
  expect(refusal).toBeUndefined();
  expect(await lengthOf(to('sqs'))).toBe(1);
  await clock.advance(1);
  await sending;
  expect(refusal).toMatchObject({ code: 'RequestTimeout', status: 504 });
});

test('delay: the call is carried out later on the clock, and answered normally', async () => {
  const rule = { match: { operation: 'SendMessage' }, fault: { kind: 'delay', delayMs: 1000 } } as const;
  const { to, clock } = await faultyCloud(only(rule), queue);
  const sending = send(to('sqs'));
  await clock.advance(999);
  expect(await lengthOf(to('sqs'))).toBe(0);
  await clock.advance(1);
  expect(await sending).toHaveProperty('MessageId');
});

test('duplicate: carried out twice, answered once; a second time that is refused is not heard', async () => {
  const { to } = await faultyCloud({ rules: [{ fault: { kind: 'duplicate' } }] }, async caller => {
    await queue(caller);
    await table(caller);
  });
  const { MessageId } = await send(to('sqs'));
  expect(MessageId).toBeDefined();
  expect(await lengthOf(to('sqs'))).toBe(2);
  const Item = { id: { S: 'a' } };
  await to('dynamodb')('PutItem', { TableName: 'items', Item, ConditionExpression: 'attribute_not_exists(id)' });
});

test('crash: before the handler runs, or after; the caller gets what Lambda says of a dead environment', async () => {
  for (const [at, runs] of [['before', 0] as const, ['after', 1] as const]) {
    const { cloud, invoked } = cloudWithFunction(only({ fault: { kind: 'crash', at } }));
    const answer = await cloud.call<{ FunctionError: string; Payload: string }>({
      ...INVOKE,
      requestId: 'r-1',
    });
    expect(invoked()).toBe(runs);
    expect(answer.FunctionError).toBe('Unhandled');
    expect(JSON.parse(answer.Payload)).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('RequestId: r-1'),
    });
  }
});

test('crash: an asynchronous invocation is not a call that a handler could die under', async () => {
  const { cloud, invoked } = cloudWithFunction(only({ fault: { kind: 'crash', at: 'before' } }));
  await cloud.call({ ...INVOKE, input: { ...INVOKE.input, InvocationType: 'Event' } });
  expect(invoked()).toBe(1);
});

test('reorder: the messages of a standard queue come in another order, none lost, none twice; a FIFO queue keeps its own', async () => {
  const bodies = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const { to } = await faultyCloud(only({ fault: { kind: 'reorder' } }, 5), async caller => {
    await queue(caller);
    await caller('sqs')('CreateQueue', { QueueName: 'jobs.fifo', Attributes: { FifoQueue: 'true' } });
  });
  const url = { plain: QUEUE_URL, fifo: `${QUEUE_URL}.fifo` };
  for (const MessageBody of bodies) {
    await send(to('sqs'), MessageBody);
    const group = { MessageGroupId: 'g', MessageDeduplicationId: MessageBody };
    await to('sqs')('SendMessage', { QueueUrl: url.fifo, MessageBody, ...group });
  }
  const receive = async (QueueUrl: string) => {
    const { Messages } = await to('sqs')<{ Messages: { Body: string }[] }>('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    return Messages.map(message => message.Body);
  };
  const plain = await receive(url.plain);
  expect(plain).not.toEqual(bodies);
  expect(plain.toSorted()).toEqual(bodies);
  expect(await receive(url.fifo)).toEqual(bodies);
});

test('a rule is for the service, operation, resource and kind of caller that it names, and for nothing else', async () => {
  const match = { service: 'kinesis', operation: 'Put*', resource: 'clicks', principal: 'role' } as const;
  const { to, injected } = await faultyCloud(only({ name: 'busy', match, fault: { kind: 'throttle' } }), stream);
  const role = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', session: 's' } as const;
  await put(to('kinesis'));
  await to('kinesis')('DescribeStream', { StreamName: 'clicks' }, role);
  const record = { Data: 'eA==', PartitionKey: 'k' };
  const elsewhere = await refusalOf(to('kinesis')('PutRecord', { StreamName: 'other', ...record }, role));
  expect(elsewhere.code).toBe('ResourceNotFoundException');
  expect(injected).toEqual([]);
  await refusalOf(to('kinesis')('PutRecord', { StreamName: 'clicks', ...record }, role));
  expect(injected).toEqual([
    {
      fault: { kind: 'throttle' },
      rule: 'busy',
      request: {
        service: 'kinesis',
        operation: 'PutRecord',
        resources: ['arn:aws:kinesis:eu-west-1:000000000000:stream/clicks'],
        principal: 'role',
      },
      atMs: Date.UTC(2026, 0, 1),
    },
  ]);
});

test('a rule may be for one caller: the session of a role, or a service by its name', async () => {
  const match = { operation: 'SendMessage', caller: ['*-collector', 'events.*'] };
  const { to } = await faultyCloud(only({ match, fault: { kind: 'throttle' } }), queue);
  const role = (session: string) => ({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', session }) as const;
  const call = (principal: Principal) => to('sqs')('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'x' }, principal);
  const events = { kind: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:aws:events:::rule/x' } as const;
  await call(role('dev-drainer'));
  await call(OPERATOR);
  expect(await refusalOf(call(role('dev-collector')))).toMatchObject({ code: 'RequestThrottled' });
  expect(await refusalOf(call(events))).toMatchObject({ code: 'RequestThrottled' });
});

test('skip, every and times choose by call count', async () => {
  const when = { skip: 2, every: 3, times: 2 };
  const { to } = await faultyCloud(
    only({ match: { operation: 'SendMessage' }, when, fault: { kind: 'throttle' } }),
    queue,
  );
  expect(await outcomes(to('sqs'), 12)).toBe('..x..x......');
});

test('fromMs and untilMs choose by the time since the plan took effect', async () => {
  const when = { fromMs: 1000, untilMs: 3000 };
  const { to, clock } = await faultyCloud(
    only({ match: { operation: 'SendMessage' }, when, fault: { kind: 'throttle' } }),
    queue,
  );
  let seen = '';
  for (let second = 0; second < 5; second++) {
    seen += await outcomes(to('sqs'), 1);
    await clock.advance(1000);
  }
  expect(seen).toBe('.xx..');
});

test('probability: the same seed strikes the same calls, another seed others, and other rules change nothing', async () => {
  const rule = {
    match: { operation: 'SendMessage' },
    when: { probability: 0.4 },
    fault: { kind: 'throttle' },
  } as const;
  const run = async (plan: FaultPlan) => outcomes((await faultyCloud(plan, queue)).to('sqs'), 60);
  const first = await run(only(rule, 7));
  expect(await run(only(rule, 7))).toBe(first);
  expect(await run(only(rule, 8))).not.toBe(first);
  const struck = [...first].filter(mark => mark === 'x').length;
  expect(struck).toBeGreaterThan(12);
  expect(struck).toBeLessThan(36);
  const other = {
    match: { operation: 'GetQueueUrl' },
    when: { probability: 0.5 },
    fault: { kind: 'throttle' },
  } as const;
  expect(await run({ seed: 7, rules: [rule, other] })).toBe(first);
});

test('of several rules the first that strikes is the one; those after it do not count the call', async () => {
  const match = { operation: 'SendMessage' };
  const rules = [
    { name: 'first', match, when: { every: 2 }, fault: { kind: 'throttle' } },
    { name: 'second', match, when: { times: 1 }, fault: { kind: 'fail-before' } },
  ] as const;
  const { to, injected } = await faultyCloud({ seed: 1, rules: [...rules] }, queue);
  expect(await outcomes(to('sqs'), 4)).toBe('xxx.');
  expect(injected.map(({ rule }) => rule)).toEqual(['first', 'second', 'first']);
});

/** `x` for a call that was refused, `.` for one that went through. */
async function outcomes(sqs: Caller, count: number): Promise<string> {
  let marks = '';
  for (let i = 0; i < count; i++) {
    marks += await send(sqs).then(
      () => '.',
      () => 'x',
    );
  }
  return marks;
}

const INVOKE = { service: 'lambda', operation: 'Invoke', input: { FunctionName: 'f' }, principal: OPERATOR };

function cloudWithFunction(plan: FaultPlan): { cloud: Cloud; invoked: () => number } {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  let invocations = 0;
  const Invoke = () => {
    invocations++;
    return { StatusCode: 200, Payload: '"done"' };
  };
  cloud.register({
    name: 'lambda',
    wire: { protocol: 'json', targetPrefix: 'Lambda', version: '1.1' },
    operations: { Invoke },
  });
  cloud.intercept(faults(cloud, plan).intercept);
  return { cloud, invoked: () => invocations };
}
