import { describe, expect, it } from 'vitest';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { sqsFixture } from './sqs-fixture.ts';

describe('CreateQueue', () => {
  it('answers with a URL under the endpoint, and the same one again for the same attributes', async () => {
    const { cloud, createQueue, call } = sqsFixture();
    cloud.endpoint = 'http://127.0.0.1:4700';
    const url = await createQueue('orders', { VisibilityTimeout: '69' });
    expect(url).toBe('http://127.0.0.1:4700/000000000000/orders');
    expect(await createQueue('orders', { VisibilityTimeout: '69', DelaySeconds: '0' })).toBe(url);
    expect(await call('GetQueueUrl', { QueueName: 'orders' })).toEqual({ QueueUrl: url });
    await expect(createQueue('orders', { DelaySeconds: '1' })).rejects.toMatchObject({
      code: 'QueueNameExists',
      queryCode: 'QueueAlreadyExists',
      message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
    });
  });

  it.each([
    ['a b', {}, 'InvalidParameterValueException', 'Can only include alphanumeric characters'],
    ['x'.repeat(81), {}, 'InvalidParameterValueException', '1 to 80 in length'],
    ['x', { FifoQueue: 'true' }, 'InvalidParameterValueException', 'must end with .fifo suffix'],
    ['x', { FifoQueue: 'false' }, 'InvalidAttributeName', 'Unknown Attribute FifoQueue.'],
    ['x', { ContentBasedDeduplication: 'false' }, 'InvalidAttributeName', 'Unknown Attribute ContentBasedDedup'],
    ['x', { DeduplicationScope: 'queue' }, 'InvalidAttributeName', 'only when FifoQueue is set to true.'],
    ['x', { Odd: '1' }, 'InvalidAttributeName', 'Unknown Attribute Odd.'],
    ['x', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue', 'parameter VisibilityTimeout.'],
    ['x', { MaximumMessageSize: '1048577' }, 'InvalidAttributeValue', 'parameter MaximumMessageSize.'],
    ['x', { Policy: 'not json' }, 'InvalidAttributeValue', 'parameter Policy.'],
    ['x', { RedrivePolicy: '{"maxReceiveCount":3}' }, 'InvalidParameterValueException', 'deadLetterTargetArn'],
    [
      'x',
      { RedrivePolicy: '{"maxReceiveCount":3,"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:none"}' },
      'InvalidParameterValueException',
      'Dead letter target does not exist.',
    ],
  ])('refuses queue %s with %j', async (name, attributes, code, message) => {
    await expect(sqsFixture().createQueue(name, attributes)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('refuses a dead-letter queue that is of another kind, or does not allow the source', async () => {
    const { cloud, createQueue } = sqsFixture();
    await createQueue('dlq', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const policy = (name: string) => ({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: cloud.arn('sqs', name), maxReceiveCount: 3 }),
    });
    await expect(createQueue('a', policy('dlq'))).rejects.toThrow('does not allow this queue');
    await expect(createQueue('a.fifo', { FifoQueue: 'true', ...policy('dlq') })).rejects.toThrow('same type of queue');
    const allowed = [cloud.arn('sqs', 'a')];
    await createQueue('some', {
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: allowed }),
    });
    await createQueue('a', policy('some'));
    await expect(createQueue('b', policy('some'))).rejects.toThrow('does not allow this queue');
  });
});

describe('GetQueueAttributes', () => {
  it('shows the defaults that AWS shows', async () => {
    const { createQueue, call, cloud } = sqsFixture();
    const QueueUrl = await createQueue('orders');
    expect(await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })).toEqual({
      Attributes: {
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesDelayed: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        CreatedTimestamp: '1767225600',
        DelaySeconds: '0',
        LastModifiedTimestamp: '1767225600',
        MaximumMessageSize: '1048576',
        MessageRetentionPeriod: '345600',
        QueueArn: cloud.arn('sqs', 'orders'),
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
        VisibilityTimeout: '30',
      },
    });
    expect(await call('GetQueueAttributes', { QueueUrl })).toEqual({});
    await expect(call('GetQueueAttributes', { QueueUrl, AttributeNames: ['Odd'] })).rejects.toMatchObject({
      code: 'InvalidAttributeName',
    });
  });

  it('follows SetQueueAttributes, which takes an empty value as the default', async () => {
    const { createQueue, call } = sqsFixture();
    const QueueUrl = await createQueue('orders');
    const get = async () =>
      (
        await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
          QueueUrl,
          AttributeNames: ['DelaySeconds', 'KmsMasterKeyId', 'SqsManagedSseEnabled'],
        })
      ).Attributes;
    const set = (Attributes: Record<string, string>) => call('SetQueueAttributes', { QueueUrl, Attributes });
    await set({ DelaySeconds: '420', KmsMasterKeyId: 'testKeyId' });
    expect(await get()).toEqual({ DelaySeconds: '420', KmsMasterKeyId: 'testKeyId', SqsManagedSseEnabled: 'false' });
    await set({ DelaySeconds: '', KmsMasterKeyId: '' });
    expect(await get()).toEqual({ DelaySeconds: '0', SqsManagedSseEnabled: 'false' });
    await set({ SqsManagedSseEnabled: '' });
    expect(await get()).toEqual({ DelaySeconds: '0', SqsManagedSseEnabled: 'true' });
    await expect(set({ FifoQueue: 'true' })).rejects.toMatchObject({ message: 'Unknown Attribute FifoQueue.' });
  });
});

describe('A queue that does not exist', () => {
  it.each(['SendMessage', 'ReceiveMessage', 'DeleteQueue', 'GetQueueAttributes', 'PurgeQueue'])(
    'is refused by %s with both of its codes',
    async operation => {
      const { call } = sqsFixture();
      await expect(call(operation, { QueueUrl: 'http://x/1/none', MessageBody: 'x' })).rejects.toMatchObject({
        code: 'QueueDoesNotExist',
        queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
        message: 'The specified queue does not exist.',
        status: 400,
      });
    },
  );
});

describe('Queues', () => {
  it('are listed by prefix and in pages; sources of a dead-letter queue too', async () => {
    const { call, createQueue, createQueueWithDlq } = sqsFixture();
    const { url, dlqUrl } = await createQueueWithDlq('orders', 3);
    const other = await createQueue('other');
    expect(await call('ListQueues', { QueueNamePrefix: 'ord' })).toEqual({ QueueUrls: [url, dlqUrl] });
    const page = await call<{ NextToken: string }>('ListQueues', { MaxResults: 2 });
    expect(await call('ListQueues', { MaxResults: 2, NextToken: page.NextToken })).toEqual({ QueueUrls: [other] });
    expect(await call('ListDeadLetterSourceQueues', { QueueUrl: dlqUrl })).toEqual({ queueUrls: [url] });
    await call('DeleteQueue', { QueueUrl: url });
    expect(await call('ListQueues', { QueueNamePrefix: 'orders' })).toEqual({ QueueUrls: [dlqUrl] });
  });

  it('keep tags, also empty ones', async () => {
    const { call, createQueue } = sqsFixture();
    const QueueUrl = await createQueue('orders');
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({});
    await call('TagQueue', { QueueUrl, Tags: { tag1: 'value1', tag3: '' } });
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { tag1: 'value1', tag3: '' } });
    await call('UntagQueue', { QueueUrl, TagKeys: ['tag1', 'tag3'] });
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({});
  });

  it('give their policy and the permissions of calls to whoever authorises', async () => {
    const { call, cloud, createQueue } = sqsFixture();
    const QueueUrl = await createQueue('orders', { Policy: '{"Statement":[]}' });
    const service = cloud.service('sqs');
    expect(service?.resourcePolicy?.(cloud.arn('sqs', 'orders'))).toEqual({ Statement: [] });
    expect(service?.resourcePolicy?.(cloud.arn('sqs', 'none'))).toBeUndefined();
    expect(service?.permissions?.('SendMessageBatch', { QueueUrl })).toEqual([
      { action: 'sqs:SendMessage', resources: [cloud.arn('sqs', 'orders')] },
    ]);
    await call('SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } });
    expect(service?.resourcePolicy?.(cloud.arn('sqs', 'orders'))).toBeUndefined();
  });

  it('report depth and age once a minute, and what is sent and deleted once per call', async () => {
    const { clock, cloud, call, createQueue, receive, remove, send } = sqsFixture();
    const metrics: MetricDatum[] = [];
    cloud.metrics = datum => metrics.push(datum);
    const QueueUrl = await createQueue('orders');
    await send(QueueUrl, 'a');
    const Entries = [
      { Id: '1', MessageBody: 'b' },
      { Id: '2', MessageBody: 'c' },
    ];
    await call('SendMessageBatch', { QueueUrl, Entries });
    const [first] = await receive(QueueUrl, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    if (first) await remove(QueueUrl, first);
    const of = (name: string) => metrics.filter(datum => datum.name === name).map(({ value }) => value);
    expect(of('NumberOfMessagesSent')).toEqual([1, 2]);
    expect(of('NumberOfMessagesDeleted')).toEqual([1]);
    await clock.advance(60_000);
    expect(of('ApproximateNumberOfMessagesVisible')).toEqual([2]);
    expect(of('ApproximateAgeOfOldestMessage')).toEqual([60]);
    await call('DeleteQueue', { QueueUrl });
    await clock.advance(600_000);
    expect(of('ApproximateNumberOfMessagesVisible')).toEqual([2]);
  });
});

describe('PurgeQueue', () => {
  it('empties a queue, once a minute', async () => {
    const { clock, call, createQueue, send, receive, counts } = sqsFixture();
    const QueueUrl = await createQueue('orders');
    for (const body of ['in flight', 'visible']) await send(QueueUrl, body);
    await send(QueueUrl, 'delayed', { DelaySeconds: 5 });
    await receive(QueueUrl, { MaxNumberOfMessages: 1 });
    expect(await counts(QueueUrl)).toEqual({ visible: 1, inFlight: 1, delayed: 1 });
    await call('PurgeQueue', { QueueUrl });
    expect(await counts(QueueUrl)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await expect(call('PurgeQueue', { QueueUrl })).rejects.toMatchObject({
      code: 'PurgeQueueInProgress',
      message: 'Only one PurgeQueue operation on orders is allowed every 60 seconds.',
      status: 403,
    });
    await clock.advance(60_000);
    await call('PurgeQueue', { QueueUrl });
    expect(await receive(QueueUrl)).toEqual([]);
  });
});
