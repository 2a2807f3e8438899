import { describe, expect, it } from 'vitest';
import { snsSubscription } from '../../../local/resources/sns-subscription.ts';
import { snsTopic } from '../../../local/resources/sns-topic.ts';
import { snsTopicPolicy } from '../../../local/resources/sns-topic-policy.ts';
import { snsFixture } from './sns-fixture.ts';

describe('AWS::SNS resources', () => {
  it('make a topic with an e-mail and a queue, and its policy', async () => {
    const fixture = snsFixture();
    const { call, cloud, createQueue, publish, received } = fixture;
    const context = {
      cloud,
      stackName: 'Operations',
      logicalId: 'Alarms',
      physicalName: () => 'Operations-Alarms-0a1b2c3d',
      assetPath: () => '',
    };
    const topic = await snsTopic.create(
      snsTopic.properties.parse({ Subscription: [{ Endpoint: 'someone@example.com', Protocol: 'email' }] }),
      context,
    );
    expect(topic).toEqual({
      ref: 'arn:aws:sns:eu-west-1:000000000000:Operations-Alarms-0a1b2c3d',
      attributes: {
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:Operations-Alarms-0a1b2c3d',
        TopicName: 'Operations-Alarms-0a1b2c3d',
      },
    });
    const subscription = await snsSubscription.create(
      snsSubscription.properties.parse({
        TopicArn: topic.ref,
        Protocol: 'sqs',
        Endpoint: await createQueue('q'),
        RawMessageDelivery: true,
        FilterPolicy: { level: ['high'] },
      }),
      context,
    );
    expect(subscription.ref).toMatch(/^arn:aws:sns:eu-west-1:000000000000:Operations-Alarms-0a1b2c3d:[\w-]{36}$/);
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    await snsTopicPolicy.create(snsTopicPolicy.properties.parse({ Topics: [topic.ref], PolicyDocument }), context);
    expect(cloud.service('sns')?.resourcePolicy?.(topic.ref)).toEqual(PolicyDocument);
    const MessageAttributes = { level: { DataType: 'String', StringValue: 'high' } };
    await publish(topic.ref, 'alarm', { MessageAttributes });
    await publish(topic.ref, 'noise');
    expect((await received('q')).map(({ Body }) => Body)).toEqual(['alarm']);
    const { Subscriptions } = await call<{ Subscriptions: unknown[] }>('ListSubscriptions', {});
    expect(Subscriptions).toHaveLength(2);
  });
});
