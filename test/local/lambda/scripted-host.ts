import type { Deployment, Invocation, InvocationOutcome } from '../../../local/invoke/deployment.ts';
import type { HostedInvocation, LambdaHost } from '../../../local/invoke/lambda-host.ts';

export interface ScriptedInvocation {
  readonly functionName: string;
  readonly version: string;
  readonly event: unknown;
}

/** What a scripted function never answers: its process ends first. */
export const NEVER = Symbol('never');

/** Runs functions as the test says: a value, an Error for a function error, or `NEVER`. */
export class ScriptedHost implements LambdaHost {
  readonly invocations: ScriptedInvocation[] = [];
  handler: (invocation: ScriptedInvocation) => unknown = () => null;

  async invoke(deployment: Deployment, { payload }: Invocation): Promise<HostedInvocation> {
    const { functionName, version } = deployment;
    const invocation = { functionName, version, event: JSON.parse(payload) as unknown };
    this.invocations.push(invocation);
    const answer = await this.handler(invocation);
    if (answer === NEVER) return new Promise(() => {});
    return { outcome: outcomeOf(answer) };
  }

  retire(): void {}

  async close(): Promise<void> {}
}

function outcomeOf(answer: unknown): InvocationOutcome {
  const measured = { durationMs: 1, memoryUsedMb: 1 };
  if (!(answer instanceof Error)) return { ...measured, kind: 'done', payload: JSON.stringify(answer ?? null) };
  const error = { errorType: 'Error', errorMessage: answer.message };
  return { ...measured, kind: 'failed', error, fatal: false };
}
