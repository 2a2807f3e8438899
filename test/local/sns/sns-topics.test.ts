import { describe, expect, it } from 'vitest';
import { snsFixture } from './sns-fixture.ts';

describe('A topic', () => {
  it('is created once, listed, described as AWS describes it, and deleted without harm twice', async () => {
    const { call, createTopic } = snsFixture();
    const TopicArn = await createTopic('alarms', { DisplayName: 'Alarms' });
    expect(TopicArn).toBe('arn:aws:sns:eu-west-1:000000000000:alarms');
    expect(await createTopic('alarms')).toBe(TopicArn);
    expect(await call('ListTopics', {})).toEqual({ Topics: [{ TopicArn }] });
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('GetTopicAttributes', { TopicArn });
    expect(Attributes).toMatchObject({
      DisplayName: 'Alarms',
      Owner: '000000000000',
      SubscriptionsConfirmed: '0',
      SubscriptionsDeleted: '0',
      SubscriptionsPending: '0',
      TopicArn,
    });
    expect(Attributes).not.toHaveProperty('FifoTopic');
    expect(JSON.parse(Attributes.Policy ?? '')).toMatchObject({
      Statement: [{ Condition: { StringEquals: { 'AWS:SourceOwner': '000000000000' } } }],
    });
    await call('DeleteTopic', { TopicArn });
    await call('DeleteTopic', { TopicArn });
    await expect(call('GetTopicAttributes', { TopicArn })).rejects.toMatchObject({
      code: 'NotFound',
      message: 'Topic does not exist',
      status: 404,
    });
  });

  it('keeps its policy, and its tags', async () => {
    const { call, cloud, createTopic } = snsFixture();
    const TopicArn = await createTopic('alarms');
    const AttributeValue = '{"Statement":[]}';
    await call('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });
    expect(cloud.service('sns')?.resourcePolicy?.(TopicArn)).toEqual({ Statement: [] });
    await call('TagResource', { ResourceArn: TopicArn, Tags: [{ Key: 'k1', Value: 'v1' }] });
    expect(await call('ListTagsForResource', { ResourceArn: TopicArn })).toEqual({
      Tags: [{ Key: 'k1', Value: 'v1' }],
    });
    const duplicated = Array(2).fill({ Key: 'k', Value: 'v' });
    await expect(call('TagResource', { ResourceArn: TopicArn, Tags: duplicated })).rejects.toThrow(
      'Invalid parameter: Duplicated keys are not allowed.',
    );
    await expect(call('CreateTopic', { Name: 'alarms', Tags: [{ Key: 'k2', Value: 'v' }] })).rejects.toThrow(
      'Topic already exists with different tags',
    );
  });

  it.each([
    ['an ARN of one part', { TopicArn: 'alarms' }, 'TopicArn Reason: An ARN must have at least 6 elements, not 1'],
    ['an empty message', { Message: '' }, 'Empty message'],
    ['an empty subject', { Subject: '' }, 'Subject'],
    ['a message that is too long', { Message: 'x'.repeat(262_145) }, 'Message too long'],
    ['a deduplication id', { MessageDeduplicationId: 'x' }, 'MessageDeduplicationId Reason: The request includes'],
    ['a phone number', { PhoneNumber: '+1a234' }, 'PhoneNumber Reason: +1a234 is not valid to publish to'],
  ])('is not published to with %s', async (_, input, message) => {
    const { call, createTopic } = snsFixture();
    const TopicArn = await createTopic('alarms');
    await expect(call('Publish', { TopicArn, Message: 'x', ...input })).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining(`Invalid parameter: ${message}`),
    });
  });
});

describe('A subscription', () => {
  it('by e-mail stays pending, and nothing is confirmed by itself', async () => {
    const { call, clock, createTopic, subscribe } = snsFixture();
    const TopicArn = await createTopic('alarms');
    expect(await subscribe(TopicArn, 'email', 'someone@example.com')).toBe('pending confirmation');
    await clock.advance(86_400_000);
    expect(await call('ListSubscriptionsByTopic', { TopicArn })).toEqual({
      Subscriptions: [
        {
          SubscriptionArn: 'PendingConfirmation',
          Owner: '000000000000',
          Protocol: 'email',
          Endpoint: 'someone@example.com',
          TopicArn,
        },
      ],
    });
    expect(await call('GetTopicAttributes', { TopicArn })).toMatchObject({ Attributes: { SubscriptionsPending: '1' } });
    await expect(call('ConfirmSubscription', { TopicArn, Token: 'x' })).rejects.toThrow('Invalid token');
    const Token = 'f'.repeat(64);
    await expect(call('ConfirmSubscription', { TopicArn, Token })).rejects.toThrow('Invalid parameter: Token');
    const refusal = { code: 'InvalidParameter', message: 'Invalid parameter: Token' }; // whether there is a topic or not
    await expect(call('ConfirmSubscription', { TopicArn: `${TopicArn}s`, Token })).rejects.toMatchObject(refusal);
  });

  it('is described as AWS describes it, and the same one when it is made again', async () => {
    const { call, createTopic, createQueue, subscribe } = snsFixture();
    const TopicArn = await createTopic('alarms');
    const Endpoint = await createQueue('q');
    const SubscriptionArn = await subscribe(TopicArn, 'sqs', Endpoint, { RawMessageDelivery: 'true' });
    expect(await subscribe(TopicArn, 'sqs', Endpoint)).toBe(SubscriptionArn);
    await expect(subscribe(TopicArn, 'sqs', Endpoint, { RawMessageDelivery: 'false' })).rejects.toThrow(
      'Attributes Reason: Subscription already exists with different attributes',
    );
    expect(await call('GetSubscriptionAttributes', { SubscriptionArn })).toEqual({
      Attributes: {
        ConfirmationWasAuthenticated: 'true',
        Endpoint,
        Owner: '000000000000',
        PendingConfirmation: 'false',
        Protocol: 'sqs',
        RawMessageDelivery: 'true',
        SubscriptionArn,
        SubscriptionPrincipal: 'arn:aws:iam::000000000000:root',
        TopicArn,
      },
    });
    const filter = { AttributeName: 'FilterPolicy', AttributeValue: '{"a":{"b":["c"]}}' };
    await expect(call('SetSubscriptionAttributes', { SubscriptionArn, ...filter })).rejects.toThrow('nested');
    const scope = { AttributeName: 'FilterPolicyScope', AttributeValue: 'MessageBody' };
    await call('SetSubscriptionAttributes', { SubscriptionArn, ...scope });
    await call('SetSubscriptionAttributes', { SubscriptionArn, ...filter });
  });

  it.each([
    ['test-protocol', 'x', {}, 'Amazon SNS does not support this protocol string: test-protocol'],
    ['sqs', 'http://127.0.0.1/000000000000/q', {}, 'SQS endpoint ARN'],
    ['sqs', 'arn:aws:sqs:eu-west-1:000000000000:q.fifo', {}, 'FIFO SQS Queues can not be subscribed to standard SNS'],
    ['sqs', 'arn:aws:sqs:eu-west-1:000000000000:q', { RawMessageDelivery: 'x' }, 'Invalid value [x]. Must be true or'],
    ['sqs', 'arn:aws:sqs:eu-west-1:000000000000:q', { FilterPolicy: 'invalid' }, 'FilterPolicy: failed to parse JSON.'],
    [
      'sqs',
      'arn:aws:sqs:eu-west-1:000000000000:q',
      { FilterPolicy: '{"key":[{"wrong-operator":true}]}' },
      'FilterPolicy: Unrecognized match type wrong-operator',
    ],
  ])('is refused for %s to %s with %j', async (protocol, endpoint, attributes, message) => {
    const { createTopic, subscribe } = snsFixture();
    const topic = await createTopic('alarms');
    await expect(subscribe(topic, protocol, endpoint, attributes)).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining(message),
    });
  });
});
