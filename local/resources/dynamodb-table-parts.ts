/** What `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable` have in common. */
import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import type { CreatedResource, ResourceContext } from './resource-type.ts';

export const attributeDefinitions = z.array(
  z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
);
export const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
export const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']).optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
export const localIndexes = z.array(
  z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection }),
);
export const streamSpecification = z.strictObject({
  StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
});
export const timeToLive = z.strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() });
export const pointInTimeRecovery = z.strictObject({
  PointInTimeRecoveryEnabled: z.boolean().optional(),
  RecoveryPeriodInDays: z.coerce.number().int().optional(),
});
export const contributorInsights = z.strictObject({ Enabled: z.boolean(), Mode: z.string().optional() });
export const onDemandThroughput = z.strictObject({
  MaxReadRequestUnits: z.coerce.number().int().optional(),
  MaxWriteRequestUnits: z.coerce.number().int().optional(),
});
export const warmThroughput = z.strictObject({
  ReadUnitsPerSecond: z.coerce.number().int().optional(),
  WriteUnitsPerSecond: z.coerce.number().int().optional(),
});
export const tableClass = z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);
export const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

export interface TablePlan {
  readonly name: string;
  /** Members of CreateTable. */
  readonly table: JsonObject;
  readonly stream: z.infer<typeof streamSpecification> | undefined;
  readonly timeToLive: z.infer<typeof timeToLive> | undefined;
  readonly pointInTimeRecovery: z.infer<typeof pointInTimeRecovery> | undefined;
}

/** Makes the table, and then what CreateTable cannot say. */
export async function provisionTable(plan: TablePlan, { cloud }: ResourceContext): Promise<CreatedResource> {
  const call = <Output = JsonObject>(operation: string, input: JsonObject) =>
    cloud.call<Output>({
      service: 'dynamodb',
      operation,
      input: { TableName: plan.name, ...input },
      principal: OPERATOR,
    });
  const { TableDescription: made } = await call<{ TableDescription: JsonObject }>('CreateTable', {
    ...plan.table,
    ...(plan.stream ? { StreamSpecification: { StreamEnabled: true, ...plan.stream } } : {}),
  });
  if (plan.timeToLive?.Enabled) await call('UpdateTimeToLive', { TimeToLiveSpecification: plan.timeToLive });
  if (plan.pointInTimeRecovery?.PointInTimeRecoveryEnabled) {
    await call('UpdateContinuousBackups', { PointInTimeRecoverySpecification: plan.pointInTimeRecovery });
  }
  return {
    ref: plan.name,
    attributes: {
      Arn: made.TableArn,
      TableId: made.TableId,
      ...(plan.stream ? { StreamArn: made.LatestStreamArn } : {}),
    },
  };
}
