import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApiId: z.string(),
  Description: z.string().optional(),
  IntegrationMethod: z.literal('POST').optional(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().int().optional(),
});

/** Hands requests to a Lambda function. */
export const apigatewayv2Integration = resourceType({
  type: 'AWS::ApiGatewayV2::Integration',
  properties,
  inert: ['Description', 'IntegrationMethod'],
  async create({ Description: _, IntegrationMethod: __, ...input }, { cloud }) {
    const { IntegrationId } = await cloud.call<{ IntegrationId: string }>({
      service: 'execute-api',
      operation: 'CreateIntegration',
      input,
      principal: OPERATOR,
    });
    return { ref: IntegrationId, attributes: { IntegrationId } };
  },
  remove: ({ created, properties: { ApiId } }, { cloud }) =>
    cloud.call({
      service: 'execute-api',
      operation: 'DeleteIntegration',
      input: { ApiId, IntegrationId: created.ref },
      principal: OPERATOR,
    }),
});
