import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  ConnectionArn: z.string(),
  HttpMethod: z.string(),
  InvocationEndpoint: z.string(),
  InvocationRateLimitPerSecond: z.coerce.number().int().optional(),
});

/** An HTTP endpoint as a target of rules. Only calls to loopback addresses leave the embedded cloud. */
export const eventsApiDestination = resourceType({
  type: 'AWS::Events::ApiDestination',
  properties,
  async create({ Name, ...destination }, context) {
    const name = Name ?? context.physicalName(64);
    const { ApiDestinationArn } = await context.cloud.call({
      service: 'events',
      operation: 'CreateApiDestination',
      input: { ...destination, Name: name },
      principal: OPERATOR,
    });
    const ArnForPolicy = context.cloud.arn('events', `api-destination/${name}`);
    return { ref: name, attributes: { Arn: ApiDestinationArn, ArnForPolicy } };
  },
  async change({ Name: _, ...destination }, { cloud }, { created }) {
    const input = { ...destination, Name: created.ref };
    await cloud.call({ service: 'events', operation: 'UpdateApiDestination', input, principal: OPERATOR });
    return created;
  },
});
