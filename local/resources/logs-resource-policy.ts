import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

export const logsResourcePolicy = resourceType({
  type: 'AWS::Logs::ResourcePolicy',
  properties: z.strictObject({ PolicyName: z.string(), PolicyDocument: z.string() }),
  change: 'put',
  async create({ PolicyName: policyName, PolicyDocument: policyDocument }, { cloud }) {
    const input = { policyName, policyDocument };
    await cloud.call({ service: 'logs', operation: 'PutResourcePolicy', input, principal: OPERATOR });
    return { ref: policyName };
  },
});
