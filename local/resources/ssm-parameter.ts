import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

export const ssmParameter = resourceType({
  type: 'AWS::SSM::Parameter',
  properties: z.strictObject({
    Name: z.string().optional(),
    Type: z.enum(['String', 'StringList']),
    Value: z.string(),
    Description: z.string().optional(),
    AllowedPattern: z.string().optional(),
    DataType: z.string().optional(),
    Tier: z.string().optional(),
    Tags: z.record(z.string(), z.string()).optional(),
  }),
  inert: ['Tags', 'Tier'],
  change: 'put',
  async create({ Name, Tags: _, ...properties }, { cloud, physicalName }) {
    const name = Name ?? `CFN-${physicalName()}`;
    await cloud.call({
      service: 'ssm',
      operation: 'PutParameter',
      input: { Name: name, ...properties, Overwrite: true },
      principal: OPERATOR,
    });
    return { ref: name, attributes: { Type: properties.Type, Value: properties.Value } };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({ service: 'ssm', operation: 'DeleteParameter', input: { Name: created.ref }, principal: OPERATOR }),
});
