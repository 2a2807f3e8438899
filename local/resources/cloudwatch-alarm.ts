import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const DIMENSIONS = z.array(z.strictObject({ Name: z.string(), Value: z.string() }));

const METRIC_STAT = z.strictObject({
  Metric: z.strictObject({
    Namespace: z.string().optional(),
    MetricName: z.string().optional(),
    Dimensions: DIMENSIONS.optional(),
  }),
  Period: z.number(),
  Stat: z.string(),
  Unit: z.string().optional(),
});

const METRIC_QUERY = z.strictObject({
  Id: z.string(),
  MetricStat: METRIC_STAT.optional(),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().optional(),
  Period: z.number().optional(),
  AccountId: z.string().optional(),
});

const ACTIONS = z.array(z.string()).optional();

export const cloudwatchAlarm = resourceType({
  type: 'AWS::CloudWatch::Alarm',
  properties: z.strictObject({
    AlarmName: z.string().optional(),
    AlarmDescription: z.string().optional(),
    ActionsEnabled: z.boolean().optional(),
    AlarmActions: ACTIONS,
    OKActions: ACTIONS,
    InsufficientDataActions: ACTIONS,
    Namespace: z.string().optional(),
    MetricName: z.string().optional(),
    Dimensions: DIMENSIONS.optional(),
    Statistic: z.string().optional(),
    ExtendedStatistic: z.string().optional(),
    Unit: z.string().optional(),
    Period: z.number().optional(),
    Metrics: z.array(METRIC_QUERY).optional(),
    ComparisonOperator: z.string(),
    Threshold: z.number().optional(),
    EvaluationPeriods: z.number(),
    DatapointsToAlarm: z.number().optional(),
    TreatMissingData: z.string().optional(),
    EvaluateLowSampleCountPercentile: z.string().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  inert: ['EvaluateLowSampleCountPercentile', 'Metrics[].AccountId', 'Tags'],
  change: 'put',
  async create(properties, context) {
    const { cloud } = context;
    const name = properties.AlarmName ?? context.physicalName();
    const input = { ...properties, AlarmName: name };
    await cloud.call({ service: 'monitoring', operation: 'PutMetricAlarm', input, principal: OPERATOR });
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
