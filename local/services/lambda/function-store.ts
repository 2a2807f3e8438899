import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { Deployment } from '../../invoke/deployment.ts';
import { type FunctionReference, parseFunctionName } from './function-name.ts';

/** Where a function's code is. */
export interface FunctionCode {
  readonly folder: string;
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
  readonly LoggingConfig: { readonly LogFormat: 'Text' | 'JSON'; readonly LogGroup: string };
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

/** A function and the version of it that a call is for. */
export interface ResolvedFunction {
  readonly record: FunctionRecord;
  readonly version: FunctionVersion;
  /** The ARN under which it was called: with the qualifier if one was given. */
  readonly invokedArn: string;
  readonly qualifier: string;
}

/** The functions of the account. */
export class FunctionStore {
  readonly #cloud: Cloud;
  readonly #functions = new Map<string, FunctionRecord>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  get all(): Iterable<FunctionRecord> {
    return this.#functions.values();
  }

  add(record: FunctionRecord): void {
    this.#functions.set(record.name, record);
  }

  delete(name: string): void {
    this.#functions.delete(name);
  }

  find(name: string): FunctionRecord | undefined {
    return this.#functions.get(name);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(functionName: string): FunctionRecord {
    const { name } = parseFunctionName(functionName);
    return this.#functions.get(name) ?? this.#notFound({ name });
  }

  /** Follows qualifier and alias. @throws AwsError ResourceNotFoundException */
  resolve(functionName: string, qualifier?: string): ResolvedFunction {
    const reference = parseFunctionName(functionName);
    const asked = qualifier ?? reference.qualifier;
    const record = this.#functions.get(reference.name) ?? this.#notFound(reference);
    const invokedArn = asked === undefined ? record.arn : `${record.arn}:${asked}`;
    const version = this.#version(record, asked ?? '$LATEST');
    return { record, version, invokedArn, qualifier: asked ?? '$LATEST' };
  }

  #version(record: FunctionRecord, qualifier: string): FunctionVersion {
    if (qualifier === '$LATEST') return record.latest;
    const alias = record.aliases.get(qualifier);
    const version = alias ? this.#drawVersion(alias) : qualifier;
    const found = version === '$LATEST' ? record.latest : record.versions.get(version);
    return found ?? this.#notFound({ name: record.name, qualifier });
  }

  #drawVersion(alias: FunctionAlias): string {
    let draw = this.#cloud.ids.random();
    for (const [version, weight] of Object.entries(alias.weights)) {
      draw -= weight;
      if (draw < 0) return version;
    }
    return alias.version;
  }

  #notFound({ name, qualifier }: FunctionReference): never {
    const arn = this.#cloud.arn('lambda', `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, {
      status: 404,
      fields: { Type: 'User' },
    });
  }
}

/** What the host runs for a version. */
export function deploymentOf(
  record: FunctionRecord,
  { version, settings, code, revisionId }: FunctionVersion,
): Deployment {
  return {
    revisionId,
    functionName: record.name,
    version,
    functionArn: record.arn,
    roleArn: settings.Role,
    folder: code.folder,
    handler: settings.Handler,
    runtime: settings.Runtime,
    timeoutMs: settings.Timeout * 1000,
    memorySizeMb: settings.MemorySize,
    environment: settings.Environment.Variables,
    logGroup: settings.LoggingConfig.LogGroup,
    logFormat: settings.LoggingConfig.LogFormat,
  };
}
