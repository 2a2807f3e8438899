import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { resourceType } from './resource-type.ts';

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().int().optional(),
      MaximumEventAgeInSeconds: z.coerce.number().int().optional(),
    })
    .optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
  KinesisParameters: z.strictObject({ PartitionKeyPath: z.string() }).optional(),
  HttpParameters: z
    .strictObject({
      PathParameterValues: z.array(z.string()).optional(),
      HeaderParameters: z.record(z.string(), z.string()).optional(),
      QueryStringParameters: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

const properties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().optional(),
  EventPattern: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).optional(),
  RoleArn: z.string().optional(),
  Targets: z.array(target).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** The reference of a rule on a bus of its own is `bus|rule`. */
export const eventsRule = resourceType({
  type: 'AWS::Events::Rule',
  properties,
  inert: ['RoleArn'],
  async create({ Targets, EventPattern, ...rule }, context) {
    const call = (operation: string, input: JsonObject) =>
      context.cloud.call({ service: 'events', operation, input, principal: OPERATOR });
    const name = rule.Name ?? context.physicalName(64);
    const pattern = typeof EventPattern === 'object' ? JSON.stringify(EventPattern) : EventPattern;
    const { RuleArn } = await call('PutRule', { ...rule, Name: name, EventPattern: pattern });
    const { EventBusName } = rule;
    if (Targets && Targets.length > 0) await call('PutTargets', { Rule: name, EventBusName, Targets });
    const bus = EventBusName?.slice(EventBusName.indexOf('/') + 1) ?? 'default';
    return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: RuleArn } };
  },
  async remove({ created, properties: { EventBusName, Targets = [] } }, { cloud }) {
    const call = (operation: string, input: JsonObject) =>
      cloud.call({ service: 'events', operation, input: { EventBusName, ...input }, principal: OPERATOR });
    const name = created.ref.slice(created.ref.indexOf('|') + 1);
    if (Targets.length > 0) await call('RemoveTargets', { Rule: name, Ids: Targets.map(({ Id }) => Id) });
    await call('DeleteRule', { Name: name });
  },
});
