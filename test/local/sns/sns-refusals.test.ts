import { describe, expect, it } from 'vitest';
import { snsFixture } from './sns-fixture.ts';

const ACCOUNT = '000000000000';

describe('SNS', () => {
  it('knows no devices to publish to', async () => {
    const { call, cloud } = snsFixture();
    const TargetArn = cloud.arn('sns', 'endpoint/APNS/app/1');
    await expect(call('Publish', { TargetArn, Message: 'x' })).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
    });
  });

  it.each([
    ['', 'Invalid parameter: SubscriptionArn Reason: no value for required parameter'],
    ['word', 'Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1'],
    ['arn:aws:sns:eu-west-1:000000000000:topic', 'Invalid parameter: SubscriptionId'],
  ])('ends no subscription %j', async (SubscriptionArn, message) => {
    const { call } = snsFixture();
    await expect(call('Unsubscribe', { SubscriptionArn })).rejects.toMatchObject({ code: 'InvalidParameter', message });
  });

  it.each([
    ['+15551234567', true],
    ['+15/55-123.4567', true],
    ['NAA+15551234567', false],
    ['+', false],
  ])('takes %s for a number of a telephone: %s', async (Endpoint, isTaken) => {
    const { createTopic, subscribe } = snsFixture();
    const subscribing = subscribe(await createTopic('alarms'), 'sms', Endpoint);
    if (isTaken) await subscribing;
    else
      await expect(subscribing).rejects.toMatchObject({
        code: 'InvalidParameter',
        message: `Invalid SMS endpoint: ${Endpoint}`,
      });
  });

  it('shows the scope of a filter only beside the filter', async () => {
    const { call, createQueue, createTopic, subscribe } = snsFixture();
    const SubscriptionArn = await subscribe(await createTopic('alarms'), 'sqs', await createQueue('q'));
    const shown = async () =>
      (await call<{ Attributes: Record<string, string> }>('GetSubscriptionAttributes', { SubscriptionArn })).Attributes;
    const set = (AttributeName: string, AttributeValue: string) =>
      call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue });
    await set('FilterPolicyScope', 'MessageBody');
    expect(await shown()).not.toHaveProperty('FilterPolicyScope');
    await set('FilterPolicy', '{"a":{"b":["c"]}}');
    expect(await shown()).toMatchObject({ FilterPolicyScope: 'MessageBody' });
    await expect(set('FilterPolicyScope', 'Random')).rejects.toThrow(
      'Invalid parameter: FilterPolicyScope: Invalid value [Random]. Please use either MessageBody or MessageAttributes',
    );
  });
});

describe('The policy of a topic', () => {
  async function policed() {
    const fixture = snsFixture();
    const TopicArn = await fixture.createTopic('alarms');
    const policy = async () => {
      const { Attributes } = await fixture.call<{ Attributes: { Policy: string } }>('GetTopicAttributes', { TopicArn });
      return JSON.parse(Attributes.Policy);
    };
    const add = (Label: string, ActionName: readonly string[], AWSAccountId: readonly string[] = [ACCOUNT]) =>
      fixture.call('AddPermission', { TopicArn, Label, AWSAccountId, ActionName });
    return { ...fixture, TopicArn, policy, add };
  }

  it('grows and shrinks by labelled statements', async () => {
    const { TopicArn, add, call, policy } = await policed();
    const owner = await policy();
    await add('one', ['Publish']);
    await add('two', ['Publish', 'Subscribe'], [ACCOUNT, '111111111111']);
    const one = {
      Sid: 'one',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'SNS:Publish',
      Resource: TopicArn,
    };
    const two = {
      ...one,
      Sid: 'two',
      Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`, 'arn:aws:iam::111111111111:root'] },
      Action: ['SNS:Publish', 'SNS:Subscribe'],
    };
    expect(await policy()).toEqual({ ...owner, Statement: [...owner.Statement, one, two] });
    await call('RemovePermission', { TopicArn, Label: 'one' });
    await call('RemovePermission', { TopicArn, Label: 'none' });
    expect(await policy()).toEqual({ ...owner, Statement: [...owner.Statement, two] });
  });

  it('is what IAM judges the topic by', async () => {
    const { TopicArn, add, cloud } = await policed();
    await add('one', ['Publish']);
    expect(cloud.service('sns')?.resourcePolicy?.(TopicArn)).toMatchObject({ Statement: [{}, { Sid: 'one' }] });
  });

  it("takes no label twice, no action that there is not, and is no other topic's", async () => {
    const { TopicArn, add, call } = await policed();
    await add('one', ['Publish']);
    await expect(add('one', ['Publish'])).rejects.toThrow('Invalid parameter: Statement already exists');
    await expect(add('two', ['Fly'])).rejects.toThrow(
      'Invalid parameter: Policy statement action out of service scope!',
    );
    const input = { TopicArn: `${TopicArn}s`, Label: 'one' };
    await expect(call('RemovePermission', input)).rejects.toMatchObject({ code: 'NotFound', status: 404 });
  });
});
