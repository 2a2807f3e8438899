import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const ACTIONS = z.array(z.string()).optional();

export const cloudwatchCompositeAlarm = resourceType({
  type: 'AWS::CloudWatch::CompositeAlarm',
  properties: z.strictObject({
    AlarmName: z.string().optional(),
    AlarmDescription: z.string().optional(),
    AlarmRule: z.string(),
    ActionsEnabled: z.boolean().optional(),
    AlarmActions: ACTIONS,
    OKActions: ACTIONS,
    InsufficientDataActions: ACTIONS,
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  inert: ['Tags'],
  change: 'put',
  async create(properties, context) {
    const { cloud } = context;
    const name = properties.AlarmName ?? context.physicalName();
    const input = { ...properties, AlarmName: name };
    await cloud.call({ service: 'monitoring', operation: 'PutCompositeAlarm', input, principal: OPERATOR });
    return { ref: name, attributes: { Arn: cloud.arn('cloudwatch', `alarm:${name}`) } };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({
      service: 'monitoring',
      operation: 'DeleteAlarms',
      input: { AlarmNames: [created.ref] },
      principal: OPERATOR,
    }),
});
