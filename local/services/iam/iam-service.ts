/** IAM's own operations: roles and their policies. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Service } from '../../cloud/service.ts';
import { PolicyError } from '../../iam/condition.ts';
import { awsManagedPolicy, isAwsManaged } from '../../iam/managed-policies.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { type Policy, type Role, type RoleStore, roleStore } from '../../iam/role-store.ts';
import { keepIam } from './iam-journal.ts';

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID_LENGTH = 17;

export function iamService(cloud: Cloud): Service {
  const store = roleStore(cloud);
  const touch = keepIam(cloud, store);
  /** Of the role that the request names. */
  const changing = (change: (input: JsonObject) => unknown) => (input: JsonObject) => {
    const answer = change(input);
    store.changed();
    touch.role(text(input, 'RoleName'));
    return answer;
  };
  return {
    name: 'iam',
    wire: { protocol: 'query', apiVersion: '2010-05-08' },
    operations: {
      CreateRole: changing(input => createRole(cloud, store, input)),
      GetRole: input => ({ Role: writeRole(findRole(store, input)) }),
      ListRoles: () => ({ Roles: [...store.roles.values()].map(writeRole), IsTruncated: false }),
      UpdateAssumeRolePolicy: changing(input => {
        const trust = parsed(input.PolicyDocument);
        judgeable(() => parsePolicy(trust));
        findRole(store, input).trust = trust;
      }),
      DeleteRole: changing(input => {
        store.roles.delete(findRole(store, input).name);
      }),
      PutRolePolicy: changing(input => {
        const name = text(input, 'PolicyName');
        findRole(store, input).inline.set(name, policyOf(cloud, name, input.PolicyDocument));
      }),
      GetRolePolicy: input => getRolePolicy(store, input),
      ListRolePolicies: input => ({ PolicyNames: [...findRole(store, input).inline.keys()], IsTruncated: false }),
      DeleteRolePolicy: changing(input => {
        if (!findRole(store, input).inline.delete(text(input, 'PolicyName')))
          throw noSuchEntity('policy', input.PolicyName);
      }),
      CreatePolicy: input => {
        const policy = createPolicy(cloud, store, input);
        store.changed();
        touch.managed(policy.Arn);
        return { Policy: policy };
      },
      AttachRolePolicy: changing(input => {
        const arn = text(input, 'PolicyArn');
        findRole(store, input).attached.set(arn, findManaged(cloud, store, arn));
      }),
      DetachRolePolicy: changing(input => {
        if (!findRole(store, input).attached.delete(text(input, 'PolicyArn')))
          throw noSuchEntity('policy', input.PolicyArn);
      }),
      ListAttachedRolePolicies: input => ({
        AttachedPolicies: [...findRole(store, input).attached.keys()].map(arn => ({
          PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
          PolicyArn: arn,
        })),
        IsTruncated: false,
      }),
    },
    permissions: (operation, input) => {
      const resource =
        typeof input.RoleName === 'string' ? `arn:aws:iam::${cloud.accountId}:role/${input.RoleName}` : '*';
      return [{ action: `iam:${operation}`, resources: [resource] }];
    },
  };
}

function createRole(cloud: Cloud, store: RoleStore, input: JsonObject): JsonObject {
  const name = text(input, 'RoleName');
  if (!ROLE_NAME.test(name)) throw invalid(`The role name '${name}' must match ${ROLE_NAME.source}`);
  if (store.roles.has(name)) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, { status: 409 });
  }
  const path = typeof input.Path === 'string' ? input.Path : '/';
  const boundary = input.PermissionsBoundary;
  const role: Role = {
    name,
    path,
    arn: `arn:aws:iam::${cloud.accountId}:role${path}${name}`,
    id: `AROA${cloud.ids.token(ID_LENGTH, ID_ALPHABET)}`,
    description: typeof input.Description === 'string' ? input.Description : undefined,
    trust: parsed(input.AssumeRolePolicyDocument),
    createdMs: cloud.clock.now(),
    inline: new Map(),
    attached: new Map(),
    boundary: typeof boundary === 'string' ? findManaged(cloud, store, boundary) : undefined,
  };
  judgeable(() => parsePolicy(role.trust));
  store.roles.set(name, role);
  return { Role: writeRole(role) };
}

function createPolicy(cloud: Cloud, store: RoleStore, input: JsonObject) {
  const name = text(input, 'PolicyName');
  const path = typeof input.Path === 'string' ? input.Path : '/';
  const arn = `arn:aws:iam::${cloud.accountId}:policy${path}${name}`;
  if (store.managed.has(arn)) {
    throw new AwsError('EntityAlreadyExists', `A policy called ${name} already exists.`, { status: 409 });
  }
  store.managed.set(arn, policyOf(cloud, arn, input.PolicyDocument));
  const id = `ANPA${cloud.ids.token(ID_LENGTH, ID_ALPHABET)}`;
  return { PolicyName: name, PolicyId: id, Arn: arn, Path: path };
}

function getRolePolicy(store: RoleStore, input: JsonObject): JsonObject {
  const role = findRole(store, input);
  const name = text(input, 'PolicyName');
  const policy = role.inline.get(name);
  if (!policy) throw noSuchEntity('policy', name);
  const document = encodeURIComponent(JSON.stringify(policy.document));
  return { RoleName: role.name, PolicyName: name, PolicyDocument: document };
}

function findManaged(cloud: Cloud, store: RoleStore, arn: string): Policy {
  const known = store.managed.get(arn);
  if (known) return known;
  const document = isAwsManaged(arn) ? awsManagedPolicy(arn) : undefined;
  if (!document) {
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, { status: 404 });
  }
  return policyOf(cloud, arn, document);
}

function findRole(store: RoleStore, input: JsonObject): Role {
  const role = store.roles.get(text(input, 'RoleName'));
  if (!role) throw noSuchEntity('role', input.RoleName);
  return role;
}

function policyOf(cloud: Cloud, name: string, document: unknown): Policy {
  const object = parsed(document);
  const statements = judgeable(() => parsePolicy(object));
  return { name, document: object, statements, createdMs: cloud.clock.now() };
}

/** Policies come as text over the wire, and as objects from templates. */
function parsed(document: unknown): unknown {
  if (typeof document !== 'string') return document;
  try {
    return JSON.parse(document);
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}

function judgeable<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('MalformedPolicyDocument', error.message, { cause: error });
    throw error;
  }
}

function writeRole(role: Role): JsonObject {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdMs).toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
    ...(role.description === undefined ? {} : { Description: role.description }),
  };
}

function text(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw invalid(`The member ${name} is required`);
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

function noSuchEntity(kind: string, name: unknown): AwsError {
  return new AwsError('NoSuchEntity', `The ${kind} with name ${String(name)} cannot be found.`, { status: 404 });
}
