import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);

const routeSettings = z.strictObject({
  DetailedMetricsEnabled: boolean.optional(),
  ThrottlingBurstLimit: z.coerce.number().int().optional(),
  ThrottlingRateLimit: z.coerce.number().optional(),
});

const properties = z.strictObject({
  AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  ApiId: z.string(),
  AutoDeploy: boolean.optional(),
  DefaultRouteSettings: routeSettings.optional(),
  Description: z.string().optional(),
  RouteSettings: z.record(z.string(), routeSettings).optional(),
  StageName: z.string(),
  StageVariables: z.record(z.string(), z.string()).optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});

/** Changes of an API are served at once, as with `AutoDeploy`. */
export const apigatewayv2Stage = resourceType({
  type: 'AWS::ApiGatewayV2::Stage',
  properties,
  inert: ['AutoDeploy', 'DefaultRouteSettings.DetailedMetricsEnabled', 'Description', 'Tags'],
  change: 'put',
  async create(
    { AccessLogSettings, ApiId, DefaultRouteSettings, RouteSettings, StageName, StageVariables },
    { cloud },
  ) {
    await cloud.call({
      service: 'execute-api',
      operation: 'CreateStage',
      input: {
        ApiId,
        StageName,
        ...(AccessLogSettings ? { AccessLogSettings } : {}),
        ...(DefaultRouteSettings ? { DefaultRouteSettings } : {}),
        ...(RouteSettings ? { RouteSettings } : {}),
        ...(StageVariables ? { StageVariables } : {}),
      },
      principal: OPERATOR,
    });
    return { ref: StageName };
  },
});
