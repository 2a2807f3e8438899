import { describe, expect, it } from 'vitest';
import { sqsQueue } from '../../../local/resources/sqs-queue.ts';
import { sqsQueuePolicy } from '../../../local/resources/sqs-queue-policy.ts';
import { sqsFixture } from './sqs-fixture.ts';

function stack() {
  const { cloud, call } = sqsFixture();
  cloud.endpoint = 'http://127.0.0.1:4700';
  const context = {
    cloud,
    stackName: 'Routing',
    logicalId: 'Orders',
    physicalName: (maxLength = 255) => 'Routing-Orders-0a1b2c3d'.slice(0, maxLength),
    assetPath: () => '',
  };
  const createQueue = async (properties: unknown) => sqsQueue.create(sqsQueue.properties.parse(properties), context);
  const createPolicy = async (properties: unknown) =>
    sqsQueuePolicy.create(sqsQueuePolicy.properties.parse(properties), context);
  return { cloud, call, createQueue, createPolicy };
}

describe('AWS::SQS::Queue', () => {
  it('makes a queue with its dead-letter queue; Ref is the URL', async () => {
    const { call, createQueue } = stack();
    const dlq = await createQueue({ QueueName: 'dlq', MessageRetentionPeriod: 1_209_600 });
    const queue = await createQueue({
      QueueName: 'orders',
      FifoQueue: false,
      SqsManagedSseEnabled: true,
      VisibilityTimeout: '60',
      RedrivePolicy: { deadLetterTargetArn: dlq.attributes?.Arn, maxReceiveCount: 5 },
    });
    expect(queue).toEqual({
      ref: 'http://127.0.0.1:4700/000000000000/orders',
      attributes: {
        Arn: 'arn:aws:sqs:eu-west-1:000000000000:orders',
        QueueName: 'orders',
        QueueUrl: 'http://127.0.0.1:4700/000000000000/orders',
      },
    });
    const asked = { QueueUrl: queue.ref, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] };
    expect(await call('GetQueueAttributes', asked)).toEqual({
      Attributes: {
        VisibilityTimeout: '60',
        RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:dlq","maxReceiveCount":5}',
      },
    });
  });

  it('generates names, which end in .fifo for a FIFO queue', async () => {
    const { createQueue } = stack();
    expect((await createQueue({})).attributes?.QueueName).toBe('Routing-Orders-0a1b2c3d');
    const fifo = await createQueue({ FifoQueue: true, ContentBasedDeduplication: true });
    expect(fifo.attributes?.QueueName).toBe('Routing-Orders-0a1b2c3d.fifo');
  });
});

describe('AWS::SQS::QueuePolicy', () => {
  it('gives each queue the policy', async () => {
    const { cloud, createPolicy, createQueue } = stack();
    const queue = await createQueue({ QueueName: 'orders' });
    const PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'sqs:*' }] };
    await createPolicy({ Queues: [queue.ref], PolicyDocument });
    expect(cloud.service('sqs')?.resourcePolicy?.(cloud.arn('sqs', 'orders'))).toEqual(PolicyDocument);
  });
});
