import type { AwsError } from '../../../cloud/aws-error.ts';
import type { ErrorNaming } from './service-call.ts';

/** How an optimized integration speaks of its service. */
export interface OptimizedService {
  /** `DynamoDB` in `DynamoDB.ConditionalCheckFailedException`. */
  readonly prefix: string;
  /** The name in the cause's `(Service: …)`. */
  readonly longName: string;
  /** The error for whatever the service's API does not model. */
  readonly otherError: string;
}

/** What the SDK throws when it did not reach the service at all, so that there is no answer to tell of. */
export const CLIENT_ERROR = 'SdkClientException';

/** Codes that no API models as an exception of its own, so that the SDK has no class for them. */
const NOT_MODELLED = new Set([
  'ValidationException',
  'ValidationError',
  'AccessDenied',
  'AccessDeniedException',
  'MissingParameter',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ThrottlingException',
  'InternalFailure',
  'ServiceUnavailable',
]);

/** `DynamoDB.X`, with the cause in the words of the older SDK. */
export function optimizedErrors(service: OptimizedService): ErrorNaming {
  return (error, requestId) => {
    if (error.code === CLIENT_ERROR) return { error: `${service.prefix}.${CLIENT_ERROR}`, cause: error.message };
    const name = NOT_MODELLED.has(error.code) ? service.otherError : exceptionName(error);
    const details = [
      `Service: ${service.longName}`,
      `Status Code: ${error.status}`,
      `Error Code: ${error.code}`,
      `Request ID: ${requestId}`,
      'Proxy: null',
    ];
    return { error: `${service.prefix}.${name}`, cause: `${error.message} (${details.join('; ')})` };
  };
}

/** `DynamoDb.X`, with the cause in the words of the newer SDK. */
export function sdkErrors(prefix: string): ErrorNaming {
  return (error, requestId) => {
    const name = NOT_MODELLED.has(error.code) ? `${prefix}Exception` : exceptionName(error);
    const details = `Service: ${prefix}, Status Code: ${error.status}, Request ID: ${requestId}`;
    return { error: `${prefix}.${name}`, cause: `${error.message} (${details}) (SDK Attempt Count: 1)` };
  };
}

/** The SDK's class for a code: `NotFound` becomes `NotFoundException`, `AWS.SimpleQueueService.X` loses its front. */
function exceptionName(error: AwsError): string {
  const short = error.code.split('.').at(-1) ?? error.code;
  return short.endsWith('Exception') ? short : `${short}Exception`;
}
