import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { resourceType } from './resource-type.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);

const properties = z.strictObject({
  TopicName: z.string().optional(),
  DisplayName: z.string().optional(),
  FifoTopic: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  KmsMasterKeyId: z.string().optional(),
  SignatureVersion: z.string().optional(),
  TracingConfig: z.string().optional(),
  Subscription: z.array(z.strictObject({ Endpoint: z.string(), Protocol: z.string() })).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export const snsTopic = resourceType({
  type: 'AWS::SNS::Topic',
  properties,
  inert: ['KmsMasterKeyId', 'SignatureVersion', 'TracingConfig'],
  async create({ TopicName, Subscription = [], Tags = [], ...settings }, context) {
    const suffix = settings.FifoTopic ? '.fifo' : '';
    const name = TopicName ?? `${context.physicalName(256 - suffix.length)}${suffix}`;
    const attributes = Object.entries(settings).filter(([, value]) => value !== undefined && value !== false);
    const Attributes = Object.fromEntries(attributes.map(([key, value]) => [key, String(value)]));
    const call = (operation: string, input: JsonObject) =>
      context.cloud.call<{ TopicArn: string }>({ service: 'sns', operation, input, principal: OPERATOR });
    const { TopicArn } = await call('CreateTopic', { Name: name, Attributes, Tags });
    for (const subscription of Subscription) await call('Subscribe', { TopicArn, ...subscription });
    return { ref: TopicArn, attributes: { TopicArn, TopicName: name } };
  },
});
