import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);

const properties = z.strictObject({
  CorsConfiguration: z
    .strictObject({
      AllowCredentials: boolean.optional(),
      AllowHeaders: z.array(z.string()).optional(),
      AllowMethods: z.array(z.string()).optional(),
      AllowOrigins: z.array(z.string()).optional(),
      ExposeHeaders: z.array(z.string()).optional(),
      MaxAge: z.coerce.number().int().optional(),
    })
    .optional(),
  Description: z.string().optional(),
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  Tags: z.record(z.string(), z.string()).optional(),
});

const API_ID_LENGTH = 10;

/** An HTTP API; its id, and so its address, is the same at every start. */
export const apigatewayv2Api = resourceType({
  type: 'AWS::ApiGatewayV2::Api',
  properties,
  inert: ['Description', 'Tags'],
  async create({ CorsConfiguration, Name, ProtocolType }, context) {
    const { ApiId, ApiEndpoint } = await context.cloud.call<{ ApiId: string; ApiEndpoint: string }>({
      service: 'execute-api',
      operation: 'CreateApi',
      input: {
        ApiId: apiId(context.physicalName()),
        Name,
        ProtocolType,
        ...(CorsConfiguration ? { CorsConfiguration } : {}),
      },
      principal: OPERATOR,
    });
    return { ref: ApiId, attributes: { ApiId, ApiEndpoint } };
  },
});

function apiId(name: string): string {
  const digest = createHash('sha256').update(name).digest();
  return [...digest.subarray(0, API_ID_LENGTH)].map(byte => (byte % 36).toString(36)).join('');
}
