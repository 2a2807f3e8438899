import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RestartableCloud } from '../../support/restartable-cloud.ts';
import {
  DAY_MS,
  EVERY_EVENT,
  endCloudsAfterEach,
  MINUTE_MS,
  makeQueues,
  makeRule,
  put,
  queueArn,
  ROLE_ARN,
  startEvents,
  takeMessages,
  takeNumbers,
  target,
} from './durable-events.ts';

endCloudsAfterEach();

describe('events that were accepted, after kill -9', () => {
  test('reach every target once, in their order, wherever the process ended', async () => {
    const { running } = await startEvents();
    await makeQueues(running, 'a', 'b');
    await makeRule(running, 'rule', [target('a'), target('b')]);
    await put(running, 1, 2, 3, 4, 5);

    const after = await running.restarted(3 * DAY_MS);
    await after.clock.advance(0);
    const again = await after.restarted();
    await again.clock.advance(DAY_MS);

    for (const queue of ['a', 'b']) expect((await takeNumbers(again, queue)).sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('wait for the rest of their pause, and count on with their attempts', async () => {
    const { world, running } = await startEvents();
    await makeQueues(running, 'a', 'dead');
    const more = { RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: queueArn('dead') } };
    await makeRule(running, 'rule', [target('a', more)]);
    const attempts: string[] = [];
    world.fail = queue => {
      if (queue === 'a') attempts.push(queue);
      return queue === 'a';
    };
    await put(running, 1);
    await running.clock.advance(400); // a retry comes half a second after the attempt at the earliest
    expect(attempts).toHaveLength(1);

    const after = await running.restarted();
    await after.clock.advance(50);
    expect(attempts).toHaveLength(1);
    await after.clock.advance(600);
    expect(attempts).toHaveLength(2);
    const again = await after.restarted(MINUTE_MS);
    await again.clock.advance(0);
    expect(attempts).toHaveLength(3); // it was overdue
    await again.clock.advance(MINUTE_MS);

    expect(attempts).toHaveLength(4);
    const [dead, ...others] = await takeMessages(again, 'dead');
    expect(others).toEqual([]);
    expect(dead?.MessageAttributes).toMatchObject({
      RETRY_ATTEMPTS: { StringValue: '3' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RULE_ARN: { StringValue: 'arn:aws:events:eu-west-1:000000000000:rule/rule' },
    });
    const last = await again.restarted();
    await last.clock.advance(DAY_MS);
    expect(attempts).toHaveLength(4);
    expect(await takeMessages(last, 'dead')).toEqual([]);
  });

  test('finish with the target as it was, though the rule is gone', async () => {
    const { world, running } = await startEvents();
    await makeQueues(running, 'a');
    await makeRule(running, 'rule', [target('a', { InputPath: '$.detail.n' })]);
    world.fail = () => true;
    await put(running, 7);
    await running.clock.advance(0);
    await running.call('events', 'RemoveTargets', { Rule: 'rule', Ids: ['a'] });
    await running.call('events', 'DeleteRule', { Name: 'rule' });

    const after = await running.restarted();
    world.fail = () => false;
    await after.clock.advance(MINUTE_MS);

    expect((await takeMessages(after, 'a')).map(({ Body }) => Body)).toEqual(['7']);
  });

  test('are sent to an API destination again when the process ended before its answer', async () => {
    const { running } = await startEvents();
    const { ConnectionArn } = await running.call<{ ConnectionArn: string }>('events', 'CreateConnection', {
      Name: 'c',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'n', ApiKeyValue: 'v' } },
    });
    const destination = { Name: 'd', ConnectionArn, InvocationEndpoint: 'http://127.0.0.1:1/', HttpMethod: 'POST' };
    const made = await running.call<{ ApiDestinationArn: string }>('events', 'CreateApiDestination', destination);
    await makeRule(running, 'rule', [{ Id: 'd', Arn: made.ApiDestinationArn, RoleArn: ROLE_ARN }]);
    let calls = 0;
    const hang = ({ cloud }: RestartableCloud, answer: Promise<unknown>) =>
      cloud.intercept((request, next) => {
        if (request.operation !== 'InvokeApiDestination') return next();
        calls++;
        return answer;
      });
    hang(running, new Promise(() => {}));
    await put(running, 1);
    await running.clock.advance(0);
    expect(calls).toBe(1);

    const after = await running.restarted();
    hang(after, Promise.resolve({}));
    await after.clock.advance(0);
    expect(calls).toBe(2);

    const again = await after.restarted();
    hang(again, Promise.resolve({}));
    await again.clock.advance(DAY_MS);
    expect(calls).toBe(2);
  });

  test('go on from bus to bus with their id', async () => {
    const { running } = await startEvents();
    await makeQueues(running, 'a');
    await running.call('events', 'CreateEventBus', { Name: 'second' });
    const Arn = 'arn:aws:events:eu-west-1:000000000000:event-bus/second';
    await makeRule(running, 'forward', [{ Id: 'bus', Arn, RoleArn: ROLE_ARN }]);
    await running.call('events', 'PutRule', { Name: 'in', EventBusName: 'second', EventPattern: EVERY_EVENT });
    await running.call('events', 'PutTargets', { Rule: 'in', EventBusName: 'second', Targets: [target('a')] });
    const Entries = [{ Source: 's', DetailType: 't', Detail: '{"n":1}' }];
    const answer = await running.call<{ Entries: { EventId: string }[] }>('events', 'PutEvents', { Entries });

    const after = await running.restarted();
    await after.clock.advance(0);

    const [message] = await takeMessages(after, 'a');
    expect(JSON.parse(message?.Body ?? '{}').id).toBe(answer.Entries[0]?.EventId);
  });
});

type Step =
  | { readonly kind: 'put'; readonly count: number }
  | { readonly kind: 'add'; readonly queue: number }
  | { readonly kind: 'remove'; readonly queue: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'kill'; readonly downMs: number };

const QUEUES = ['q0', 'q1', 'q2'];
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ kind: fc.constant('put' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('add' as const), queue: fc.nat(2) }),
  fc.record({ kind: fc.constant('remove' as const), queue: fc.nat(2) }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(0, 700, 5_000) }),
  fc.record({ kind: fc.constant('kill' as const), downMs: fc.constantFrom(0, 30_000) }),
);

describe('EventBridge, killed at random', () => {
  test('delivers every accepted event once to each target of that time, and to no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 20 }),
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.constantFrom(300, 2 ** 26),
        async (steps, failures, snapshotAfterBytes) => {
          const { world, running: first } = await startEvents({ snapshotAfterBytes });
          let sends = 0;
          world.fail = () => failures[sends++] ?? false;
          await makeQueues(first, ...QUEUES);
          await makeRule(first, 'rule', []);
          const { running, expected } = await walk(first, steps);
          const last = await running.restarted();
          await last.clock.advance(DAY_MS);
          for (const [index, queue] of QUEUES.entries())
            expect((await takeNumbers(last, queue)).sort((a, b) => a - b)).toEqual(expected[index]);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);
});

/** Keeps the numbers of the events that each queue has to get. */
async function walk(first: RestartableCloud, steps: readonly Step[]) {
  let running = first;
  let next = 0;
  const targets = new Set<number>();
  const expected: number[][] = QUEUES.map(() => []);
  for (const step of steps) {
    if (step.kind === 'put') {
      const numbers = Array.from({ length: step.count }, () => next++);
      await put(running, ...numbers);
      for (const queue of targets) expected[queue]?.push(...numbers);
    } else if (step.kind === 'add') {
      targets.add(step.queue);
      await running.call('events', 'PutTargets', { Rule: 'rule', Targets: [target(`q${step.queue}`)] });
    } else if (step.kind === 'remove') {
      targets.delete(step.queue);
      await running.call('events', 'RemoveTargets', { Rule: 'rule', Ids: [`q${step.queue}`] });
    } else if (step.kind === 'advance') {
      await running.clock.advance(step.ms);
    } else {
      running = await running.restarted(step.downMs);
    }
  }
  return { running, expected };
}
