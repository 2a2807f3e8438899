/**
 * Errors of operation: the world did not play along. Each has a literal `code` and says whether trying again may help;
 * one function at each AWS boundary makes them from the SDK's errors, another turns them into answers.
 */

/** The service asks for less, or is not there for a moment. */
export class ThrottledError extends Error {
  readonly code = 'Throttled';
  readonly retryable = true;
  override readonly name = 'Throttled';
}

/** Somebody else wrote first: read again and decide again. */
export class ConflictError extends Error {
  readonly code = 'Conflict';
  readonly retryable = true;
  override readonly name = 'Conflict';
}

/** Trying again will not help: the record itself cannot be processed. */
export class TerminalError extends Error {
  readonly code = 'Terminal';
  readonly retryable = false;
  override readonly name = 'Terminal';
}

/** Whether trying the same again may help. What is not known is taken as retryable: a record is never given up by mistake. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof Error && 'retryable' in error && error.retryable === false);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
