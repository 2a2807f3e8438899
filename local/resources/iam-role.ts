import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { type ResourceContext, resourceType } from './resource-type.ts';

const LONGEST_ROLE_NAME = 64;
const DOCUMENT = z.record(z.string(), z.unknown());

export const iamRole = resourceType({
  type: 'AWS::IAM::Role',
  properties: z.strictObject({
    AssumeRolePolicyDocument: DOCUMENT,
    Description: z.string().optional(),
    ManagedPolicyArns: z.array(z.string()).optional(),
    MaxSessionDuration: z.number().optional(),
    Path: z.string().optional(),
    PermissionsBoundary: z.string().optional(),
    Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: DOCUMENT })).optional(),
    RoleName: z.string().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  inert: ['MaxSessionDuration', 'Tags'],
  async create(properties, context) {
    const { ManagedPolicyArns: managed = [], Policies: inline = [], RoleName, ...given } = properties;
    const name = RoleName ?? context.physicalName(LONGEST_ROLE_NAME);
    const call = callOn(name, context);
    const { Role: role } = await call<{ Role: { Arn: string; RoleId: string } }>('CreateRole', given);
    for (const policy of inline) await call('PutRolePolicy', policy);
    for (const PolicyArn of managed) await call('AttachRolePolicy', { PolicyArn });
    return { ref: name, attributes: { Arn: role.Arn, RoleId: role.RoleId } };
  },
  async change(properties, context, { created, properties: before }) {
    const { ManagedPolicyArns: managed = [], Policies: inline = [], AssumeRolePolicyDocument } = properties;
    const call = callOn(created.ref, context);
    await call('UpdateAssumeRolePolicy', { PolicyDocument: AssumeRolePolicyDocument });
    const kept = new Set(inline.map(policy => policy.PolicyName));
    for (const { PolicyName } of before.Policies ?? []) {
      if (!kept.has(PolicyName)) await call('DeleteRolePolicy', { PolicyName });
    }
    for (const policy of inline) await call('PutRolePolicy', policy);
    for (const PolicyArn of before.ManagedPolicyArns ?? []) {
      if (!managed.includes(PolicyArn)) await call('DetachRolePolicy', { PolicyArn });
    }
    for (const PolicyArn of managed) await call('AttachRolePolicy', { PolicyArn });
    return created;
  },
  remove: ({ created }, context) => callOn(created.ref, context)('DeleteRole', {}),
});

function callOn(name: string, { cloud }: ResourceContext) {
  return <Output>(operation: string, input: JsonObject) =>
    cloud.call<Output>({ service: 'iam', operation, input: { RoleName: name, ...input }, principal: OPERATOR });
}
