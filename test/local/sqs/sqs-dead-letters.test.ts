import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { sqsFixture } from './sqs-fixture.ts';

interface MoveTaskView {
  readonly Status: string;
  readonly ApproximateNumberOfMessagesMoved: number;
  readonly TaskHandle?: string;
}

/** A queue with `count` messages in its dead-letter queue. */
async function deadLetters(count: number) {
  const fixture = sqsFixture();
  const { clock, cloud, call, createQueueWithDlq, receive, send } = fixture;
  const { url, dlqUrl } = await createQueueWithDlq('orders', 1);
  for (let i = 0; i < count; i++) await send(url, `message-${i}`);
  for (let i = 0; i < count; i++) await receive(url);
  await clock.advance(30_000);
  expect(await receive(url)).toEqual([]);
  const SourceArn = cloud.arn('sqs', 'orders-dlq');
  const start = (more: JsonObject = {}) => call<{ TaskHandle: string }>('StartMessageMoveTask', { SourceArn, ...more });
  const tasks = async () =>
    (await call<{ Results: MoveTaskView[] }>('ListMessageMoveTasks', { SourceArn, MaxResults: 10 })).Results;
  return { ...fixture, url, dlqUrl, SourceArn, start, tasks };
}

describe('A redrive policy', () => {
  it('moves a message that was received too often when it would be received again', async () => {
    const { clock, cloud, counts, createQueueWithDlq, receive, send } = sqsFixture();
    const { url, dlqUrl } = await createQueueWithDlq('orders', 2);
    let signals = 0;
    cloud.signals.subscribe(cloud.arn('sqs', 'orders-dlq'), () => signals++);
    const MessageAttributes = { MyAttribute: { DataType: 'String', StringValue: 'foobar' } };
    const { MessageId } = await send(url, 'poison', { MessageAttributes });
    const sent = clock.now();
    for (let i = 0; i < 2; i++) {
      expect(await receive(url)).toHaveLength(1);
      await clock.advance(30_000);
    }
    expect(await counts(dlqUrl)).toMatchObject({ visible: 0 });
    expect(await receive(url)).toEqual([]);
    expect(await counts(url)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(signals).toBe(1);
    const asked = { AttributeNames: ['All'], MessageAttributeNames: ['All'] };
    expect(await receive(dlqUrl, asked)).toMatchObject([
      {
        MessageId,
        Body: 'poison',
        Attributes: {
          ApproximateReceiveCount: '3',
          SentTimestamp: String(sent),
          ApproximateFirstReceiveTimestamp: String(sent),
          DeadLetterQueueSourceArn: cloud.arn('sqs', 'orders'),
        },
        MessageAttributes,
      },
    ]);
  });

  it('gives a receive the messages behind the exhausted ones', async () => {
    const { clock, bodies, createQueueWithDlq, receive, send } = sqsFixture();
    const { url, dlqUrl } = await createQueueWithDlq('orders', 1);
    for (let i = 0; i < 12; i++) await send(url, `old-${i}`);
    for (let i = 0; i < 2; i++) await receive(url);
    await clock.advance(30_000);
    await send(url, 'new');
    expect(await bodies(url)).toEqual(['new']);
    expect(await receive(dlqUrl)).toHaveLength(10);
  });

  it('leaves messages where they are when the dead-letter queue has been deleted', async () => {
    const { clock, call, bodies, createQueueWithDlq, send } = sqsFixture();
    const { url, dlqUrl } = await createQueueWithDlq('orders', 1);
    await send(url, 'poison');
    await call('DeleteQueue', { QueueUrl: dlqUrl });
    for (let i = 0; i < 3; i++) {
      expect(await bodies(url)).toEqual(['poison']);
      await clock.advance(30_000);
    }
  });

  it('keeps group and deduplication id in a FIFO queue', async () => {
    const { clock, createQueueWithDlq, receive, send } = sqsFixture();
    const { url, dlqUrl } = await createQueueWithDlq('orders', 1, '.fifo');
    for (const body of ['a1', 'a2']) await send(url, body, { MessageGroupId: 'a', MessageDeduplicationId: body });
    await receive(url);
    await clock.advance(30_000);
    expect(await receive(url)).toEqual([]);
    const moved = await receive(dlqUrl, { AttributeNames: ['All'] });
    expect(
      moved.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId, Attributes?.MessageDeduplicationId]),
    ).toEqual([
      ['a1', 'a', 'a1'],
      ['a2', 'a', 'a2'],
    ]);
  });
});

describe('StartMessageMoveTask', () => {
  it('moves everything back to where it came from, as new messages', async () => {
    const { cloud, clock, url, dlqUrl, start, tasks, receive, counts } = await deadLetters(2);
    const before = clock.now();
    await start();
    await clock.advance(1);
    expect(await tasks()).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn: cloud.arn('sqs', 'orders-dlq'),
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: before,
      },
    ]);
    expect(await counts(dlqUrl)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const [first] = await receive(url, { AttributeNames: ['All'] });
    expect(first).toMatchObject({
      Body: 'message-0',
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(before) },
    });
    expect(first?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
  });

  it('moves at the rate that was asked for, one task at a time, until it is cancelled', async () => {
    const { call, cloud, clock, createQueue, start, tasks, counts } = await deadLetters(10);
    const target = await createQueue('target');
    const DestinationArn = cloud.arn('sqs', 'target');
    const { TaskHandle } = await start({ DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
    await clock.advance(1_500);
    expect(await tasks()).toMatchObject([
      { Status: 'RUNNING', TaskHandle, DestinationArn, ApproximateNumberOfMessagesMoved: 2 },
    ]);
    await expect(start()).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    expect(await call('CancelMessageMoveTask', { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 2 });
    await clock.advance(60_000);
    expect(await tasks()).toMatchObject([{ Status: 'CANCELLED' }]);
    expect(await counts(target)).toMatchObject({ visible: 2 });
    await expect(call('CancelMessageMoveTask', { TaskHandle })).rejects.toThrow('Only active tasks');
  });

  it('fails when the destination goes away, and loses nothing', async () => {
    const { call, cloud, clock, createQueue, dlqUrl, start, tasks, counts } = await deadLetters(10);
    const QueueUrl = await createQueue('target');
    await start({ DestinationArn: cloud.arn('sqs', 'target'), MaxNumberOfMessagesPerSecond: 1 });
    await clock.advance(2_500);
    await call('DeleteQueue', { QueueUrl });
    await clock.advance(2_500);
    expect(await tasks()).toMatchObject([
      {
        Status: 'FAILED',
        FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
        ApproximateNumberOfMessagesMoved: 3,
        ApproximateNumberOfMessagesToMove: 10,
      },
    ]);
    expect(await counts(dlqUrl)).toMatchObject({ visible: 7 });
  });

  it('refuses queues that are not there or not dead-letter queues, and unknown tasks', async () => {
    const { call, cloud, start } = await deadLetters(0);
    const none = cloud.arn('sqs', 'none');
    await expect(start({ DestinationArn: none })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
      status: 404,
    });
    await expect(start({ SourceArn: none })).rejects.toMatchObject({ status: 404 });
    await expect(start({ SourceArn: cloud.arn('sqs', 'orders') })).rejects.toThrow('configured as a Dead Letter Queue');
    const cancel = (TaskHandle: string) => call('CancelMessageMoveTask', { TaskHandle });
    await expect(cancel('garbage')).rejects.toThrow('Value for parameter TaskHandle is invalid.');
    const unknown = btoa(JSON.stringify({ taskId: 'x', sourceArn: cloud.arn('sqs', 'orders-dlq') }));
    await expect(cancel(unknown)).rejects.toMatchObject({ message: 'Task does not exist.', status: 404 });
  });
});
