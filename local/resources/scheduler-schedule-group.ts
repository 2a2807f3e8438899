import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export const schedulerScheduleGroup = resourceType({
  type: 'AWS::Scheduler::ScheduleGroup',
  properties,
  async create({ Name, Tags }, context) {
    const name = Name ?? context.physicalName(64);
    const call = (operation: string, input: Record<string, unknown>) =>
      context.cloud.call({ service: 'scheduler', operation, input, principal: OPERATOR });
    await call('CreateScheduleGroup', { Name: name, Tags });
    const { Arn, State, CreationDate, LastModificationDate } = await call('GetScheduleGroup', { Name: name });
    return { ref: name, attributes: { Arn, State, CreationDate, LastModificationDate } };
  },
});
