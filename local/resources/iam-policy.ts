import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

/** An inline policy of one or more roles. */
export const iamPolicy = resourceType({
  type: 'AWS::IAM::Policy',
  properties: z.strictObject({
    PolicyName: z.string(),
    PolicyDocument: z.record(z.string(), z.unknown()),
    Roles: z.array(z.string()).min(1),
  }),
  async create({ Roles, ...policy }, context) {
    for (const RoleName of Roles) {
      const input = { RoleName, ...policy };
      await context.cloud.call({ service: 'iam', operation: 'PutRolePolicy', input, principal: OPERATOR });
    }
    const ref = context.physicalName();
    return { ref, attributes: { Id: ref } };
  },
});
