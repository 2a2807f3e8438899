import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ResourceArn: z.string(),
  ResourcePolicy: z.union([z.string(), z.record(z.string(), z.unknown())]),
});

/** The policy of one stream or consumer. */
export const kinesisResourcePolicy = resourceType({
  type: 'AWS::Kinesis::ResourcePolicy',
  properties,
  async create({ ResourceArn, ResourcePolicy }, { cloud }) {
    const Policy = typeof ResourcePolicy === 'string' ? ResourcePolicy : JSON.stringify(ResourcePolicy);
    const input = { ResourceARN: ResourceArn, Policy };
    await cloud.call({ service: 'kinesis', operation: 'PutResourcePolicy', input, principal: OPERATOR });
    return { ref: ResourceArn };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({
      service: 'kinesis',
      operation: 'DeleteResourcePolicy',
      input: { ResourceARN: created.ref },
      principal: OPERATOR,
    }),
});
