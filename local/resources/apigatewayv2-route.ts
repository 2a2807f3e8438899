import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApiId: z.string(),
  AuthorizationType: z.literal('NONE').optional(),
  OperationName: z.string().optional(),
  RouteKey: z.string(),
  Target: z.string(),
});

/** Sends the requests of one method and path to an integration. */
export const apigatewayv2Route = resourceType({
  type: 'AWS::ApiGatewayV2::Route',
  properties,
  inert: ['OperationName'],
  async create({ ApiId, RouteKey, Target }, { cloud }) {
    const { RouteId } = await cloud.call<{ RouteId: string }>({
      service: 'execute-api',
      operation: 'CreateRoute',
      input: { ApiId, RouteKey, Target },
      principal: OPERATOR,
    });
    return { ref: RouteId, attributes: { RouteId } };
  },
  remove: ({ created, properties: { ApiId } }, { cloud }) =>
    cloud.call({
      service: 'execute-api',
      operation: 'DeleteRoute',
      input: { ApiId, RouteId: created.ref },
      principal: OPERATOR,
    }),
});
