import { Validations } from 'aws-cdk-lib';
import {
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type IHttpApiRef,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface HandlerRouteProps {
  readonly config: MillraceConfig;
  readonly api: IHttpApiRef;
  readonly method: HttpMethod;
  /** For example `/visitors/{id}`. */
  readonly path: string;
  readonly handler: HandlerFunction;
  /**
   * Why the route needs no signature, whatever the config says: what else the handler asks for.
   * @default undefined: as the config says
   */
  readonly openBecause?: string;
}

/** Sends one route of the API to a handler, under the authorization that the config asks for. */
export class HandlerRoute extends HttpRoute {
  constructor(scope: Construct, id: string, { config, api, method, path, handler, openBecause }: HandlerRouteProps) {
    const isOpen = config.api.authorization === 'none' || openBecause !== undefined;
    super(scope, id, {
      httpApi: api,
      routeKey: HttpRouteKey.with(path, method),
      integration: new HttpLambdaIntegration('Integration', handler.function),
      authorizer: isOpen ? new HttpNoneAuthorizer() : new HttpIamAuthorizer(),
    });
    if (isOpen) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          openBecause ??
          `Stage '${config.stage}' is open by choice (apiAuthorization=none), throttled to ${config.api.rateLimit} requests per second; with apiAuthorization=iam every request is signed.`,
      });
    }
  }
}
