import { AwsError } from '../../cloud/aws-error.ts';

/** Which browsers' requests from other origins are answered; AWS's member names. */
export interface CorsConfiguration {
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly AllowCredentials?: boolean | undefined;
  readonly MaxAge?: number | undefined;
}

/** Where a route's requests go: a Lambda function. */
export interface HttpIntegration {
  readonly integrationId: string;
  /** ARN of the function. */
  readonly functionArn: string;
  readonly timeoutMs: number;
}

export interface HttpRoute {
  readonly routeId: string;
  /** `GET /trips/{id}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly integrationId: string;
}

/** AWS's member names. */
export interface RouteSettings {
  /** Requests at once. */
  readonly ThrottlingBurstLimit?: number | undefined;
  /** Requests per second. */
  readonly ThrottlingRateLimit?: number | undefined;
}

export interface HttpStage {
  readonly stageName: string;
  readonly accessLog?: { readonly logGroup: string; readonly format: string } | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly defaultRoute?: RouteSettings | undefined;
  /** By route key: what differs from `defaultRoute`. */
  readonly routes?: Readonly<Record<string, RouteSettings>> | undefined;
}

export interface HttpApi {
  readonly apiId: string;
  readonly name: string;
  readonly cors?: CorsConfiguration | undefined;
  readonly integrations: Map<string, HttpIntegration>;
  readonly routes: Map<string, HttpRoute>;
  readonly stages: Map<string, HttpStage>;
  /** Grows with every change. */
  revision: number;
}

/** The HTTP APIs of the account. */
export class HttpApis {
  readonly #apis = new Map<string, HttpApi>();

  /** Told of every API that came, changed or went. */
  onChange: (apiId: string) => void = () => {};

  add(api: HttpApi): void {
    this.restore(api);
    this.onChange(api.apiId);
  }

  /** Takes back an API of an earlier process. */
  restore(api: HttpApi): void {
    this.#apis.set(api.apiId, api);
  }

  /** @throws AwsError NotFoundException */
  change(apiId: string, change: (api: HttpApi) => void): void {
    const api = this.get(apiId);
    change(api);
    api.revision++;
    this.onChange(apiId);
  }

  delete(apiId: string): void {
    this.#apis.delete(apiId);
    this.onChange(apiId);
  }

  get all(): Iterable<HttpApi> {
    return this.#apis.values();
  }

  find(apiId: string): HttpApi | undefined {
    return this.#apis.get(apiId);
  }

  /** @throws AwsError NotFoundException */
  get(apiId: string): HttpApi {
    const api = this.#apis.get(apiId);
    if (api) return api;
    throw new AwsError('NotFoundException', `Invalid API identifier specified ${apiId}`, { status: 404 });
  }
}
