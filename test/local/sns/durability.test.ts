import { afterEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { snsService } from '../../../local/services/sns/sns-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

/** What the function of a test does with an event; a new one may be put in its place. */
let invoke: (input: JsonObject) => unknown = () => ({ StatusCode: 202 });

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => {
    cloud.register(sqsService(cloud));
    cloud.register(snsService(cloud));
    cloud.register({
      name: 'lambda',
      wire: { protocol: 'http', handle: () => Promise.reject(new Error('not served here')) },
      operations: { Invoke: input => invoke(input) },
    });
  }, options);
  removers.push(clouds.remove);
  return clouds.start();
}

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:t';
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:f';

async function subscribe(running: RestartableCloud, TopicArn: string, queue: string, Attributes: JsonObject = {}) {
  const fifo = queue.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
  await running.call('sqs', 'CreateQueue', { QueueName: queue, Attributes: fifo });
  const input = { TopicArn, Protocol: 'sqs', Endpoint: running.cloud.arn('sqs', queue), Attributes };
  return (await running.call<{ SubscriptionArn: string }>('sns', 'Subscribe', input)).SubscriptionArn;
}

async function bodies(running: RestartableCloud, queue: string): Promise<string[]> {
  const { Messages = [] } = await running.call<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', {
    QueueUrl: `/${queue}`,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }) => Body);
}

function throttled(): never {
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
}

describe('SNS after kill -9', () => {
  it('has its topics and subscriptions as they were, and not those that were deleted', async () => {
    const before = await start();
    const { call } = before;
    await call('sns', 'CreateTopic', { Name: 't', Attributes: { DisplayName: 'T' }, Tags: [{ Key: 'a', Value: '1' }] });
    await call('sns', 'CreateTopic', { Name: 'gone' });
    const kept = await subscribe(before, TOPIC, 'q', { FilterPolicy: '{"kind":["x"]}', RawMessageDelivery: 'true' });
    const ended = await subscribe(before, TOPIC, 'r');
    await call('sns', 'Subscribe', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'a@b.c' });
    await subscribe(before, before.cloud.arn('sns', 'gone'), 'q');
    await call('sns', 'Unsubscribe', { SubscriptionArn: ended });
    await call('sns', 'DeleteTopic', { TopicArn: before.cloud.arn('sns', 'gone') });
    await call('sns', 'SetTopicAttributes', { TopicArn: TOPIC, AttributeName: 'DisplayName', AttributeValue: 'New' });
    await call('sns', 'TagResource', { ResourceArn: TOPIC, Tags: [{ Key: 'b', Value: '2' }] });

    const after = await before.restarted();

    for (const [operation, input] of [
      ['ListTopics', {}],
      ['GetTopicAttributes', { TopicArn: TOPIC }],
      ['ListTagsForResource', { ResourceArn: TOPIC }],
      ['ListSubscriptions', {}],
      ['GetSubscriptionAttributes', { SubscriptionArn: kept }],
    ] as const)
      expect(await after.call('sns', operation, input)).toEqual(await before.call('sns', operation, input));
    expect(await after.call('sns', 'ListTopics', {})).toEqual({ Topics: [{ TopicArn: TOPIC }] });
    await after.call('sns', 'Publish', { TopicArn: TOPIC, Message: 'filtered out' });
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'x' } };
    await after.call('sns', 'Publish', { TopicArn: TOPIC, Message: 'let through', MessageAttributes });
    await after.clock.settle();
    expect(await bodies(after, 'q')).toEqual(['let through']);
  });

  it('goes on with the retries of a delivery when they are due, with the same message', async () => {
    const before = await start();
    await before.call('sns', 'CreateTopic', { Name: 't' });
    await before.call('sns', 'Subscribe', { TopicArn: TOPIC, Protocol: 'lambda', Endpoint: FUNCTION });
    invoke = throttled;
    const Message = JSON.stringify({ default: 'd', lambda: 'for functions' });
    const published = await before.call<{ MessageId: string }>('sns', 'Publish', {
      TopicArn: TOPIC,
      Message,
      MessageStructure: 'json',
      Subject: 'S',
    });
    await before.clock.advance(500); // the immediate retries are over: the next one comes after a second
    const publishedMs = before.clock.now() - 500;

    const after = await before.restarted(100);
    const events: unknown[] = [];
    invoke = ({ Payload }) => {
      events.push(JSON.parse(String(Payload)));
      return { StatusCode: 202 };
    };
    await after.clock.advance(399);
    expect(events).toEqual([]);
    await after.clock.advance(1);

    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      Records: [
        {
          Sns: {
            MessageId: published.MessageId,
            Message: 'for functions',
            Subject: 'S',
            Timestamp: new Date(publishedMs).toISOString(),
          },
        },
      ],
    });
    const last = await after.restarted();
    await last.clock.advance(3_600_000);
    expect(events).toHaveLength(1);
  });

  it('makes again a delivery that was being made, and does not repeat those that had ended', async () => {
    const before = await start();
    await before.call('sns', 'CreateTopic', { Name: 't' });
    await subscribe(before, TOPIC, 'q', { RawMessageDelivery: 'true' });
    await before.call('sns', 'Subscribe', { TopicArn: TOPIC, Protocol: 'lambda', Endpoint: FUNCTION });
    invoke = () => new Promise(() => {}); // the process ends before the function's answer
    await before.call('sns', 'Publish', { TopicArn: TOPIC, Message: 'm' });
    await before.clock.settle();

    let invoked = 0;
    invoke = () => ++invoked;
    const after = await before.restarted();
    await after.clock.advance(60_000);

    expect(invoked).toBe(1);
    expect(await bodies(after, 'q')).toEqual(['m']);
  });

  it('gives up in favour of the dead-letter queue once', async () => {
    const before = await start();
    await before.call('sns', 'CreateTopic', { Name: 't' });
    await before.call('sqs', 'CreateQueue', { QueueName: 'dlq' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: before.cloud.arn('sqs', 'dlq') });
    const Endpoint = FUNCTION;
    await before.call('sns', 'Subscribe', {
      TopicArn: TOPIC,
      Protocol: 'lambda',
      Endpoint,
      Attributes: { RedrivePolicy },
    });
    invoke = throttled;
    await before.call('sns', 'Publish', { TopicArn: TOPIC, Message: 'm' });
    await before.clock.advance(2_000);

    const after = await before.restarted();
    invoke = () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found', { status: 404 });
    };
    await after.clock.advance(60_000);
    const last = await after.restarted();
    await last.clock.advance(60_000);

    expect(await bodies(last, 'dlq')).toHaveLength(1);
  });

  it('drops a delivery whose subscription was ended', async () => {
    const before = await start();
    await before.call('sns', 'CreateTopic', { Name: 't' });
    const input = { TopicArn: TOPIC, Protocol: 'lambda', Endpoint: FUNCTION };
    const { SubscriptionArn } = await before.call<{ SubscriptionArn: string }>('sns', 'Subscribe', input);
    invoke = throttled;
    await before.call('sns', 'Publish', { TopicArn: TOPIC, Message: 'm' });
    await before.clock.advance(2_000);
    await before.call('sns', 'Unsubscribe', { SubscriptionArn });

    let invoked = 0;
    invoke = () => ++invoked;
    const after = await before.restarted();
    await after.clock.advance(60_000);
    expect(invoked).toBe(0);
  });

  it('recognises a FIFO message within five minutes, and goes on with its sequence numbers', async () => {
    const before = await start({ snapshotAfterBytes: 500 });
    const TopicArn = before.cloud.arn('sns', 't.fifo');
    await before.call('sns', 'CreateTopic', { Name: 't.fifo', Attributes: { FifoTopic: 'true' } });
    await subscribe(before, TopicArn, 'q.fifo', { RawMessageDelivery: 'true' });
    const publish = (running: RestartableCloud, id: string) =>
      running.call<{ MessageId: string; SequenceNumber: string }>('sns', 'Publish', {
        TopicArn,
        Message: id,
        MessageGroupId: 'g',
        MessageDeduplicationId: id,
      });
    const first = await publish(before, 'a');

    const soon = await before.restarted(299_999);
    expect(await publish(soon, 'a')).toEqual(first);
    const late = await before.restarted(300_000);
    const second = await publish(late, 'a');
    expect(second.MessageId).not.toBe(first.MessageId);
    expect(second.SequenceNumber > first.SequenceNumber).toBe(true);
    await late.clock.settle();
    expect(await bodies(late, 'q.fifo')).toEqual(['a', 'a']);
  });
});
