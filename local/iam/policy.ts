/** Policy documents: parsed once, then asked whether they allow or deny a request. */
import { type Condition, type ConditionContext, PolicyError, parseCondition } from './condition.ts';
import { wildcard } from './wildcard.ts';

/** Who asks, as the `Principal` element of a resource policy names it. */
export type PolicyPrincipal =
  | { readonly kind: 'role'; readonly roleArn: string; readonly sessionArn: string; readonly accountId: string }
  | { readonly kind: 'service'; readonly service: string };

export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  readonly principal: PolicyPrincipal;
  readonly context: ConditionContext;
}

export interface Grant {
  /** As the policy has it: `s3:GetObject*`. */
  readonly action: string;
  readonly resources: readonly string[];
  readonly sid: string | undefined;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** One for each action of the statement. */
  readonly grants: readonly Grant[];
  /** The grants through which the statement speaks about the request; none if it does not. */
  matches(request: PolicyRequest): readonly Grant[];
  /** How directly the statement names the principal: an account is named on behalf of its own policies only. */
  names(principal: PolicyPrincipal): 'directly' | 'by account' | 'not';
}

type TextTest = (text: string) => boolean;

/** @throws PolicyError when the document cannot be judged */
export function parsePolicy(document: unknown): readonly Statement[] {
  const parsed = typeof document === 'string' ? parseJson(document) : document;
  if (!isRecord(parsed) || parsed.Statement === undefined) {
    throw new PolicyError('Cannot judge policy: the document has no Statement');
  }
  return [parsed.Statement].flat().map(parseStatement);
}

function parseStatement(element: unknown): Statement {
  if (!isRecord(element) || (element.Effect !== 'Allow' && element.Effect !== 'Deny')) {
    throw new PolicyError('Cannot judge policy: a statement has no Effect of Allow or Deny');
  }
  const actions = texts(element.Action);
  const notActions = texts(element.NotAction);
  if (actions.length + notActions.length === 0) throw new PolicyError('Cannot judge policy: a statement has no Action');
  const resources = texts(element.Resource);
  const sid = typeof element.Sid === 'string' ? element.Sid : undefined;
  const grants = (actions.length > 0 ? actions : [`not ${notActions.join(', ')}`]).map(action => ({
    action,
    resources,
    sid,
  }));
  const tests = grants.map(grant => ({
    grant,
    covers: actionTest(actions.length > 0 ? [grant.action] : [], notActions),
  }));
  const coversResource = anyTest(resources, texts(element.NotResource));
  const condition: Condition = parseCondition(element.Condition);
  return {
    effect: element.Effect,
    grants,
    matches({ action, resource, context }) {
      const covering = tests.filter(({ covers }) => covers(action));
      if (covering.length === 0 || !coversResource(resource) || !condition(context)) return [];
      return covering.map(({ grant }) => grant);
    },
    names: principalTest(element),
  };
}

function actionTest(actions: readonly string[], notActions: readonly string[]): TextTest {
  const tests = (actions.length > 0 ? actions : notActions).map(pattern => wildcard(pattern, { ignoreCase: true }));
  return action => tests.some(test => test(action)) === actions.length > 0;
}

/** A statement of a resource policy may leave the resource out: it means the one that it is attached to. */
function anyTest(wanted: readonly string[], unwanted: readonly string[]): TextTest {
  const tests = wanted.map(pattern => wildcard(pattern));
  const exceptions = unwanted.map(pattern => wildcard(pattern));
  if (exceptions.length > 0) return text => !exceptions.some(test => test(text));
  return text => tests.length === 0 || tests.some(test => test(text));
}

function principalTest(element: Record<string, unknown>): Statement['names'] {
  const { Principal: principal, NotPrincipal: notPrincipal } = element;
  if (notPrincipal !== undefined) {
    const named = namedBy(notPrincipal);
    return who => (named(who) === 'not' ? 'directly' : 'not');
  }
  return principal === undefined ? () => 'not' : namedBy(principal);
}

function namedBy(principal: unknown): Statement['names'] {
  if (principal === '*') return () => 'directly';
  const members = isRecord(principal) ? principal : {};
  const accounts = texts(members.AWS);
  const services = texts(members.Service);
  return who => {
    if (accounts.includes('*')) return 'directly';
    if (who.kind === 'service') return services.includes(who.service) || services.includes('*') ? 'directly' : 'not';
    if (accounts.includes(who.roleArn) || accounts.includes(who.sessionArn)) return 'directly';
    const isAccount = accounts.includes(who.accountId) || accounts.includes(`arn:aws:iam::${who.accountId}:root`);
    return isAccount ? 'by account' : 'not';
  };
}

function texts(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyError('Cannot judge policy: the document is not JSON');
  }
}
