export interface AwsErrorOptions {
  /** HTTP status. @default 400 */
  readonly status?: number;
  readonly queryCode?: string;
  readonly fields?: Record<string, unknown>;
  readonly cause?: unknown;
}

/**
 * A refusal in AWS's own words: what an SDK client sees as `error.name`, `error.message` and `$metadata.httpStatusCode`.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** The code in the service's older query protocol, where it differs. @default code */
  readonly queryCode: string | undefined;
  /** Further members of the error's body, as the service's API model names them (for example `CancellationReasons`). */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode;
    this.fields = options.fields ?? {};
  }
}
