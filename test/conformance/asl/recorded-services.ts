/** Services that answer the tasks of a recorded execution with what AWS answered then. */
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { Cloud } from '../../../local/cloud/cloud.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject, Operation, Service } from '../../../local/cloud/service.ts';
import { RECORDED_ACTIVITY, type RecordedTask } from './asl-row.ts';

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
  const answer: Operation = (input, { principal }) => {
    if (principal.kind === 'service') return {}; // Step Functions itself, with news of the execution
    const task = left.shift();
    if (!task) throw new Error('The recording holds no further task');
    return answerOf(cloud, task, input);
  };
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
    queueMicrotask(() => void complete(cloud, task, tokenIn(input)).catch(ignore));
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
  const status = /\(Service: [^)]*Status Code: (\d+)/.exec(cause)?.[1];
  const byFunction = resourceType === null || resourceType === 'lambda';
  if (byFunction && status === undefined) return { FunctionError: 'Unhandled', Payload: cause };
  const code = String(result.error).split('.').at(-1) ?? '';
  throw new AwsError(code, cause.replace(/ \(Service: .*/, ''), { status: Number(status ?? 400) });
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

/** Takes the tasks of the recorded activity, in order; the activity has to be there. */
export function workOnActivities(cloud: Cloud, tasks: readonly RecordedTask[]): void {
  for (const task of tasks) if (task.result.kind.startsWith('Activity')) void workOn(cloud, task).catch(ignore);
}

async function workOn(cloud: Cloud, task: RecordedTask): Promise<void> {
  const input = { activityArn: RECORDED_ACTIVITY };
  const call = { service: 'states', operation: 'GetActivityTask', input, principal: OPERATOR };
  const taken = await cloud.call<JsonObject>(call);
  await complete(cloud, task, String(taken.taskToken));
}

/** A task that cannot be completed leaves its execution waiting, which is then what fails. */
function ignore(): void {}
