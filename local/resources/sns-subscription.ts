import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const document = z.union([z.string(), z.record(z.string(), z.unknown())]);

const properties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string().optional(),
  RawMessageDelivery: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  FilterPolicy: document.optional(),
  FilterPolicyScope: z.string().optional(),
  RedrivePolicy: document.optional(),
  Region: z.string().optional(),
});

export const snsSubscription = resourceType({
  type: 'AWS::SNS::Subscription',
  properties,
  inert: ['Region'],
  async create({ TopicArn, Protocol, Endpoint, Region, ...settings }, context) {
    const attributes = Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
    const { SubscriptionArn } = await context.cloud.call<{ SubscriptionArn: string }>({
      service: 'sns',
      operation: 'Subscribe',
      input: {
        TopicArn,
        Protocol,
        Endpoint,
        Attributes: Object.fromEntries(attributes),
        ReturnSubscriptionArn: true,
      },
      principal: OPERATOR,
    });
    return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({
      service: 'sns',
      operation: 'Unsubscribe',
      input: { SubscriptionArn: created.ref },
      principal: OPERATOR,
    }),
});
