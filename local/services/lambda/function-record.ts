import type { JsonObject } from '../../cloud/service.ts';
import type { SystemLogLevel } from '../../invoke/deployment.ts';

/** Where a function's code is. */
export interface FunctionCode {
  readonly folder: string;
  /** The text in the folder, when it was given as such: the folder then ends with the process. */
  readonly source?: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What can be set about a function; AWS's member names. */
export interface FunctionSettings {
  readonly Handler: string;
  readonly Runtime: string;
  readonly Role: string;
  readonly Description: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly DeadLetterConfig?: { readonly TargetArn?: string | undefined } | undefined;
  readonly TracingConfig: { readonly Mode: 'Active' | 'PassThrough' };
  readonly EphemeralStorage: { readonly Size: number };
  readonly LoggingConfig: {
    readonly LogFormat: 'Text' | 'JSON';
    readonly LogGroup: string;
    /** The levels are there with JSON only. */
    readonly ApplicationLogLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
    readonly SystemLogLevel?: SystemLogLevel;
  };
  readonly Architectures: readonly string[];
}

/** `$LATEST`, or what was published from it. */
export interface FunctionVersion {
  readonly version: string;
  readonly settings: FunctionSettings;
  readonly code: FunctionCode;
  readonly revisionId: string;
  readonly lastModifiedMs: number;
}

export interface FunctionAlias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Share of the invocations (0 to 1) by further version. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export interface EventInvokeConfig {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeSeconds?: number | undefined;
  readonly onSuccessArn?: string | undefined;
  readonly onFailureArn?: string | undefined;
  readonly lastModifiedMs: number;
}

export interface FunctionRecord {
  readonly name: string;
  readonly arn: string;
  latest: FunctionVersion;
  lastVersion: number;
  readonly versions: Map<string, FunctionVersion>;
  readonly aliases: Map<string, FunctionAlias>;
  reservedConcurrency: number | undefined;
  /** Resource policy, by statement id. */
  readonly policy: Map<string, JsonObject>;
  /** By qualifier. */
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
}
