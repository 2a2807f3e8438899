/**
 * Judges every call before its engine sees it. The operator may do everything; roles are judged by their policies and
 * the resource's, services by the resource's policy where that kind of resource has one.
 *
 * It stands on the way of every call, so what was decided for (principal, action, resource) is remembered until a
 * policy changes, unless the decision hung on something that only this one request said.
 */
import type { CallRequest, Cloud, Interceptor } from '../cloud/cloud.ts';
import type { Permission } from '../cloud/service.ts';
import { accessDenied, type Denial } from './access-denied.ts';
import { judge, type Verdict } from './judge.ts';
import { iamLedger } from './ledger.ts';
import type { PolicyPrincipal } from './policy.ts';
import { requestContext } from './request-context.ts';
import { roleStore } from './role-store.ts';

/** Action prefixes that are not the name by which engines call the service. */
const ACTION_PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', dynamodbstreams: 'dynamodb' };
/** Services that let other services in by resource policy only. */
const GUARDED_BY_RESOURCE_POLICY = new Set(['kinesis', 'lambda', 'logs', 's3', 'sns', 'sqs']);
/** Calls that may change what is allowed. */
const POLICY_WRITE =
  /^(?!Get|List|Describe).*(Policy|Permission|Attributes?)$|^(Create|Delete)(Role|Queue|Topic|Bucket|Function|EventBus)$/;
const MOST_REMEMBERED = 20_000;

export function authorisation(cloud: Cloud): Interceptor {
  const guard = new Guard(cloud);
  return (request, next) => {
    if (request.principal.kind !== 'operator') {
      const denial = guard.refusal(request);
      if (denial) return Promise.reject(accessDenied(denial));
    }
    if (!POLICY_WRITE.test(request.operation)) return next();
    return next().finally(() => guard.forget());
  };
}

class Guard {
  readonly #cloud: Cloud;
  readonly #remembered = new Map<string, Verdict>();
  #version = -1;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  forget(): void {
    this.#remembered.clear();
  }

  /** @returns undefined when the call may go on */
  refusal(request: CallRequest): Denial | undefined {
    const { principal } = request;
    if (principal.kind === 'operator') return undefined;
    if (principal.kind === 'service' && !this.#isGuarded(request.service, principal.service)) return undefined;
    const who = principal.kind === 'role' ? principal.roleArn : `${principal.service} ${principal.sourceArn}`;
    for (const { action, resources } of this.#permissions(request)) {
      for (const resource of resources) {
        const verdict = this.#verdict(request, `${who}\n${action}\n${resource}`, action, resource);
        if (verdict.allowed) continue;
        const denial = {
          service: request.service,
          who: this.#nameOf(request),
          action,
          resource,
          reason: verdict.reason,
        };
        iamLedger(this.#cloud).deny(denial);
        return denial;
      }
    }
    return undefined;
  }

  /** A service needs nobody's leave for its own resources, and none to put its own events on a bus. */
  #isGuarded(service: string, caller: string): boolean {
    return GUARDED_BY_RESOURCE_POLICY.has(service) && caller.split('.')[0] !== service;
  }

  #permissions({ service, operation, input }: CallRequest): readonly Permission[] {
    const declared = this.#cloud.service(service)?.permissions?.(operation, input);
    return declared ?? [{ action: `${ACTION_PREFIXES[service] ?? service}:${operation}`, resources: ['*'] }];
  }

  #verdict(request: CallRequest, key: string, action: string, resource: string): Verdict {
    const { version } = roleStore(this.#cloud);
    if (version !== this.#version || this.#remembered.size > MOST_REMEMBERED) this.forget();
    this.#version = version;
    const remembered = this.#remembered.get(key);
    if (remembered) return remembered;

    const principal = this.#principalOf(request);
    const context = requestContext(this.#cloud, request, principal);
    const role = principal.kind === 'role' ? roleStore(this.#cloud).byArn(principal.roleArn) : undefined;
    const resourcePolicy = this.#resourcePolicy(request.service, resource, principal);
    const verdict = judge({ action, resource, principal, context: context.read }, { role, resourcePolicy });
    if (verdict.allowed) iamLedger(this.#cloud).use(verdict.through);
    if (!context.isOneOff()) this.#remembered.set(key, verdict);
    return verdict;
  }

  #principalOf({ principal }: CallRequest): PolicyPrincipal {
    if (principal.kind !== 'role')
      return { kind: 'service', service: principal.kind === 'service' ? principal.service : '' };
    const { accountId } = this.#cloud;
    return {
      kind: 'role',
      roleArn: principal.roleArn,
      sessionArn: sessionArn(principal.roleArn, principal.session),
      accountId,
    };
  }

  #nameOf({ principal }: CallRequest): string {
    if (principal.kind === 'role') return sessionArn(principal.roleArn, principal.session);
    return principal.kind === 'service' ? principal.service : '';
  }

  /** A topic without a policy has the default one: its own account may publish. */
  #resourcePolicy(service: string, resource: string, principal: PolicyPrincipal): unknown {
    const policy = this.#cloud.service(service)?.resourcePolicy?.(resource);
    if (policy === undefined && service === 'sns' && principal.kind === 'service') return DEFAULT_TOPIC_POLICY;
    return policy;
  }
}

const DEFAULT_TOPIC_POLICY = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish' }] };

/** `arn:aws:iam::1:role/path/name` → `arn:aws:sts::1:assumed-role/name/session` */
function sessionArn(roleArn: string, session: string): string {
  const [, accountId = '', path = ''] = /^arn:aws:iam::(\d*):role\/(.*)$/.exec(roleArn) ?? [];
  return `arn:aws:sts::${accountId}:assumed-role/${path.slice(path.lastIndexOf('/') + 1)}/${session}`;
}
