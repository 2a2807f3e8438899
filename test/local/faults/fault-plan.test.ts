import { expect, test } from 'vitest';
import { checkedFaultPlan } from '../../../local/faults/check-fault-plan.ts';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faultyCloud } from './faulty-cloud.ts';

const { cloud } = await faultyCloud({ rules: [] });
const check = (plan: unknown) => () => checkedFaultPlan(cloud, plan);

test('a plan survives JSON unchanged, and says nothing that it was not given', () => {
  const plan: FaultPlan = {
    seed: 3,
    rules: [
      {
        name: 'busy',
        match: { service: 'kinesis', operation: ['Put*', 'GetRecords'], resource: '*clicks', principal: 'role' },
        when: { skip: 1, every: 2, times: 3, probability: 0.5, fromMs: 10, untilMs: 20 },
        fault: { kind: 'throttle' },
      },
      { match: { operation: 'PutEvents' }, fault: { kind: 'partial', entries: [0, 2], code: 'X', message: 'no' } },
    ],
  };
  expect(checkedFaultPlan(cloud, JSON.parse(JSON.stringify(plan)))).toEqual(plan);
});

test('what is malformed is refused with its place and the rule that it breaks, all of it at once', () => {
  expect(check(null)).toThrow(/^Cannot use fault plan: plan: /);
  expect(check({ rules: [{ fault: { kind: 'explode' } }] })).toThrow(/rules\[0\]\.fault\.kind: .*throttle/i);
  expect(check({ rules: [{ fault: { kind: 'delay', delayMs: -1 } }] })).toThrow('rules[0].fault.delayMs');
  const two = { rules: [{ fault: { kind: 'throttle' }, when: { probability: 2, evry: 1 } }, {}] };
  expect(check(two)).toThrow(/rules\[0\]\.when\.probability: .*; rules\[0\]\.when: .*evry.*; rules\[1\]\.fault: /);
});

test('a rule that could never strike is refused: unknown service, unknown operation, fault that the call cannot have', () => {
  const rule = (match: object, fault: object = { kind: 'throttle' }, when: object = {}) => ({
    rules: [{ match, fault, when }],
  });
  expect(check(rule({ service: 'dynamo' }))).toThrow(
    /rules\[0\]\.match\.service: no service matches 'dynamo' \(there are .*dynamodb/,
  );
  expect(check(rule({ service: 'sqs', operation: 'PutRecords' }))).toThrow(
    "rules[0].match.operation: no operation of 'sqs' matches 'PutRecords'",
  );
  expect(check(rule({ service: 'sqs', operation: 'SendMessage' }, { kind: 'partial' }))).toThrow(
    /rules\[0\]\.fault\.kind: 'partial' is for batches \(.*kinesis PutRecords/,
  );
  expect(check(rule({ service: 'sqs' }, { kind: 'crash', at: 'after' }))).toThrow("'crash' is for lambda Invoke");
  expect(check(rule({ service: 'sns' }, { kind: 'reorder' }))).toThrow("'reorder' is for sqs ReceiveMessage");
  expect(check(rule({ service: 'dynamodb' }, { kind: 'drop' }))).toThrow("'drop' is for events PutEvents, kinesis");
  expect(check(rule({}, { kind: 'throttle' }, { fromMs: 5, untilMs: 5 }))).toThrow('must be later than fromMs (5)');
});
