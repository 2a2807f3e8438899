export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN';

/** One published state of a function (or `$LATEST`): all that the host needs to run it. */
export interface Deployment {
  /** Unique per change of code or configuration; environments of another revision are never reused. */
  readonly revisionId: string;
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly functionArn: string;
  readonly roleArn: string;
  /** Folder of the bundle. */
  readonly folder: string;
  /** For example `index.handler`. */
  readonly handler: string;
  /** For example `nodejs24.x`. */
  readonly runtime: string;
  readonly timeoutMs: number;
  readonly memorySizeMb: number;
  /** The variables of the template, without those that Lambda adds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** From which level on Lambda's own lines are written; in JSON only. @default INFO */
  readonly systemLogLevel?: SystemLogLevel;
}

/** One invocation, ready to run. */
export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** With the qualifier under which the function was called. */
  readonly invokedFunctionArn: string;
}

/** An error as a caller of Lambda sees it in the payload. */
export interface ErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/**
 * How an invocation ended. `durationMs` is the handler's time, `initMs` only present after a cold start, `cpuMs` what the
 * handler kept a core busy for, where that can be told.
 */
export type InvocationOutcome = {
  readonly durationMs: number;
  readonly initMs?: number;
  readonly memoryUsedMb: number;
} & (
  | { readonly kind: 'done' /** JSON text. */; readonly payload: string; readonly cpuMs?: number }
  | {
      readonly kind: 'failed';
      readonly error: ErrorDocument /** The environment cannot be used again. */;
      readonly fatal: boolean;
    }
);
