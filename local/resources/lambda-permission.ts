import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceAccount: z.string().optional(),
  SourceArn: z.string().optional(),
});

/** One statement of a function's resource policy. */
export const lambdaPermission = resourceType({
  type: 'AWS::Lambda::Permission',
  properties,
  async create(permission, context) {
    const id = context.physicalName(100);
    const input = { ...permission, StatementId: id };
    await context.cloud.call({ service: 'lambda', operation: 'AddPermission', input, principal: OPERATOR });
    return { ref: id, attributes: { Id: id } };
  },
  remove: ({ created, properties: { FunctionName } }, { cloud }) =>
    cloud.call({
      service: 'lambda',
      operation: 'RemovePermission',
      input: { FunctionName, StatementId: created.ref },
      principal: OPERATOR,
    }),
});
