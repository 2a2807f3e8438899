/** One rule of a plan at work: which calls it is for, how many it has seen, how many it has struck. */
import type { CallRequest } from '../cloud/cloud.ts';
import type { Ids } from '../cloud/ids.ts';
import type { Principal } from '../cloud/principal.ts';
import { wildcard } from '../iam/wildcard.ts';
import type { FaultRule } from './fault-plan.ts';

/** A call on its way; its resources are found out only when a rule asks for them. */
export interface PassingCall {
  readonly request: CallRequest;
  readonly resources: () => readonly string[];
  /** Since the plan took effect. */
  readonly elapsedMs: number;
}

export class RuleState {
  readonly rule: FaultRule;
  readonly ids: Ids;
  readonly #matches: (call: PassingCall) => boolean;
  #seen = 0;
  #struck = 0;

  constructor(rule: FaultRule, ids: Ids) {
    this.rule = rule;
    this.ids = ids;
    this.#matches = matcher(rule);
  }

  /** Counts the call if it is one of the rule's. @returns whether it is struck */
  strikes(call: PassingCall): boolean {
    const { skip = 0, every = 1, times = Number.POSITIVE_INFINITY, probability = 1 } = this.rule.when ?? {};
    if (this.#struck >= times || !this.#isTime(call.elapsedMs) || !this.#matches(call)) return false;
    const position = this.#seen++ - skip;
    if (position < 0 || position % every !== 0) return false;
    if (probability < 1 && this.ids.random() >= probability) return false;
    this.#struck++;
    return true;
  }

  #isTime(elapsedMs: number): boolean {
    const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = this.rule.when ?? {};
    return elapsedMs >= fromMs && elapsedMs < untilMs;
  }
}

function matcher({ match = {} }: FaultRule): (call: PassingCall) => boolean {
  const service = anyOf(match.service);
  const operation = anyOf(match.operation);
  const resource = anyOf(match.resource);
  const caller = anyOf(match.caller);
  return ({ request, resources }) => {
    if (match.principal !== undefined && match.principal !== request.principal.kind) return false;
    if (!service(request.service) || !operation(request.operation)) return false;
    if (match.caller !== undefined && !caller(callerOf(request.principal))) return false;
    if (match.resource === undefined) return true;
    return resources().some(arn => resource(arn) || resource(nameIn(arn)));
  };
}

/** The operator has no name. */
function callerOf(principal: Principal): string {
  if (principal.kind === 'role') return principal.session;
  return principal.kind === 'service' ? principal.service : '';
}

/** Matches when one of the patterns does; without patterns, always. */
export function anyOf(patterns: string | readonly string[] | undefined): (text: string) => boolean {
  if (patterns === undefined) return () => true;
  const tests = [patterns].flat().map(pattern => wildcard(pattern));
  return text => tests.some(test => test(text));
}

/** `arn:aws:dynamodb:eu-west-1:1:table/orders` → `orders` */
function nameIn(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
}
