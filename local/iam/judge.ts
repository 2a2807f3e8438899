/**
 * Decides whether a principal may do one action on one resource, by AWS's rules within one account:
 * 1. An explicit deny anywhere refuses.
 * 2. A role is allowed by its own policies (inside its boundary, if it has one), or by a resource policy that names it.
 * 3. A service is allowed by a resource policy only.
 */
import { type Grant, type PolicyRequest, parsePolicy, type Statement } from './policy.ts';
import { type Policy, policiesOf, type Role } from './role-store.ts';

export type Verdict =
  | { readonly allowed: true; readonly through: readonly UsedGrant[] }
  | { readonly allowed: false; readonly reason: Refusal };

export type Refusal =
  | 'identity-based deny'
  | 'resource-based deny'
  | 'no identity-based allow'
  | 'no resource-based allow'
  | 'no boundary allow';

export interface UsedGrant {
  readonly policy: Policy;
  readonly grant: Grant;
}

export interface Subject {
  /** Undefined for a service, and for a role that was never made: it has no policies. */
  readonly role: Role | undefined;
  /** The policy that is attached to the resource. */
  readonly resourcePolicy: unknown;
}

export function judge(request: PolicyRequest, subject: Subject): Verdict {
  const policies = subject.role ? policiesOf(subject.role) : [];
  const onResource = subject.resourcePolicy === undefined ? [] : statementsOf(subject.resourcePolicy);
  const isService = request.principal.kind === 'service';

  const said = policies.flatMap(policy => matching(policy.statements, request).map(match => ({ policy, ...match })));
  if (said.some(({ effect }) => effect === 'Deny')) return refuse('identity-based deny');
  const saidOnResource = onResource
    .map(statement => ({ statement, named: statement.names(request.principal) }))
    .filter(({ statement, named }) => named !== 'not' && statement.matches(request).length > 0);
  if (saidOnResource.some(({ statement }) => statement.effect === 'Deny')) return refuse('resource-based deny');

  if (saidOnResource.some(({ named }) => named === 'directly')) return { allowed: true, through: said };
  if (isService) return refuse('no resource-based allow');
  if (said.length === 0) return refuse('no identity-based allow');
  const boundary = subject.role?.boundary;
  if (boundary) {
    const limits = matching(boundary.statements, request);
    if (limits.length === 0 || limits.some(({ effect }) => effect === 'Deny')) return refuse('no boundary allow');
  }
  return { allowed: true, through: said };
}

function matching(statements: readonly Statement[], request: PolicyRequest): { effect: string; grant: Grant }[] {
  return statements.flatMap(statement =>
    statement.matches(request).map(grant => ({ effect: statement.effect, grant })),
  );
}

function refuse(reason: Refusal): Verdict {
  return { allowed: false, reason };
}

/** Engines hand out their resource policies as documents; a document that was parsed once is known. */
const PARSED = new WeakMap<object, readonly Statement[]>();

function statementsOf(document: unknown): readonly Statement[] {
  if (typeof document !== 'object' || document === null) return parsePolicy(document);
  const statements = PARSED.get(document) ?? parsePolicy(document);
  PARSED.set(document, statements);
  return statements;
}
