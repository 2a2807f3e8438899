import { ThrottledError } from '../../core/index.ts';

const TRANSIENT: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingError',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** The service's own name of an error. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}

/** Turns a passing trouble of a service into a `ThrottledError`; whatever else it is comes back as it is. */
export function operatingError(error: unknown): unknown {
  if (!TRANSIENT.has(errorName(error))) return error;
  const cause = error instanceof Error ? error.message : String(error);
  return new ThrottledError(`Cannot go on now: ${errorName(error)}: ${cause}`, { cause: error });
}
