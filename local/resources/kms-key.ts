import { z } from 'zod';
import { resourceType } from './resource-type.ts';

/** Nothing is encrypted in the embedded cloud: a key has an id and an ARN, and its policy is not judged. */
export const kmsKey = resourceType({
  type: 'AWS::KMS::Key',
  properties: z.strictObject({
    Description: z.string().optional(),
    Enabled: z.boolean().optional(),
    EnableKeyRotation: z.boolean().optional(),
    RotationPeriodInDays: z.number().optional(),
    KeyPolicy: z.record(z.string(), z.unknown()).optional(),
    KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
    KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
    MultiRegion: z.literal(false).optional(),
    PendingWindowInDays: z.number().optional(),
    BypassPolicyLockoutSafetyCheck: z.boolean().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  inert: [
    'BypassPolicyLockoutSafetyCheck',
    'Description',
    'EnableKeyRotation',
    'Enabled',
    'KeyPolicy',
    'KeySpec',
    'KeyUsage',
    'MultiRegion',
    'PendingWindowInDays',
    'RotationPeriodInDays',
    'Tags',
  ],
  create(_properties, { cloud }) {
    const keyId = cloud.ids.uuid();
    return { ref: keyId, attributes: { Arn: cloud.arn('kms', `key/${keyId}`), KeyId: keyId } };
  },
});
