import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

export const logsLogGroup = resourceType({
  type: 'AWS::Logs::LogGroup',
  properties: z.strictObject({
    LogGroupName: z.string().optional(),
    RetentionInDays: z.number().optional(),
    KmsKeyId: z.string().optional(),
    LogGroupClass: z.string().optional(),
    DeletionProtectionEnabled: z.boolean().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  inert: ['DeletionProtectionEnabled', 'KmsKeyId', 'LogGroupClass', 'Tags'],
  async create({ LogGroupName, RetentionInDays: retentionInDays }, context) {
    const { cloud } = context;
    const logGroupName = LogGroupName ?? context.physicalName();
    const call = (operation: string, input: object) =>
      cloud.call({ service: 'logs', operation, input: { logGroupName, ...input }, principal: OPERATOR });
    await call('CreateLogGroup', {});
    if (retentionInDays !== undefined) await call('PutRetentionPolicy', { retentionInDays });
    return { ref: logGroupName, attributes: { Arn: cloud.arn('logs', `log-group:${logGroupName}:*`) } };
  },
  async change({ RetentionInDays: retentionInDays }, { cloud }, { created }) {
    const logGroupName = created.ref;
    const operation = retentionInDays === undefined ? 'DeleteRetentionPolicy' : 'PutRetentionPolicy';
    await cloud.call({ service: 'logs', operation, input: { logGroupName, retentionInDays }, principal: OPERATOR });
    return created;
  },
});
