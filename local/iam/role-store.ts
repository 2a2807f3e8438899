/** The roles of one cloud, with what they may do. Shared by the IAM engine, which changes it, and the authorisation. */
import type { Cloud } from '../cloud/cloud.ts';
import type { Statement } from './policy.ts';

export interface Policy {
  /** For people: the name of an inline policy, the ARN of a managed one. */
  readonly name: string;
  readonly document: unknown;
  readonly statements: readonly Statement[];
  readonly createdMs: number;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly description: string | undefined;
  trust: unknown;
  readonly createdMs: number;
  /** By name. */
  readonly inline: Map<string, Policy>;
  /** By ARN. */
  readonly attached: Map<string, Policy>;
  /** What the role may do at most. */
  readonly boundary: Policy | undefined;
}

export class RoleStore {
  readonly roles = new Map<string, Role>();
  /** Customer-managed policies, by ARN. */
  readonly managed = new Map<string, Policy>();
  #version = 0;

  /** Grows with each change: what was decided before one may no longer hold. */
  get version(): number {
    return this.#version;
  }

  changed(): void {
    this.#version++;
  }

  byArn(arn: string): Role | undefined {
    return this.roles.get(arn.slice(arn.lastIndexOf('/') + 1));
  }
}

const STORES = new WeakMap<Cloud, RoleStore>();

export function roleStore(cloud: Cloud): RoleStore {
  const store = STORES.get(cloud) ?? new RoleStore();
  STORES.set(cloud, store);
  return store;
}

/** Everything that the role was given, whether inline or attached. */
export function policiesOf(role: Role): Policy[] {
  return [...role.inline.values(), ...role.attached.values()];
}
