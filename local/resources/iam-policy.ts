import { z } from 'zod';
import type { Cloud } from '../cloud/cloud.ts';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: z.record(z.string(), z.unknown()),
  Roles: z.array(z.string()).min(1),
});

/** An inline policy of one or more roles. */
export const iamPolicy = resourceType({
  type: 'AWS::IAM::Policy',
  properties,
  async create(policy, context) {
    await putOn(policy.Roles, policy, context.cloud);
    const ref = context.physicalName();
    return { ref, attributes: { Id: ref } };
  },
  async change(policy, { cloud }, { created, properties: before }) {
    const isRenamed = policy.PolicyName !== before.PolicyName;
    const left = before.Roles.filter(role => isRenamed || !policy.Roles.includes(role));
    await deleteFrom(left, before.PolicyName, cloud);
    await putOn(policy.Roles, policy, cloud);
    return created;
  },
  remove: ({ properties: { PolicyName, Roles } }, { cloud }) => deleteFrom(Roles, PolicyName, cloud),
});

async function putOn(roles: readonly string[], policy: z.infer<typeof properties>, cloud: Cloud): Promise<void> {
  const { PolicyName, PolicyDocument } = policy;
  for (const RoleName of roles) {
    const input = { RoleName, PolicyName, PolicyDocument };
    await cloud.call({ service: 'iam', operation: 'PutRolePolicy', input, principal: OPERATOR });
  }
}

async function deleteFrom(roles: readonly string[], PolicyName: string, cloud: Cloud): Promise<void> {
  for (const RoleName of roles) {
    const input = { RoleName, PolicyName };
    await cloud.call({ service: 'iam', operation: 'DeleteRolePolicy', input, principal: OPERATOR });
  }
}
