import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  KmsKeyIdentifier: z.string().optional(),
  LogConfig: z
    .strictObject({
      IncludeDetail: z.enum(['NONE', 'FULL']).optional(),
      Level: z.enum(['OFF', 'ERROR', 'INFO', 'TRACE']).optional(),
    })
    .optional(),
  Policy: z.record(z.string(), z.unknown()).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export const eventsEventBus = resourceType({
  type: 'AWS::Events::EventBus',
  properties,
  inert: ['DeadLetterConfig', 'KmsKeyIdentifier', 'LogConfig'],
  async create({ Policy, LogConfig: _, ...bus }, { cloud }) {
    const call = (operation: string, input: Record<string, unknown>) =>
      cloud.call({ service: 'events', operation, input, principal: OPERATOR });
    const { EventBusArn } = await call('CreateEventBus', bus);
    const policy = Policy && JSON.stringify(Policy);
    if (policy) await call('PutPermission', { EventBusName: bus.Name, Policy: policy });
    return { ref: bus.Name, attributes: { Arn: EventBusArn, Name: bus.Name, Policy: policy } };
  },
});
