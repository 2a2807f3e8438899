/** Resource policies of CloudWatch Logs: they belong to the account, and name the log groups that they are about. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { invalidParameter, notFound, optionalText } from './input.ts';

export interface ResourcePolicy {
  readonly text: string;
  readonly updatedMs: number;
}

export class ResourcePolicies {
  readonly #cloud: Cloud;
  readonly #policies = new Map<string, ResourcePolicy & { readonly statements: readonly unknown[] }>();
  /** Told of every policy that came, changed or went. */
  changed: (name: string) => void = () => {};

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  put(input: JsonObject): JsonObject {
    const name = optionalText(input, 'policyName') ?? '';
    const text = optionalText(input, 'policyDocument') ?? '';
    const updatedMs = this.#cloud.clock.now();
    this.restore(name, { text, updatedMs });
    this.changed(name);
    return { resourcePolicy: { policyName: name, policyDocument: text, lastUpdatedTime: updatedMs } };
  }

  /** Takes back a policy of an earlier process. */
  restore(name: string, policy: ResourcePolicy): void {
    this.#policies.set(name, { ...policy, statements: readStatements(policy.text) });
  }

  get names(): Iterable<string> {
    return this.#policies.keys();
  }

  find(name: string): ResourcePolicy | undefined {
    const policy = this.#policies.get(name);
    return policy && { text: policy.text, updatedMs: policy.updatedMs };
  }

  delete(input: JsonObject): void {
    const name = optionalText(input, 'policyName') ?? '';
    if (!this.#policies.delete(name)) throw notFound('resource policy');
    this.changed(name);
  }

  describe(): JsonObject {
    const resourcePolicies = [...this.#policies].map(([policyName, { text, updatedMs }]) => ({
      policyName,
      policyDocument: text,
      lastUpdatedTime: updatedMs,
    }));
    return { resourcePolicies };
  }

  /** All policies as one. */
  document(): JsonObject {
    return { Version: '2012-10-17', Statement: [...this.#policies.values()].flatMap(({ statements }) => statements) };
  }
}

function readStatements(text: string): readonly unknown[] {
  try {
    const { Statement: statement }: { Statement?: unknown } = JSON.parse(text);
    if (statement !== undefined) return [statement].flat();
  } catch {
    // refused below, in AWS's words
  }
  throw invalidParameter('Policy document is not valid');
}
