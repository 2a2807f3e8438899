import { z } from 'zod';
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Operation, Service } from '../../cloud/service.ts';
import { Deadlines } from './deadlines.ts';
import { keepApis } from './execute-api-journal.ts';
import { type HttpApi, HttpApis } from './http-api.ts';
import { handleRequest, PATH_PREFIX } from './request-handling.ts';
import { Throttling } from './throttling.ts';

const API_ID_LENGTH = 10;
const LONGEST_INTEGRATION_MS = 30_000;
const SHORTEST_INTEGRATION_MS = 50;

const CORS = z.object({
  AllowOrigins: z.array(z.string()).optional(),
  AllowMethods: z.array(z.string()).optional(),
  AllowHeaders: z.array(z.string()).optional(),
  ExposeHeaders: z.array(z.string()).optional(),
  AllowCredentials: z.boolean().optional(),
  MaxAge: z.number().int().optional(),
});
/** `ApiId` is the provisioning's own: it gives an API the same address at every start. */
const CREATE_API = z.object({
  ApiId: z.string().optional(),
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: CORS.optional(),
});
const CREATE_INTEGRATION = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().int().min(SHORTEST_INTEGRATION_MS).max(LONGEST_INTEGRATION_MS).optional(),
});
const ROUTE_KEY = /^(\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) \/\S*)$/;
const CREATE_ROUTE = z.object({ ApiId: z.string(), RouteKey: z.string().regex(ROUTE_KEY), Target: z.string() });
const ROUTE_SETTINGS = z.object({
  ThrottlingBurstLimit: z.number().int().min(0).optional(),
  ThrottlingRateLimit: z.number().min(0).optional(),
});
const CREATE_STAGE = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  StageVariables: z.record(z.string(), z.string()).optional(),
  AccessLogSettings: z.object({ DestinationArn: z.string(), Format: z.string() }).optional(),
  DefaultRouteSettings: ROUTE_SETTINGS.optional(),
  RouteSettings: z.record(z.string(), ROUTE_SETTINGS).optional(),
});

/**
 * HTTP APIs (API Gateway v2): the requests of clients under `/execute-api/<apiId>/`, and as many of the operations that
 * make an API as the template needs (in-process only).
 */
export function executeApiService(cloud: Cloud): Service {
  const apis = new HttpApis();
  keepApis(cloud, apis);
  const handling = { cloud, apis, deadlines: new Deadlines(cloud.clock), throttling: new Throttling(cloud.clock) };
  return {
    name: 'execute-api',
    wire: { protocol: 'http', pathPrefix: PATH_PREFIX, handle: request => handleRequest(handling, request) },
    operations: operations(cloud, apis),
  };
}

function operations(cloud: Cloud, apis: HttpApis): Readonly<Record<string, Operation>> {
  return {
    CreateApi: input => {
      const request = parse(CREATE_API, input);
      const apiId = request.ApiId ?? cloud.ids.token(API_ID_LENGTH);
      const api: HttpApi = {
        apiId,
        name: request.Name,
        cors: request.CorsConfiguration,
        integrations: new Map(),
        routes: new Map(),
        stages: new Map(),
        revision: 0,
      };
      apis.add(api);
      return describeApi(cloud, api);
    },

    CreateIntegration: input => {
      const request = parse(CREATE_INTEGRATION, input);
      const integrationId = cloud.ids.token(7);
      const functionArn = functionOf(request.IntegrationUri);
      const timeoutMs = request.TimeoutInMillis ?? LONGEST_INTEGRATION_MS;
      apis.change(request.ApiId, ({ integrations }) =>
        integrations.set(integrationId, { integrationId, functionArn, timeoutMs }),
      );
      return { IntegrationId: integrationId };
    },

    CreateRoute: input => {
      const request = parse(CREATE_ROUTE, input);
      const api = apis.get(request.ApiId);
      const integrationId = request.Target.replace(/^integrations\//, '');
      if (!api.integrations.has(integrationId)) throw badRequest(`Invalid target ${request.Target}`);
      if ([...api.routes.values()].some(({ routeKey }) => routeKey === request.RouteKey)) {
        throw new AwsError('ConflictException', `Route with key ${request.RouteKey} already exists for this API`, {
          status: 409,
        });
      }
      const routeId = cloud.ids.token(7);
      apis.change(api.apiId, ({ routes }) =>
        routes.set(routeId, { routeId, routeKey: request.RouteKey, integrationId }),
      );
      return { RouteId: routeId, RouteKey: request.RouteKey };
    },

    CreateStage: input => {
      const request = parse(CREATE_STAGE, input);
      const { AccessLogSettings: log } = request;
      const stage = {
        stageName: request.StageName,
        variables: request.StageVariables,
        accessLog: log && { logGroup: logGroupOf(log.DestinationArn), format: log.Format },
        defaultRoute: request.DefaultRouteSettings,
        routes: request.RouteSettings,
      };
      apis.change(request.ApiId, ({ stages }) => stages.set(request.StageName, stage));
      return { StageName: request.StageName };
    },

    DeleteIntegration: input => deletePart(apis, input, { map: 'integrations', id: 'IntegrationId' }),
    DeleteRoute: input => deletePart(apis, input, { map: 'routes', id: 'RouteId' }),
    DeleteStage: input => deletePart(apis, input, { map: 'stages', id: 'StageName' }),
    GetApi: input => describeApi(cloud, apis.get(String(input.ApiId))),
    GetApis: () => ({ Items: [...apis.all].map(api => describeApi(cloud, api)) }),
    GetRoutes: input => ({
      Items: [...apis.get(String(input.ApiId)).routes.values()].map(route => ({
        RouteId: route.routeId,
        RouteKey: route.routeKey,
        Target: `integrations/${route.integrationId}`,
      })),
    }),
    DeleteApi: input => {
      apis.delete(apis.get(String(input.ApiId)).apiId);
      return undefined;
    },
  };
}

/** Of an API; requests that were going there are answered with 404 from now on. */
function deletePart(
  apis: HttpApis,
  input: JsonObject,
  { map, id }: { map: 'integrations' | 'routes' | 'stages'; id: string },
): void {
  const key = String(input[id]);
  if (!apis.get(String(input.ApiId))[map].has(key)) {
    throw new AwsError('NotFoundException', `Invalid ${id} identifier specified ${key}`, { status: 404 });
  }
  apis.change(String(input.ApiId), api => api[map].delete(key));
}

function describeApi(cloud: Cloud, api: HttpApi): JsonObject {
  return {
    ApiId: api.apiId,
    Name: api.name,
    ProtocolType: 'HTTP',
    ApiEndpoint: `${cloud.endpoint}${PATH_PREFIX}${api.apiId}`,
    ...(api.cors ? { CorsConfiguration: api.cors } : {}),
  };
}

/** A function's ARN, or the path under which API Gateway invokes it (`…:lambda:path/…/functions/ARN/invocations`). */
function functionOf(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

/** `arn:aws:logs:<region>:<account>:log-group:<name>[:*]` */
function logGroupOf(arn: string): string {
  return arn.split(':')[6] ?? arn;
}

function parse<Output>(schema: z.ZodType<Output>, input: JsonObject): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`Invalid ${issue?.path.join('.')}: ${issue?.message}`);
}

function badRequest(text: string): AwsError {
  return new AwsError('BadRequestException', text);
}
