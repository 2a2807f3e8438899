/** Parameter Store: parameters by name, with every version's value. */
import { AwsError } from '../../cloud/aws-error.ts';

export interface ParameterVersion {
  readonly version: number;
  readonly type: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly dataType: string;
  readonly modifiedMs: number;
}

/** Versions kept of one parameter. */
const MOST_VERSIONS = 100;

export class ParameterStore {
  readonly #parameters = new Map<string, ParameterVersion[]>();
  /** Told of every version that came or went. */
  changed: (name: string, version: number) => void = () => {};

  get names(): string[] {
    return [...this.#parameters.keys()].sort();
  }

  add(name: string, parameter: Omit<ParameterVersion, 'version'>): ParameterVersion {
    const versions = this.#parameters.get(name) ?? [];
    const added = { ...parameter, version: (versions.at(-1)?.version ?? 0) + 1 };
    versions.push(added);
    const forgotten = versions.length > MOST_VERSIONS ? versions.shift() : undefined;
    if (forgotten) this.changed(name, forgotten.version);
    this.changed(name, added.version);
    this.#parameters.set(name, versions);
    return added;
  }

  latest(name: string): ParameterVersion | undefined {
    return this.#parameters.get(name)?.at(-1);
  }

  versions(name: string): readonly ParameterVersion[] {
    return this.#parameters.get(name) ?? [];
  }

  delete(name: string): boolean {
    const versions = this.versions(name);
    const deleted = this.#parameters.delete(name);
    for (const { version } of versions) this.changed(name, version);
    return deleted;
  }

  /** Takes back a version of an earlier process; the older ones come first. */
  restore(name: string, version: ParameterVersion): void {
    this.#parameters.set(name, [...this.versions(name), version]);
  }

  /** By name, `name:version` or ARN. @returns undefined when there is no such parameter */
  find(selector: string): { name: string; selector: string; parameter: ParameterVersion } | undefined {
    const { name, version } = parseSelector(selector);
    const parameter =
      version === undefined ? this.latest(name) : this.#parameters.get(name)?.find(p => p.version === version);
    if (!parameter && version !== undefined && this.#parameters.has(name)) {
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
      );
    }
    return parameter && { name, selector: version === undefined ? '' : `:${version}`, parameter };
  }
}

function parseSelector(selector: string): { name: string; version: number | undefined } {
  const plain = selector.replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter(\/.*)$/, '$1');
  const [, name = plain, version] = /^(.*):(\d+)$/.exec(plain) ?? [];
  return { name, version: version === undefined ? undefined : Number(version) };
}
