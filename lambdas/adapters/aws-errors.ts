import { messageOf, TerminalError, ThrottledError } from '../../core/index.ts';

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

/** The request itself will never be taken, however often it is sent. */
const NEVER: ReadonlySet<string> = new Set(['ValidationException', 'ItemCollectionSizeLimitExceededException']);

/**
 * Turns a passing trouble of a service into a `ThrottledError` and a request that it will never take into a
 * `TerminalError`; whatever else it is comes back as it is.
 */
export function operatingError(error: unknown): unknown {
  const name = errorName(error);
  if (TRANSIENT.has(name))
    return new ThrottledError(`Cannot go on now: ${name}: ${messageOf(error)}`, { cause: error });
  if (NEVER.has(name)) return new TerminalError(`Cannot send request: ${name}: ${messageOf(error)}`, { cause: error });
  return error;
}
