/** How AWS says no. */
import { AwsError } from '../cloud/aws-error.ts';
import type { Refusal } from './judge.ts';

const HTTP_FORBIDDEN = 403;

/** Services whose error for this is not called `AccessDeniedException`, or is not a plain 400. */
const DIALECTS: Readonly<Record<string, { code?: string; queryCode?: string; status?: number }>> = {
  s3: { code: 'AccessDenied', status: HTTP_FORBIDDEN },
  sns: { code: 'AuthorizationError', status: HTTP_FORBIDDEN },
  sqs: { queryCode: 'AccessDenied', status: HTTP_FORBIDDEN },
  monitoring: { queryCode: 'AccessDenied', status: HTTP_FORBIDDEN },
  lambda: { status: HTTP_FORBIDDEN },
  scheduler: { status: HTTP_FORBIDDEN },
};

export interface Denial {
  /** The service that was called. */
  readonly service: string;
  /** An ARN, or the name of a service. */
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: Refusal;
}

export function accessDenied(denial: Denial): AwsError {
  const { code = 'AccessDeniedException', queryCode, status } = DIALECTS[denial.service] ?? {};
  return new AwsError(code, denialMessage(denial), {
    ...(queryCode === undefined ? {} : { queryCode }),
    ...(status === undefined ? {} : { status }),
  });
}

export function denialMessage({ who, action, resource, reason }: Denial): string {
  return `User: ${who} is not authorized to perform: ${action}${resource === '*' ? '' : ` on resource: ${resource}`} ${because(action, reason)}`;
}

function because(action: string, reason: Refusal): string {
  switch (reason) {
    case 'identity-based deny':
      return 'with an explicit deny in an identity-based policy';
    case 'resource-based deny':
      return 'with an explicit deny in a resource-based policy';
    case 'no identity-based allow':
      return `because no identity-based policy allows the ${action} action`;
    case 'no resource-based allow':
      return `because no resource-based policy allows the ${action} action`;
    case 'no boundary allow':
      return `because no permissions boundary allows the ${action} action`;
  }
}
