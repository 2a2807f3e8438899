/** Functions of a deployment, in the embedded cloud or in an AWS account, called as any operator would call them. */
import type { LambdaClient } from '@aws-sdk/client-lambda';

export interface LambdaTarget {
  /** The embedded cloud's address. @default AWS, with the credentials and the region of the environment */
  readonly endpoint?: string;
  /** How long an answer may take. @default longer than most functions of the template may run */
  readonly requestTimeoutMs?: number;
}

/** Calls a function and waits for its answer. */
export type InvokeFunction = <Answer>(functionName: string, payload: unknown) => Promise<Answer>;

const REQUEST_TIMEOUT_MS = 60_000;

/** @throws Error when the function failed, with what it said */
export async function lambdaInvoker(target: LambdaTarget): Promise<InvokeFunction> {
  const { InvokeCommand } = await import('@aws-sdk/client-lambda'); // loaded by the commands that need it only
  const client = await clientOf(target);
  return async <Answer>(functionName: string, payload: unknown): Promise<Answer> => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) });
    const { FunctionError, Payload } = await client.send(command);
    const text = Payload?.transformToString() ?? 'null';
    if (FunctionError !== undefined) throw new Error(`Cannot run ${functionName}: ${text}`);
    return JSON.parse(text) as Answer; // the caller knows what its function answers
  };
}

async function clientOf({ endpoint, requestTimeoutMs = REQUEST_TIMEOUT_MS }: LambdaTarget): Promise<LambdaClient> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const requestHandler = { requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
  if (endpoint === undefined) return new LambdaClient({ requestHandler });
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'not-secret' };
  return new LambdaClient({ endpoint, region: 'us-east-1', credentials, requestHandler });
}
