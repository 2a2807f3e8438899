import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  PolicyDocument: z.record(z.string(), z.unknown()),
  Queues: z.array(z.string()),
});

/** Replaces the policy of each queue that it names, by URL. */
export const sqsQueuePolicy = resourceType({
  type: 'AWS::SQS::QueuePolicy',
  properties,
  change: 'put',
  async create({ PolicyDocument, Queues }, context) {
    const Attributes = { Policy: JSON.stringify(PolicyDocument) };
    for (const QueueUrl of Queues) {
      const input = { QueueUrl, Attributes };
      await context.cloud.call({ service: 'sqs', operation: 'SetQueueAttributes', input, principal: OPERATOR });
    }
    const id = context.physicalName();
    return { ref: id, attributes: { Id: id } };
  },
});
