import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const target = z.strictObject({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().int().optional(),
      MaximumEventAgeInSeconds: z.coerce.number().int().optional(),
    })
    .optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string().optional() }).optional(),
  KinesisParameters: z.strictObject({ PartitionKey: z.string() }).optional(),
  EventBridgeParameters: z.strictObject({ DetailType: z.string(), Source: z.string() }).optional(),
});

const properties = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().optional(),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  StartDate: z.string().optional(),
  EndDate: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  KmsKeyArn: z.string().optional(),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).optional(),
  FlexibleTimeWindow: z.strictObject({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.coerce.number().int().optional(),
  }),
  Target: target,
});

export const schedulerSchedule = resourceType({
  type: 'AWS::Scheduler::Schedule',
  properties,
  inert: ['KmsKeyArn'],
  async create({ StartDate, EndDate, ...schedule }, context) {
    const name = schedule.Name ?? context.physicalName(64);
    const { ScheduleArn } = await context.cloud.call({
      service: 'scheduler',
      operation: 'CreateSchedule',
      input: { ...schedule, Name: name, StartDate: epochSeconds(StartDate), EndDate: epochSeconds(EndDate) },
      principal: OPERATOR,
    });
    return { ref: name, attributes: { Arn: ScheduleArn } };
  },
  async change({ StartDate, EndDate, ...schedule }, { cloud }, { created }) {
    const dates = { StartDate: epochSeconds(StartDate), EndDate: epochSeconds(EndDate) };
    const input = { ...schedule, ...dates, Name: created.ref };
    await cloud.call({ service: 'scheduler', operation: 'UpdateSchedule', input, principal: OPERATOR });
    return created;
  },
  remove: ({ created, properties: { GroupName } }, { cloud }) =>
    cloud.call({
      service: 'scheduler',
      operation: 'DeleteSchedule',
      input: { Name: created.ref, GroupName },
      principal: OPERATOR,
    }),
});

function epochSeconds(date: string | undefined): number | undefined {
  return date === undefined ? undefined : Date.parse(date) / 1000;
}
