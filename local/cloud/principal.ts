/**
 * Who makes a call. `operator` is the person at the keyboard and the provisioning of the template (everything is
 * allowed); `role` is a function or state machine that acts under its execution role; `service` is an AWS service that
 * acts on its own behalf and is judged by resource policies.
 */
export type Principal =
  | { readonly kind: 'operator' }
  | { readonly kind: 'role'; readonly roleArn: string; readonly session: string }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

export const OPERATOR: Principal = { kind: 'operator' };
