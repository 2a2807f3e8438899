import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { resourceType } from './resource-type.ts';

const LONGEST_NAME = 63;
/** Settings that change nothing about what the embedded cloud does, whatever they hold. */
const ANYTHING = z.record(z.string(), z.unknown()).optional();

export const s3Bucket = resourceType({
  type: 'AWS::S3::Bucket',
  properties: z.strictObject({
    AccessControl: z.string().optional(),
    BucketEncryption: ANYTHING,
    BucketName: z.string().optional(),
    LifecycleConfiguration: ANYTHING,
    LoggingConfiguration: ANYTHING,
    NotificationConfiguration: z
      .strictObject({
        EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: z.boolean().optional() }).optional(),
      })
      .optional(),
    ObjectLockEnabled: z.literal(false).optional(),
    OwnershipControls: ANYTHING,
    PublicAccessBlockConfiguration: ANYTHING,
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
    VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  }),
  inert: [
    'AccessControl',
    'BucketEncryption',
    'LifecycleConfiguration',
    'LoggingConfiguration',
    'ObjectLockEnabled',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
  ],
  async create(properties, context) {
    const { cloud } = context;
    const name = properties.BucketName ?? context.physicalName(LONGEST_NAME).toLowerCase();
    const call = (operation: string, input: JsonObject) =>
      cloud.call({ service: 's3', operation, input: { Bucket: name, ...input }, principal: OPERATOR });
    await call('CreateBucket', {});
    const { VersioningConfiguration, NotificationConfiguration } = properties;
    if (VersioningConfiguration) await call('PutBucketVersioning', { VersioningConfiguration });
    const eventBridge = NotificationConfiguration?.EventBridgeConfiguration;
    if (eventBridge && eventBridge.EventBridgeEnabled !== false) {
      await call('PutBucketNotificationConfiguration', { NotificationConfiguration: { EventBridgeConfiguration: {} } });
    }
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${cloud.region}.amazonaws.com`,
      },
    };
  },
});
