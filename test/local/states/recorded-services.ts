/** Services that answer the tasks of a recorded execution with what AWS answered then. */
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { Cloud } from '../../../local/cloud/cloud.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject, Operation, Service } from '../../../local/cloud/service.ts';

export interface RecordedTask {
  readonly state: string;
  readonly resource: string;
  readonly resourceType: string | null;
  readonly result: {
    readonly kind: string;
    readonly output?: unknown;
    readonly error?: string;
    readonly cause?: unknown;
  };
}

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  lambda: ['Invoke'],
  sqs: ['SendMessage'],
  sns: ['Publish', 'PublishBatch'],
  dynamodb: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
  events: ['PutEvents'],
  s3: ['GetObject', 'PutObject'],
};

/** The recorded answers are given in order, whichever service is asked. */
export function recordedServices(cloud: Cloud, tasks: readonly RecordedTask[]): Service[] {
  const left = [...tasks];
  const answer: Operation = (input, _call) => {
    const task = left.shift();
    if (!task) throw new Error('The recording holds no further task');
    return answerOf(cloud, task, input);
  };
  for (const task of tasks) if (task.result.kind.startsWith('Activity')) void workOn(cloud, task);
  return Object.entries(OPERATIONS).map(([name, operations]) => ({
    name,
    wire: { protocol: 'json', targetPrefix: name, version: '1.0' },
    operations: Object.fromEntries(operations.map(operation => [operation, answer])),
  }));
}

function answerOf(cloud: Cloud, task: RecordedTask, input: JsonObject): unknown {
  const { kind, output } = task.result;
  if (task.resource.endsWith('.waitForTaskToken')) {
    if (kind === 'TaskTimedOut') return {};
    queueMicrotask(() => void complete(cloud, task, tokenIn(input)));
    return {};
  }
  if (kind.endsWith('TimedOut')) return new Promise(() => {});
  if (kind.endsWith('Failed')) return failed(task);
  if (task.resourceType === null) return { Payload: asJson(output, ''), StatusCode: 200 };
  if (task.resourceType !== 'lambda') return output;
  const { Payload, ...rest } = output as JsonObject;
  return { ...rest, Payload: JSON.stringify(Payload) };
}

function failed({ result, resourceType }: RecordedTask): unknown {
  const cause = typeof result.cause === 'string' ? result.cause : JSON.stringify(result.cause);
  if (result.error === 'States.DataLimitExceeded')
    return { Payload: JSON.stringify('x'.repeat(300_000)), StatusCode: 200 };
  if (resourceType === null || resourceType === 'lambda') return { FunctionError: 'Unhandled', Payload: cause };
  const code = String(result.error).split('.').at(-1) ?? '';
  throw new AwsError(code, cause.replace(/ \(Service: .*/, ''));
}

function tokenIn(value: unknown): string {
  return /AQ[A-Za-z0-9+/]{100,}==/.exec(JSON.stringify(value).replaceAll('\\/', '/'))?.[0] ?? '';
}

async function complete(cloud: Cloud, { result }: RecordedTask, taskToken: string): Promise<void> {
  const call = (operation: string, input: JsonObject) =>
    cloud.call({ service: 'states', operation, input, principal: OPERATOR });
  if (result.kind.endsWith('Failed')) {
    const cause = typeof result.cause === 'string' ? result.cause : JSON.stringify(result.cause);
    await call('SendTaskFailure', { taskToken, error: result.error, cause });
  } else await call('SendTaskSuccess', { taskToken, output: asJson(result.output, taskToken) });
}

/** The recorder keeps some outputs as text that is JSON itself, and names tokens by placeholders. */
function asJson(output: unknown, taskToken: string): string {
  const text = typeof output === 'string' && isJson(output) ? output : JSON.stringify(output);
  return text.replaceAll(/<task_token:\d+>/g, taskToken);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function workOn(cloud: Cloud, task: RecordedTask): Promise<void> {
  await Promise.resolve();
  const activityArn = cloud.arn('states', 'activity:recorded');
  await new Promise(resolve => setImmediate(resolve));
  const input = { activityArn };
  const taken = await cloud.call<JsonObject>({
    service: 'states',
    operation: 'GetActivityTask',
    input,
    principal: OPERATOR,
  });
  await complete(cloud, task, String(taken.taskToken));
}
