/** The condition keys that the embedded cloud knows about a request. */
import type { CallRequest, Cloud } from '../cloud/cloud.ts';
import type { JsonObject } from '../cloud/service.ts';
import type { ConditionContext } from './condition.ts';
import type { PolicyPrincipal } from './policy.ts';

export interface RequestContext {
  readonly read: ConditionContext;
  /** Whether something was read that may be different in the next request of the same kind. */
  isOneOff(): boolean;
}

const LOOPBACK = '127.0.0.1';

export function requestContext(cloud: Cloud, request: CallRequest, principal: PolicyPrincipal): RequestContext {
  let oneOff = false;
  function read(name: string): readonly string[] | undefined {
    const key = name.toLowerCase();
    const lasting = lastingKey(cloud, request, principal, key);
    if (lasting !== undefined) return [lasting];
    if (key.startsWith('aws:') && key !== 'aws:currenttime' && key !== 'aws:epochtime') return undefined;
    oneOff = true;
    if (key === 'aws:currenttime') return [new Date(cloud.clock.now()).toISOString()];
    if (key === 'aws:epochtime') return [String(Math.floor(cloud.clock.now() / 1000))];
    return inputKey(request.input, key);
  }
  return { read, isOneOff: () => oneOff };
}

/** Keys whose value follows from who asks. */
function lastingKey(cloud: Cloud, request: CallRequest, principal: PolicyPrincipal, key: string): string | undefined {
  const isService = principal.kind === 'service';
  switch (key) {
    case 'aws:securetransport':
      return 'true'; // the loopback wire stands for TLS
    case 'aws:requestedregion':
      return cloud.region;
    case 'aws:resourceaccount':
      return cloud.accountId;
    case 'aws:principalisawsservice':
      return String(isService);
    case 'aws:viaawsservice':
      return 'false';
    case 'aws:sourceip':
      return isService ? undefined : LOOPBACK;
    case 'aws:principalarn':
      return isService ? undefined : principal.roleArn;
    case 'aws:principalaccount':
      return isService ? undefined : principal.accountId;
    case 'aws:principaltype':
      return isService ? undefined : 'AssumedRole';
    case 'aws:principalservicename':
      return isService ? principal.service : undefined;
    case 'aws:sourcearn':
      return request.principal.kind === 'service' ? request.principal.sourceArn : undefined;
    case 'aws:sourceaccount':
    case 'aws:sourceowner':
      return cloud.accountId;
    default:
      return undefined;
  }
}

/** Keys whose value stands in the request. */
function inputKey(input: JsonObject, key: string): readonly string[] | undefined {
  switch (key) {
    case 'cloudwatch:namespace':
      return present(input.Namespace);
    case 's3:prefix':
      return present(input.Prefix);
    case 'sns:protocol':
      return present(input.Protocol);
    case 'sns:endpoint':
      return present(input.Endpoint);
    case 'events:source':
      return eachEntry(input, 'Source');
    case 'events:detail-type':
      return eachEntry(input, 'DetailType');
    default:
      return undefined;
  }
}

function present(value: unknown): readonly string[] | undefined {
  return value === undefined ? undefined : [String(value)];
}

function eachEntry(input: JsonObject, member: string): readonly string[] | undefined {
  return Array.isArray(input.Entries) ? input.Entries.map(entry => String(entry?.[member])) : undefined;
}
