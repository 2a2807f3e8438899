import { z } from 'zod';
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
  tableClass,
  tags,
  timeToLive,
  warmThroughput,
} from './dynamodb-table-parts.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const replica = z.strictObject({
  Region: z.string(),
  ContributorInsightsSpecification: contributorInsights.optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        ContributorInsightsSpecification: contributorInsights.optional(),
      }),
    )
    .optional(),
  PointInTimeRecoverySpecification: pointInTimeRecovery.optional(),
  SSESpecification: z.strictObject({ KMSMasterKeyId: z.string() }).optional(),
  TableClass: tableClass.optional(),
  Tags: tags.optional(),
});

const properties = z.strictObject({
  TableName: z.string().optional(),
  AttributeDefinitions: attributeDefinitions,
  KeySchema: keySchema,
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        WarmThroughput: warmThroughput.optional(),
      }),
    )
    .optional(),
  LocalSecondaryIndexes: localIndexes.optional(),
  StreamSpecification: streamSpecification.optional(),
  TimeToLiveSpecification: timeToLive.optional(),
  SSESpecification: z.strictObject({ SSEEnabled: z.boolean(), SSEType: z.literal('KMS').optional() }).optional(),
  WarmThroughput: warmThroughput.optional(),
  WriteOnDemandThroughputSettings: onDemandThroughput.optional(),
  Replicas: z.array(replica),
});

/** A global table of one replica, in the cloud's own region; provisioned capacity and further replicas are not supported. */
export const dynamodbGlobalTable = resourceType({
  type: 'AWS::DynamoDB::GlobalTable',
  properties,
  inert: [
    'WarmThroughput',
    'WriteOnDemandThroughputSettings',
    'SSESpecification',
    'Replicas.ContributorInsightsSpecification',
    'Replicas.PointInTimeRecoverySpecification',
    'Replicas.SSESpecification',
    'Replicas.TableClass',
  ],
  create(table, context) {
    const own = ownReplica(table.Replicas, context);
    const plan = {
      name: table.TableName ?? context.physicalName(255),
      table: {
        AttributeDefinitions: table.AttributeDefinitions,
        KeySchema: table.KeySchema,
        BillingMode: table.BillingMode,
        GlobalSecondaryIndexes: table.GlobalSecondaryIndexes,
        LocalSecondaryIndexes: table.LocalSecondaryIndexes,
        DeletionProtectionEnabled: own.DeletionProtectionEnabled,
        TableClass: own.TableClass,
        SSESpecification: table.SSESpecification && {
          Enabled: table.SSESpecification.SSEEnabled,
          KMSMasterKeyId: own.SSESpecification?.KMSMasterKeyId,
        },
        Tags: own.Tags,
      },
      stream: table.StreamSpecification,
      timeToLive: table.TimeToLiveSpecification,
      pointInTimeRecovery: own.PointInTimeRecoverySpecification,
    };
    return provisionTable(plan, context);
  },
});

function ownReplica(replicas: readonly z.infer<typeof replica>[], context: ResourceContext): z.infer<typeof replica> {
  const [own, ...others] = replicas;
  if (own && others.length === 0 && own.Region === context.cloud.region) return own;
  const regions = replicas.map(({ Region }) => Region).join(', ');
  throw new Error(
    `Cannot create global table ${context.logicalId}: the embedded cloud has one region, ${context.cloud.region}; the replicas are in ${regions}`,
  );
}
