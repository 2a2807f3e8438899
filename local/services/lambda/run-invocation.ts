import type { Cloud } from '../../cloud/cloud.ts';
import type { LambdaHost } from '../../invoke/lambda-host.ts';
import type { Concurrency } from './concurrency.ts';
import { deploymentOf, type ResolvedFunction } from './function-store.ts';

/** One attempt to run a function. */
export interface RunRequest {
  readonly target: ResolvedFunction;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly keepLogTail?: boolean;
}

export interface RunResult {
  readonly functionError?: 'Unhandled';
  /** JSON text: the answer, or the error document. */
  readonly payload: string;
  readonly executedVersion: string;
  /** base64 */
  readonly logTail?: string;
}

/** @throws AwsError TooManyRequestsException */
export type RunInvocation = (request: RunRequest) => Promise<RunResult>;

/** Runs functions within the limits on concurrency, and publishes Lambda's metrics about it. */
export function runInvocation(cloud: Cloud, host: LambdaHost, concurrency: Concurrency): RunInvocation {
  function metric(functionName: string, name: string, value: number, unit = 'Count'): void {
    cloud.metrics({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName }, value, unit });
  }

  function enter({ record }: ResolvedFunction): () => void {
    try {
      return concurrency.enter(record);
    } catch (error) {
      metric(record.name, 'Throttles', 1);
      throw error;
    }
  }

  return async ({ target, requestId, payload, keepLogTail }) => {
    const { record, version, invokedArn } = target;
    const leave = enter(target);
    metric(record.name, 'ConcurrentExecutions', concurrency.running(record.name));
    try {
      const invocation = { requestId, payload, invokedFunctionArn: invokedArn };
      const hosted = await host.invoke(deploymentOf(record, version), invocation, {
        keepLogTail: keepLogTail ?? false,
      });
      const { outcome } = hosted;
      metric(record.name, 'Invocations', 1);
      metric(record.name, 'Errors', outcome.kind === 'failed' ? 1 : 0);
      metric(record.name, 'Duration', outcome.durationMs, 'Milliseconds');
      return {
        ...(outcome.kind === 'failed' ? { functionError: 'Unhandled' as const } : {}),
        payload: outcome.kind === 'failed' ? JSON.stringify(outcome.error) : outcome.payload,
        executedVersion: version.version,
        ...(hosted.logTail === undefined ? {} : { logTail: hosted.logTail }),
      };
    } finally {
      leave();
    }
  };
}
