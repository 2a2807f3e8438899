import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Touch } from '../../cloud/journal.ts';
import type { Deployment } from '../../invoke/deployment.ts';
import { functionRestorer, type StoredFunction, storedFunction } from './function-journal.ts';
import { type FunctionReference, parseFunctionName } from './function-name.ts';
import type { FunctionAlias, FunctionRecord, FunctionVersion } from './function-record.ts';

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
  readonly #touch: Touch;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    const takeBack = functionRestorer(cloud);
    this.#touch = cloud.journal.keep<StoredFunction>({
      name: 'lambda/functions',
      keys: () => this.#functions.keys(),
      read: name => storedFunction(this.#functions.get(name)),
      restore: (name, stored) => this.#functions.set(name, takeBack(stored)),
    });
  }

  get all(): Iterable<FunctionRecord> {
    return this.#functions.values();
  }

  add(record: FunctionRecord): void {
    this.#functions.set(record.name, record);
    this.changed(record);
  }

  /** To be told after every change of a record. */
  changed(record: FunctionRecord): void {
    this.#touch(record.name);
  }

  delete(record: FunctionRecord): void {
    this.#functions.delete(record.name);
    this.changed(record);
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
    ...(settings.LoggingConfig.SystemLogLevel !== undefined && {
      systemLogLevel: settings.LoggingConfig.SystemLogLevel,
    }),
  };
}
