import { describe, expect, test } from 'vitest';
import { queue, RecordingCloud } from './recording-cloud.ts';

describe('event buses', () => {
  test('are there once, and the default one for ever', async () => {
    const aws = new RecordingCloud();
    await aws.events('CreateEventBus', { Name: 'orders' });
    await expect(aws.events('CreateEventBus', { Name: 'orders' })).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Event bus orders already exists.',
    });
    await expect(aws.events('DeleteEventBus', { Name: 'default' })).rejects.toMatchObject({
      message: 'Cannot delete event bus default.',
    });
    await aws.events('DeleteEventBus', { Name: 'orders' });
    expect(await aws.events('ListEventBuses')).toMatchObject({ EventBuses: [{ Name: 'default' }] });
    await expect(aws.events('DescribeEventBus', { Name: 'orders' })).rejects.toMatchObject({
      message: 'Event bus orders does not exist.',
    });
  });

  test('keep their events apart', async () => {
    const aws = new RecordingCloud();
    await aws.events('CreateEventBus', { Name: 'orders' });
    await aws.rule('r', [{ Id: 'q', Arn: queue('default') }]);
    await aws.rule('r', [{ Id: 'q', Arn: queue('orders') }], { EventBusName: 'orders' });
    await aws.put({ EventBusName: 'arn:aws:events:eu-west-1:000000000000:event-bus/orders' });
    expect([aws.messages('default').length, aws.messages('orders').length]).toEqual([0, 1]);
  });

  test('an event keeps its id, source and time on its way to another bus', async () => {
    const aws = new RecordingCloud();
    await aws.events('CreateEventBus', { Name: 'other' });
    const busArn = 'arn:aws:events:eu-west-1:000000000000:event-bus/other';
    await aws.rule('here', [{ Id: 'q', Arn: queue('here') }]);
    await aws.rule('forward', [{ Id: 'bus', Arn: busArn, RoleArn: 'arn:aws:iam::000000000000:role/forward' }]);
    await aws.rule('there', [{ Id: 'q', Arn: queue('there') }], { EventBusName: 'other' });
    await aws.put({ Time: 1_700_000_000, Resources: ['arn:x'] });
    await aws.clock.advance(0);
    expect(aws.messages('there')).toEqual(aws.messages('here'));
    expect(aws.messages('there')).toHaveLength(1);
  });

  test('permissions become statements of a policy', async () => {
    const aws = new RecordingCloud();
    const put = (StatementId: string, Principal: string) =>
      aws.events('PutPermission', { Action: 'events:PutEvents', StatementId, Principal });
    await put('one', '111111111111');
    await put('all', '*');
    const { Policy } = await aws.events('DescribeEventBus');
    const Resource = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';
    expect(JSON.parse(String(Policy))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'one',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: 'events:PutEvents',
          Resource,
        },
        { Sid: 'all', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource },
      ],
    });
    expect(aws.cloud.service('events')?.resourcePolicy?.(Resource)).toEqual(JSON.parse(String(Policy)));
    await aws.events('RemovePermission', { StatementId: 'one' });
    await expect(aws.events('RemovePermission', { StatementId: 'one' })).rejects.toMatchObject({
      message: 'Statement with the provided id does not exist.',
    });
    await aws.events('RemovePermission', { RemoveAllPermissions: true });
    expect(await aws.events('DescribeEventBus')).not.toHaveProperty('Policy');
  });

  test('tags stay with buses and rules', async () => {
    const aws = new RecordingCloud();
    const rule = { Name: 'r', EventPattern: '{"a":[1]}', Tags: [{ Key: 'k', Value: 'v' }] };
    const { RuleArn } = await aws.events('PutRule', rule);
    await aws.events('TagResource', { ResourceARN: RuleArn, Tags: [{ Key: 'l', Value: 'w' }] });
    await aws.events('UntagResource', { ResourceARN: RuleArn, TagKeys: ['k', 'none'] });
    expect(await aws.events('ListTagsForResource', { ResourceARN: RuleArn })).toEqual({
      Tags: [{ Key: 'l', Value: 'w' }],
    });
    await aws.events('DeleteRule', { Name: 'r' });
    await expect(aws.events('ListTagsForResource', { ResourceARN: RuleArn })).rejects.toMatchObject({
      message: 'Rule r does not exist on EventBus default.',
    });
  });

  test('what a call needs names the bus or the rule', () => {
    const permissions = (operation: string, input: Record<string, unknown>) =>
      new RecordingCloud().cloud.service('events')?.permissions?.(operation, input);
    const arn = 'arn:aws:events:eu-west-1:000000000000';
    expect(permissions('PutEvents', { Entries: [{ EventBusName: 'a' }, { EventBusName: 'a' }, {}] })).toEqual([
      { action: 'events:PutEvents', resources: [`${arn}:event-bus/a`, `${arn}:event-bus/default`] },
    ]);
    expect(permissions('PutTargets', { Rule: 'r', EventBusName: 'a' })).toEqual([
      { action: 'events:PutTargets', resources: [`${arn}:rule/a/r`] },
    ]);
  });
});
