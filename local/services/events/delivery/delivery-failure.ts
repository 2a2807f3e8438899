import { AwsError } from '../../../cloud/aws-error.ts';

/** Why a target did not take an event, in the words of the dead-letter queue's attributes. */
export interface DeliveryFailure {
  /** For example `NO_PERMISSIONS`. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** The target's own wish for the time until the next attempt. */
  readonly retryAfterMs?: number;
}

/** An error that says itself what has become of a delivery. */
export class DeliveryError extends AwsError {
  readonly failure: DeliveryFailure;

  constructor(failure: DeliveryFailure) {
    super(failure.code, failure.message);
    this.failure = failure;
  }
}

const NO_RESOURCE = /NotFound|NonExistent|DoesNotExist|NoSuch/;
const NO_PERMISSIONS = /AccessDenied|NotAuthorized|Forbidden/;
const THROTTLED = /Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown/;

/**
 * Judges an error of a target's call. Missing permission and missing target are not tried again; throttling and failures of
 * the service are (EventBridge user guide, "Event retry policy and dead-letter queues").
 */
export function deliveryFailure(error: unknown): DeliveryFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DeliveryError) return error.failure;
  if (!(error instanceof AwsError)) return { code: 'INTERNAL_ERROR', message, retryable: true };
  if (THROTTLED.test(error.code) || error.status === 429) return { code: 'THROTTLING', message, retryable: true };
  if (error.status >= 500) return { code: 'ERROR_FROM_TARGET', message, retryable: true };
  if (NO_PERMISSIONS.test(error.code)) return { code: 'NO_PERMISSIONS', message, retryable: false };
  if (NO_RESOURCE.test(error.code)) return { code: 'NO_RESOURCE', message, retryable: false };
  if (error.code === 'InvalidJson') return { code: 'INVALID_JSON', message, retryable: false };
  return { code: 'SDK_CLIENT_ERROR', message, retryable: false };
}
