import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';

/** A service call in the name of the state machine's role. */
export interface ServiceCall {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  /** How the integration names the errors of this service. */
  readonly errors: ErrorNaming;
}

export type ErrorNaming = (error: AwsError, requestId: string) => { readonly error: string; readonly cause: string };

/** Calls the service. @throws StateFailure named as the integration names it */
export async function callService(visit: StateVisit, call: ServiceCall): Promise<ServiceResponse> {
  const { cloud, principal } = visit.setting;
  const requestId = cloud.ids.uuid();
  const { service, operation, input } = call;
  try {
    const body = await cloud.call<JsonObject | undefined>({ service, operation, input, principal, requestId });
    return { body: body ?? {}, requestId };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StateFailure(call.errors(error, requestId), error);
  }
}

export interface ServiceResponse {
  readonly body: JsonObject;
  readonly requestId: string;
}

/** The body with what the optimized integrations add to it: the HTTP answer as the SDK saw it. */
export function withHttpMetadata({ body, requestId }: ServiceResponse): JsonObject {
  const headers = { 'x-amzn-RequestId': requestId, 'Content-Type': 'application/x-amz-json-1.0' };
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    ...body,
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
