import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  PolicyDocument: z.record(z.string(), z.unknown()),
  Topics: z.array(z.string()),
});

/** Replaces the policy of each topic that it names, by ARN. */
export const snsTopicPolicy = resourceType({
  type: 'AWS::SNS::TopicPolicy',
  properties,
  change: 'put',
  async create({ PolicyDocument, Topics }, context) {
    const AttributeValue = JSON.stringify(PolicyDocument);
    for (const TopicArn of Topics) {
      const input = { TopicArn, AttributeName: 'Policy', AttributeValue };
      await context.cloud.call({ service: 'sns', operation: 'SetTopicAttributes', input, principal: OPERATOR });
    }
    const id = context.physicalName();
    return { ref: id, attributes: { Id: id } };
  },
});
