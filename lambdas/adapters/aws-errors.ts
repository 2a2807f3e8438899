import { messageOf, TerminalError, ThrottledError } from '../../core/index.ts';

const TRANSIENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'InternalFailure',
  'InternalServerError',
  'InvocationTimeout',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingError',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** The service's own name of an error; the code of one that Node.js made, a broken connection for example. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  return error.name === 'Error' && 'code' in error && typeof error.code === 'string' ? error.code : error.name;
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
