import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { resourceType } from './resource-type.ts';

const LONGEST_POLICY_NAME = 128;

export const iamManagedPolicy = resourceType({
  type: 'AWS::IAM::ManagedPolicy',
  properties: z.strictObject({
    ManagedPolicyName: z.string().optional(),
    PolicyDocument: z.record(z.string(), z.unknown()),
    Description: z.string().optional(),
    Path: z.string().optional(),
    Roles: z.array(z.string()).optional(),
  }),
  inert: ['Description'],
  async create({ ManagedPolicyName, PolicyDocument, Path, Roles = [] }, context) {
    const call = <Output>(operation: string, input: JsonObject) =>
      context.cloud.call<Output>({ service: 'iam', operation, input, principal: OPERATOR });
    const created = await call<{ Policy: { Arn: string; PolicyId: string } }>('CreatePolicy', {
      PolicyName: ManagedPolicyName ?? context.physicalName(LONGEST_POLICY_NAME),
      PolicyDocument,
      Path,
    });
    const { Arn: arn, PolicyId: id } = created.Policy;
    for (const RoleName of Roles) await call('AttachRolePolicy', { RoleName, PolicyArn: arn });
    return { ref: arn, attributes: { PolicyArn: arn, PolicyId: id } };
  },
});
