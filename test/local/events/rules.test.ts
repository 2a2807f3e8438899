import { describe, expect, test } from 'vitest';
import { queue, RecordingCloud, throttled } from './recording-cloud.ts';

const pattern = '{"source":["shop"]}';

describe('PutRule', () => {
  test('names the bus in the ARN, except for the default bus', async () => {
    const aws = new RecordingCloud();
    await aws.events('CreateEventBus', { Name: 'orders' });
    const rule = { Name: 'r', EventPattern: pattern };
    expect(await aws.events('PutRule', rule)).toEqual({ RuleArn: 'arn:aws:events:eu-west-1:000000000000:rule/r' });
    expect(await aws.events('PutRule', { ...rule, EventBusName: 'orders' })).toEqual({
      RuleArn: 'arn:aws:events:eu-west-1:000000000000:rule/orders/r',
    });
    expect(await aws.events('DescribeRule', { Name: 'r', EventBusName: 'orders' })).toEqual({
      Name: 'r',
      Arn: 'arn:aws:events:eu-west-1:000000000000:rule/orders/r',
      EventBusName: 'orders',
      EventPattern: pattern,
      State: 'ENABLED',
      CreatedBy: '000000000000',
    });
  });

  test.each([
    [{ Name: 'r' }, 'ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.'],
    [
      { Name: 'r', EventPattern: pattern, EventBusName: 'no' },
      'ResourceNotFoundException',
      'Event bus no does not exist.',
    ],
    [
      { Name: 'r', ScheduleExpression: 'rate(1 minutes)' },
      'ValidationException',
      'Parameter ScheduleExpression is not valid.',
    ],
    [
      { Name: 'r', EventPattern: '{"a":[]}' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Empty arrays are not allowed\n at [Source: (String)"{"a":[]}"; line: 1, column: 8]',
    ],
    [
      { Name: 'a b', EventPattern: pattern },
      'ValidationException',
      "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
  ])('refuses %j', async (input, name, message) => {
    await expect(new RecordingCloud().events('PutRule', input)).rejects.toMatchObject({ name, message });
  });

  test('replaces pattern and description, and keeps targets', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'q', Arn: queue('q') }], { Description: 'first' });
    await aws.events('PutRule', { Name: 'r', EventPattern: '{"source":["other"]}' });
    await aws.put();
    await aws.put({ Source: 'other' });
    expect(aws.messages('q')).toHaveLength(1);
    expect(await aws.events('DescribeRule', { Name: 'r' })).not.toHaveProperty('Description');
  });
});

describe('rules', () => {
  test('a disabled rule sees nothing until it is enabled again', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'q', Arn: queue('q') }]);
    await aws.events('DisableRule', { Name: 'r' });
    await aws.put();
    expect(aws.messages('q')).toEqual([]);
    await aws.events('EnableRule', { Name: 'r' });
    await aws.put();
    expect(aws.messages('q')).toHaveLength(1);
  });

  test('a rule with targets cannot be deleted, one that is not there can', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'q', Arn: queue('q') }]);
    await expect(aws.events('DeleteRule', { Name: 'r' })).rejects.toMatchObject({
      message: "Rule can't be deleted since it has targets.",
    });
    await aws.events('RemoveTargets', { Rule: 'r', Ids: ['q', 'other'] });
    await aws.events('DeleteRule', { Name: 'r' });
    await aws.events('DeleteRule', { Name: 'r' });
    await expect(aws.events('DescribeRule', { Name: 'r' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule r does not exist on EventBus default.',
    });
  });

  test('listings come in pages', async () => {
    const aws = new RecordingCloud();
    for (const name of ['a-1', 'a-2', 'a-3', 'b-1']) await aws.events('PutRule', { Name: name, EventPattern: pattern });
    const first = await aws.events('ListRules', { NamePrefix: 'a', Limit: 2 });
    expect(first).toMatchObject({ Rules: [{ Name: 'a-1' }, { Name: 'a-2' }] });
    const second = await aws.events('ListRules', { NamePrefix: 'a', Limit: 2, NextToken: first.NextToken });
    expect(second).toMatchObject({ Rules: [{ Name: 'a-3' }] });
    expect(second).not.toHaveProperty('NextToken');
  });
});

describe('PutTargets', () => {
  const put = async (target: Record<string, unknown>) => {
    const aws = new RecordingCloud();
    await aws.events('PutRule', { Name: 'r', EventPattern: pattern });
    return aws.events('PutTargets', { Rule: 'r', Targets: [target] });
  };
  const arn = queue('q');

  test.each([
    [
      { Id: 'q', Arn: 'not-an-arn' },
      'Parameter not-an-arn is not valid. Reason: Provided Arn is not in correct format.',
    ],
    [
      { Id: '!', Arn: arn },
      "1 validation error detected: Value '!' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [{ Id: 'q', Arn: `${arn}.fifo` }, 'Parameter(s) SqsParameters must be specified for target: q.'],
    [
      { Id: 'k', Arn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s' },
      'RoleArn is required for target arn:aws:kinesis:eu-west-1:000000000000:stream/s.',
    ],
    [
      { Id: 'q', Arn: arn, Input: '{}', InputPath: '$.detail' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target q.',
    ],
    [
      { Id: 'q', Arn: arn, InputTransformer: { InputPathsMap: { a: '$.a' }, InputTemplate: '"<a> <b>"' } },
      'InputTemplate for target q contains invalid placeholder b.',
    ],
  ])('refuses %j', async (target, message) => {
    await expect(put(target)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  test('takes at most five targets for a rule', async () => {
    const aws = new RecordingCloud();
    const targets = [1, 2, 3, 4, 5].map(n => ({ Id: `q${n}`, Arn: arn }));
    await aws.rule('r', targets);
    await expect(aws.events('PutTargets', { Rule: 'r', Targets: [{ Id: 'q6', Arn: arn }] })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    expect(await aws.events('ListRuleNamesByTarget', { TargetArn: arn })).toEqual({ RuleNames: ['r'] });
  });

  test('events that are under way finish with the target as it was', async () => {
    const aws = new RecordingCloud();
    await aws.rule('r', [{ Id: 'q', Arn: queue('old') }]);
    aws.fail = throttled;
    await aws.put();
    await aws.events('PutTargets', { Rule: 'r', Targets: [{ Id: 'q', Arn: queue('new') }] });
    aws.fail = () => {};
    await aws.clock.advance(60_000);
    expect([aws.messages('old').length, aws.messages('new').length]).toEqual([2, 0]);
  });
});

describe('TestEventPattern', () => {
  test('answers for one event', async () => {
    const aws = new RecordingCloud();
    const test = (Event: string) => aws.events('TestEventPattern', { EventPattern: pattern, Event });
    expect(await test('{"source":"shop"}')).toEqual({ Result: true });
    expect(await test('{"source":"other"}')).toEqual({ Result: false });
    await expect(test('plain text')).rejects.toMatchObject({ message: 'Parameter Event is not valid.' });
  });
});
