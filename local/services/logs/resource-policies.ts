/** Resource policies of CloudWatch Logs: they belong to the account, and name the log groups that they are about. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { invalidParameter, notFound, optionalText } from './input.ts';

interface ResourcePolicy {
  readonly text: string;
  readonly statements: readonly unknown[];
  readonly updatedMs: number;
}

export class ResourcePolicies {
  readonly #cloud: Cloud;
  readonly #policies = new Map<string, ResourcePolicy>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  put(input: JsonObject): JsonObject {
    const name = optionalText(input, 'policyName') ?? '';
    const text = optionalText(input, 'policyDocument') ?? '';
    const policy = { text, statements: readStatements(text), updatedMs: this.#cloud.clock.now() };
    this.#policies.set(name, policy);
    return { resourcePolicy: { policyName: name, policyDocument: text, lastUpdatedTime: policy.updatedMs } };
  }

  delete(input: JsonObject): void {
    if (!this.#policies.delete(optionalText(input, 'policyName') ?? '')) throw notFound('resource policy');
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
