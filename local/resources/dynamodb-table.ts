import { z } from 'zod';
import { changeTable } from './dynamodb-table-change.ts';
import {
  attributeDefinitions,
  contributorInsights,
  keySchema,
  localIndexes,
  onDemandThroughput,
  pointInTimeRecovery,
  projection,
  provisionTable,
  streamSpecification,
  type TablePlan,
  tableClass,
  tags,
  timeToLive,
  warmThroughput,
} from './dynamodb-table-parts.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const throughput = z.strictObject({
  ReadCapacityUnits: z.coerce.number().int(),
  WriteCapacityUnits: z.coerce.number().int(),
});

const globalIndexes = z.array(
  z.strictObject({
    IndexName: z.string(),
    KeySchema: keySchema,
    Projection: projection,
    ProvisionedThroughput: throughput.optional(),
    OnDemandThroughput: onDemandThroughput.optional(),
    WarmThroughput: warmThroughput.optional(),
    ContributorInsightsSpecification: contributorInsights.optional(),
  }),
);

const properties = z.strictObject({
  TableName: z.string().optional(),
  AttributeDefinitions: attributeDefinitions.optional(),
  KeySchema: keySchema,
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).optional(),
  ProvisionedThroughput: throughput.optional(),
  OnDemandThroughput: onDemandThroughput.optional(),
  WarmThroughput: warmThroughput.optional(),
  GlobalSecondaryIndexes: globalIndexes.optional(),
  LocalSecondaryIndexes: localIndexes.optional(),
  StreamSpecification: streamSpecification.optional(),
  TimeToLiveSpecification: timeToLive.optional(),
  PointInTimeRecoverySpecification: pointInTimeRecovery.optional(),
  SSESpecification: z
    .strictObject({
      SSEEnabled: z.boolean(),
      SSEType: z.literal('KMS').optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  ContributorInsightsSpecification: contributorInsights.optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  TableClass: tableClass.optional(),
  Tags: tags.optional(),
});

/** `StreamArn` is there only when the stream is. */
export const dynamodbTable = resourceType({
  type: 'AWS::DynamoDB::Table',
  properties,
  inert: [
    'OnDemandThroughput',
    'WarmThroughput',
    'PointInTimeRecoverySpecification',
    'SSESpecification',
    'ContributorInsightsSpecification',
    'TableClass',
  ],
  create: (table, context) => provisionTable(planOf(table, context), context),
  change: (table, context, { created, properties: before }) =>
    changeTable({ from: planOf(before, context), to: planOf(table, context), created }, context),
});

function planOf(table: z.infer<typeof properties>, context: ResourceContext): TablePlan {
  const {
    TableName = context.physicalName(255),
    StreamSpecification,
    TimeToLiveSpecification,
    PointInTimeRecoverySpecification,
    SSESpecification,
    OnDemandThroughput: _onDemand,
    WarmThroughput: _warm,
    ContributorInsightsSpecification: _insights,
    ...created
  } = table;
  const encryption = SSESpecification && {
    SSESpecification: { Enabled: SSESpecification.SSEEnabled, KMSMasterKeyId: SSESpecification.KMSMasterKeyId },
  };
  return {
    name: TableName,
    table: { ...created, ...encryption },
    stream: StreamSpecification,
    timeToLive: TimeToLiveSpecification,
    pointInTimeRecovery: PointInTimeRecoverySpecification,
  };
}
