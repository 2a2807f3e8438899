/** What of IAM outlives the process: roles with their inline policies, and managed policies. Credentials do not. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { Touch } from '../../cloud/journal.ts';
import { awsManagedPolicy } from '../../iam/managed-policies.ts';
import { parsePolicy } from '../../iam/policy.ts';
import type { Policy, Role, RoleStore } from '../../iam/role-store.ts';

type StoredPolicy = Omit<Policy, 'statements'>;

interface StoredRole extends Omit<Role, 'name' | 'description' | 'inline' | 'attached' | 'boundary'> {
  readonly description?: string | undefined;
  readonly inline: readonly StoredPolicy[];
  /** Of managed policies; the documents of customer-managed ones are in records of their own. */
  readonly attached: readonly StoredPolicy[];
  readonly boundary?: StoredPolicy | undefined;
}

/** Connects the store to the journal: what an earlier process left is in it afterwards. */
export function keepIam({ journal }: Cloud, store: RoleStore): { managed: Touch; role: Touch } {
  const managed = journal.keep<StoredPolicy>({
    name: 'iam/policies',
    keys: () => store.managed.keys(),
    read: arn => {
      const policy = store.managed.get(arn);
      return policy && stored(policy);
    },
    restore: (arn, policy) => {
      store.managed.set(arn, parsed(policy));
      store.changed();
    },
  });
  const attached = (policy: StoredPolicy) => store.managed.get(policy.name) ?? parsed(policy);
  const role = journal.keep<StoredRole>({
    name: 'iam/roles',
    keys: () => store.roles.keys(),
    read: name => {
      const found = store.roles.get(name);
      return found && storedRole(found);
    },
    restore: (name, { inline, attached: managedOnes, boundary, ...rest }) => {
      store.roles.set(name, {
        name,
        ...rest,
        description: rest.description,
        inline: new Map(inline.map(policy => [policy.name, parsed(policy)])),
        attached: new Map(managedOnes.map(policy => [policy.name, attached(policy)])),
        boundary: boundary && attached(boundary),
      });
      store.changed();
    },
  });
  return { managed, role };
}

function storedRole({ name: _, inline, attached, boundary, ...rest }: Role): StoredRole {
  return {
    ...rest,
    inline: [...inline.values()].map(stored),
    attached: [...attached.values()].map(reference),
    boundary: boundary && reference(boundary),
  };
}

function stored({ statements: _, ...policy }: Policy): StoredPolicy {
  return policy;
}

function reference({ name, createdMs }: Policy): StoredPolicy {
  return { name, createdMs, document: undefined };
}

/** A policy without a document is one of AWS's own. */
function parsed(policy: StoredPolicy): Policy {
  const document = policy.document ?? awsManagedPolicy(policy.name);
  return { ...policy, document, statements: parsePolicy(document) };
}
