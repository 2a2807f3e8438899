import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  EventBusName: z.string().optional(),
  StatementId: z.string(),
  Statement: z.record(z.string(), z.unknown()).optional(),
  Action: z.string().optional(),
  Principal: z.string().optional(),
  Condition: z.strictObject({ Type: z.string(), Key: z.string(), Value: z.string() }).optional(),
});

/** One statement of a bus's policy: the statement itself, or its parts as `PutPermission` takes them. */
export const eventsEventBusPolicy = resourceType({
  type: 'AWS::Events::EventBusPolicy',
  properties,
  change: 'put',
  async create({ Statement, ...permission }, { cloud, logicalId }) {
    const call = (operation: string, input: JsonObject) =>
      cloud.call({ service: 'events', operation, input, principal: OPERATOR });
    const { EventBusName, StatementId } = permission;
    if (Statement) {
      const bus = await call('DescribeEventBus', { Name: EventBusName });
      const policy = JSON.stringify(withStatement(bus.Policy, { ...Statement, Sid: StatementId }));
      await call('PutPermission', { EventBusName, Policy: policy });
    } else {
      await call('PutPermission', permission);
    }
    return { ref: logicalId };
  },
  remove: ({ properties: { EventBusName, StatementId } }, { cloud }) =>
    cloud.call({
      service: 'events',
      operation: 'RemovePermission',
      input: { EventBusName, StatementId },
      principal: OPERATOR,
    }),
});

function withStatement(policy: unknown, statement: JsonObject): JsonObject {
  const document =
    policy === undefined ? { Statement: [] } : (JSON.parse(String(policy)) as { Statement: JsonObject[] }); // the engine's own document
  const others = document.Statement.filter(other => other.Sid !== statement.Sid);
  return { Version: '2012-10-17', Statement: [...others, statement] };
}
