import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { snsFixture } from './sns-fixture.ts';

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:notify';

describe('Publish to a queue', () => {
  it('wraps the message in a notification', async () => {
    const { createTopic, createQueue, subscribe, publish, received } = snsFixture();
    const topic = await createTopic('alarms');
    const subscription = await subscribe(topic, 'sqs', await createQueue('q'));
    const MessageAttributes = { attr1: { DataType: 'Number', StringValue: '99.12' } };
    const { MessageId } = await publish(topic, 'Test msg', { Subject: 'Alarm', MessageAttributes });
    const [message] = await received('q');
    expect(message?.Attributes?.SenderId).toBe('sns.amazonaws.com');
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: topic,
      Subject: 'Alarm',
      Message: 'Test msg',
      Timestamp: '2026-01-01T00:00:00.000Z',
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.stringContaining('/SimpleNotificationService-'),
      UnsubscribeURL: expect.stringContaining(`/?Action=Unsubscribe&SubscriptionArn=${subscription}`),
      MessageAttributes: { attr1: { Type: 'Number', Value: '99.12' } },
    });
  });

  it('sends the bare message with its attributes when delivery is raw', async () => {
    const { createTopic, createQueue, subscribe, publish, received } = snsFixture();
    const topic = await createTopic('alarms');
    await subscribe(topic, 'sqs', await createQueue('q'), { RawMessageDelivery: 'true' });
    const MessageAttributes = { attr1: { DataType: 'Number', StringValue: '99.12' } };
    await publish(topic, 'Test msg', { MessageAttributes, MessageGroupId: 'tenant-1' });
    expect(await received('q')).toMatchObject([
      { Body: 'Test msg', MessageAttributes, Attributes: { MessageGroupId: 'tenant-1' } },
    ]);
  });

  it('gives each protocol its own text of a structured message', async () => {
    const { createTopic, createQueue, subscribe, publish, received } = snsFixture();
    const topic = await createTopic('alarms');
    await subscribe(topic, 'sqs', await createQueue('q'), { RawMessageDelivery: 'true' });
    const structured = (texts: JsonObject) => publish(topic, JSON.stringify(texts), { MessageStructure: 'json' });
    await structured({ default: 'all', sqs: 'queue' });
    await structured({ default: 'all', email: 'mail' });
    expect((await received('q')).map(({ Body }) => Body)).toEqual(['queue', 'all']);
    await expect(structured({ sqs: 'x' })).rejects.toThrow('Message Structure - No default entry in JSON message body');
  });

  it('does not reach subscriptions that are pending, filtered out, ended, or made later', async () => {
    const { call, createTopic, createQueue, subscribe, publish, received } = snsFixture();
    const topic = await createTopic('alarms');
    const queue = await createQueue('q');
    await publish(topic, 'before');
    await subscribe(topic, 'email', 'someone@example.com');
    const SubscriptionArn = await subscribe(topic, 'sqs', queue, {
      RawMessageDelivery: 'true',
      FilterPolicy: '{"kind":["wanted"]}',
    });
    const kind = (StringValue: string) => ({ MessageAttributes: { kind: { DataType: 'String', StringValue } } });
    await publish(topic, 'wanted', kind('wanted'));
    await publish(topic, 'other', kind('other'));
    await publish(topic, 'none');
    await call('Unsubscribe', { SubscriptionArn });
    await publish(topic, 'after', kind('wanted'));
    expect((await received('q')).map(({ Body }) => Body)).toEqual(['wanted']);
  });

  it('moves what cannot be delivered to the dead-letter queue of the subscription', async () => {
    const { cloud, createTopic, createQueue, subscribe, publish, received } = snsFixture();
    const topic = await createTopic('alarms');
    const deadLetterTargetArn = await createQueue('dlq');
    await subscribe(topic, 'sqs', cloud.arn('sqs', 'none'), { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) });
    await publish(topic, 'lost and found');
    const bodies = (await received('dlq')).map(({ Body }) => JSON.parse(Body).Message);
    expect(bodies).toEqual(['lost and found']);
  });

  it('keeps order and recognises repetitions from a FIFO topic to a FIFO queue', async () => {
    const { clock, createTopic, createQueue, subscribe, publish, received } = snsFixture();
    const topic = await createTopic('orders.fifo', { FifoTopic: 'true' });
    await subscribe(topic, 'sqs', await createQueue('q.fifo', { FifoQueue: 'true' }), { RawMessageDelivery: 'true' });
    const send = (body: string, MessageDeduplicationId: string) =>
      publish(topic, body, { MessageGroupId: 'a', MessageDeduplicationId });
    const first = await send('1', 'id-1');
    await send('2', 'id-2');
    expect(await send('1 again', 'id-1')).toEqual(first);
    expect((await received('q.fifo')).map(({ Body }) => Body)).toEqual(['1', '2']);
    await clock.advance(300_000);
    expect((await send('1', 'id-1')).SequenceNumber).not.toBe(first.SequenceNumber);
    await expect(publish(topic, 'x')).rejects.toThrow('The MessageGroupId parameter is required for FIFO topics');
  });
});

describe('Publish to a function', () => {
  it('invokes it asynchronously with an SNS event, as SNS on behalf of the topic', async () => {
    const calls: { input: JsonObject; principal: unknown }[] = [];
    const { createTopic, subscribe, publish } = snsFixture((input, { principal }) => {
      calls.push({ input, principal });
      return { StatusCode: 202 };
    });
    const topic = await createTopic('alarms');
    const subscription = await subscribe(topic, 'lambda', FUNCTION_ARN);
    const { MessageId } = await publish(topic, 'hello');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      input: { FunctionName: FUNCTION_ARN, InvocationType: 'Event' },
      principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topic },
    });
    expect(JSON.parse(String(calls[0]?.input.Payload))).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: subscription,
          Sns: { Type: 'Notification', MessageId, TopicArn: topic, Subject: null, Message: 'hello' },
        },
      ],
    });
  });

  it('retries while it is throttled, with a growing pause, and not when it is refused for good', async () => {
    const attempts: number[] = [];
    const throttled = new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
    const refused = new AwsError('ResourceNotFoundException', 'Function not found', { status: 404 });
    const fixture = snsFixture(() => {
      attempts.push(fixture.clock.now() - start);
      throw attempts.length < 7 ? throttled : refused;
    });
    const start = fixture.clock.now();
    const topic = await fixture.createTopic('alarms');
    await fixture.subscribe(topic, 'lambda', FUNCTION_ARN);
    await fixture.publish(topic, 'hello');
    await fixture.clock.advance(3_600_000);
    expect(attempts).toEqual([0, 0, 0, 0, 1000, 2000, 3000]);
  });
});

describe('PublishBatch', () => {
  it('publishes the good entries and refuses the others one by one', async () => {
    const { call, clock, createTopic, createQueue, subscribe, received } = snsFixture();
    const TopicArn = await createTopic('alarms');
    await subscribe(TopicArn, 'sqs', await createQueue('q'), { RawMessageDelivery: 'true' });
    const PublishBatchRequestEntries = [
      { Id: '1', Message: 'one' },
      { Id: '2', Message: '' },
    ];
    expect(await call('PublishBatch', { TopicArn, PublishBatchRequestEntries })).toMatchObject({
      Successful: [{ Id: '1' }],
      Failed: [{ Id: '2', Code: 'InvalidParameter', Message: 'Invalid parameter: Empty message', SenderFault: true }],
    });
    await clock.settle();
    expect((await received('q')).map(({ Body }) => Body)).toEqual(['one']);
  });

  it.each([
    [[], 'EmptyBatchRequest', 'does not contain any entries'],
    [Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, Message: 'x' })), 'TooManyEntriesInBatchRequest', 'more'],
    [Array(2).fill({ Id: 'a', Message: 'x' }), 'BatchEntryIdsNotDistinct', 'same Id'],
    [[{ Id: 'message.id', Message: 'x' }], 'InvalidBatchEntryId', 'an impermissible character: message.id'],
    [[{ Id: 'a'.repeat(81), Message: 'x' }], 'InvalidBatchEntryId', 'is too long: aaa'],
    [
      [
        { Id: 'a', Message: 'x'.repeat(200_000) },
        { Id: 'b', Message: 'x'.repeat(100_000) },
      ],
      'BatchRequestTooLong',
      'The length of all the messages put together is more than the limit.',
    ],
  ])('refuses the whole request: %#', async (PublishBatchRequestEntries, code, message) => {
    const { call, createTopic } = snsFixture();
    const TopicArn = await createTopic('alarms');
    await expect(call('PublishBatch', { TopicArn, PublishBatchRequestEntries })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
