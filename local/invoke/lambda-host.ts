import type { Deployment, Invocation, InvocationOutcome } from './deployment.ts';

export interface InvokeOptions {
  /** Hand back the end of the log. */
  readonly keepLogTail?: boolean;
}

export interface HostedInvocation {
  readonly outcome: InvocationOutcome;
  /** base64 */
  readonly logTail?: string;
}

/** Runs functions. Knows nothing of names, versions or limits: it is given a deployment. */
export interface LambdaHost {
  /** Runs one invocation to its end. Never rejects. */
  invoke(deployment: Deployment, invocation: Invocation, options?: InvokeOptions): Promise<HostedInvocation>;
  /** Resolves when an invocation would not have to wait for others to end. @default at once */
  whenFree?(deployment: Deployment): Promise<void>;
  /** The deployment was replaced or deleted: its environments end as soon as they are free. */
  retire(revisionId: string): void;
  close(): Promise<void>;
}
