import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);
const integer = z.coerce.number().int();
const document = z.union([z.string(), z.record(z.string(), z.unknown())]);

const properties = z.strictObject({
  QueueName: z.string().optional(),
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  DeduplicationScope: z.string().optional(),
  FifoThroughputLimit: z.string().optional(),
  DelaySeconds: integer.optional(),
  MaximumMessageSize: integer.optional(),
  MessageRetentionPeriod: integer.optional(),
  ReceiveMessageWaitTimeSeconds: integer.optional(),
  VisibilityTimeout: integer.optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: integer.optional(),
  SqsManagedSseEnabled: flag.optional(),
  RedrivePolicy: document.optional(),
  RedriveAllowPolicy: document.optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** CloudFormation takes `false` for these on a standard queue; the API refuses them there. */
const FIFO_FLAGS = new Set(['FifoQueue', 'ContentBasedDeduplication']);

export const sqsQueue = resourceType({
  type: 'AWS::SQS::Queue',
  properties,
  inert: ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'],
  async create({ QueueName, Tags, ...settings }, context) {
    const { cloud } = context;
    const suffix = settings.FifoQueue ? '.fifo' : '';
    const name = QueueName ?? `${context.physicalName(80 - suffix.length)}${suffix}`;
    const input = {
      QueueName: name,
      Attributes: attributesOf(settings),
      tags: Object.fromEntries((Tags ?? []).map(tag => [tag.Key, tag.Value])),
    };
    const { QueueUrl } = await cloud.call<{ QueueUrl: string }>({
      service: 'sqs',
      operation: 'CreateQueue',
      input,
      principal: OPERATOR,
    });
    return { ref: QueueUrl, attributes: { Arn: cloud.arn('sqs', name), QueueName: name, QueueUrl } };
  },
  async change({ QueueName: _, Tags: __, FifoQueue: ___, ...settings }, { cloud }, { created }) {
    const input = { QueueUrl: created.ref, Attributes: attributesOf(settings) };
    await cloud.call({ service: 'sqs', operation: 'SetQueueAttributes', input, principal: OPERATOR });
    return created;
  },
});

function attributesOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const attributes = Object.entries(settings)
    .filter(([key, value]) => value !== undefined && !(value === false && FIFO_FLAGS.has(key)))
    .map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  return Object.fromEntries(attributes);
}
