import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

export const s3BucketPolicy = resourceType({
  type: 'AWS::S3::BucketPolicy',
  properties: z.strictObject({ Bucket: z.string(), PolicyDocument: z.record(z.string(), z.unknown()) }),
  change: 'put',
  async create({ Bucket, PolicyDocument }, { cloud }) {
    const input = { Bucket, Policy: JSON.stringify(PolicyDocument) };
    await cloud.call({ service: 's3', operation: 'PutBucketPolicy', input, principal: OPERATOR });
    return { ref: Bucket };
  },
});
