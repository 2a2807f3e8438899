import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { parameterName, resourceName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';

/** Under which name an endpoint publishes its API's id: API Gateway chooses the id, so it cannot be told from the config. */
export const API_ID_PARAMETER = 'api-id';

/**
 * One line of the access log: what a request of which route came to. Metrics by route would say the same, at six paid ones for
 * each route; those of the API as a whole come for nothing. Neither body nor query is logged: both may hold personal data. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
});

export interface HttpEndpointProps {
  readonly config: MillraceConfig;
}

/**
 * The one public door: an HTTP API without routes. Each stack adds its own (`handler-route.ts`), so that a domain is added or
 * removed without a change here.
 */
export class HttpEndpoint extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { config }: HttpEndpointProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: resourceName(config, 'api'),
      description: `Millrace ${config.stage}: events in, commands in, queries`,
      createDefaultStage: false,
    });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/vendedlogs/apigateway/${resourceName(config, 'api')}`,
      retention: config.logRetentionDays,
      removalPolicy: removalPolicy(config),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: config.api.rateLimit, burstLimit: config.api.burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(ACCESS_LOG_FORMAT),
      },
    });
    new StringParameter(this, 'ApiId', {
      parameterName: parameterName(config, API_ID_PARAMETER),
      description: 'The HTTP API to which every stack adds its routes',
      stringValue: this.api.apiId,
    });
  }
}
