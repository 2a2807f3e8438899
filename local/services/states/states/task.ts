/**
 * Task: calls a function, a service or an activity; its answer is the result.
 *
 * 1. A task is scheduled once per attempt: whoever takes the attempt over goes on with its parameters, token and
 *    deadlines, and writes none of its events again.
 * 2. A call that had not been answered when the process died is made again, under the same events; a task that somebody
 *    else works on (who holds the token, or the execution that was started) is only waited for again.
 */
import { stateArguments } from '../data-flow/state-input.ts';
import { outcomeOfResult } from '../data-flow/state-output.ts';
import { throwIfAborted, untilAborted } from '../execution/abort.ts';
import { note } from '../execution/notes.ts';
import { LARGEST_PAYLOAD_BYTES } from '../execution/payload-limit.ts';
import { dataLimitFailure, runtimeFailure, StateFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import type { PendingTask } from '../execution/task-tokens.ts';
import { findIntegration } from '../integrations/find-integration.ts';
import { invokeFunction } from '../integrations/lambda-function.ts';
import { parseTaskResource, type TaskResource } from '../integrations/task-resource.ts';
import { completion, withinSeconds } from './task-deadlines.ts';
import { type TaskEvents, taskEvents } from './task-events.ts';
import { type TaskLimits, taskLimits } from './task-limits.ts';

export async function taskState(visit: StateVisit): Promise<StateOutcome> {
  const resource = parseTaskResource(String(visit.state.Resource));
  if (!resource) throw runtimeFailure(`The resource ${visit.state.Resource} is not one that a task can call`);
  const pending = needsToken(resource) ? openToken(visit) : undefined;
  if (pending && resource.kind === 'service') visit.taskToken = pending.token;
  try {
    const mocked = visit.setting.test?.mockedResult;
    const result = mocked ? await mockTask(visit, mocked) : await runTask(visit, resource, pending);
    return await outcomeOfResult(visit, result);
  } finally {
    pending?.close();
  }
}

function needsToken(resource: TaskResource): boolean {
  return resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern === 'waitForTaskToken');
}

function openToken(visit: StateVisit): PendingTask {
  const { tokens } = visit.setting;
  if (visit.step.notes.token === undefined) note(visit, 'token', tokens.newToken());
  return tokens.open(String(visit.step.notes.token));
}

async function mockTask(visit: StateVisit, mocked: () => unknown): Promise<unknown> {
  await stateArguments(visit);
  await taskLimits(visit);
  return mocked();
}

async function runTask(visit: StateVisit, resource: TaskResource, pending: PendingTask | undefined): Promise<unknown> {
  const events = taskEvents(visit, resource);
  const order = earlierOrder(visit, resource) ?? (await placeOrder(visit, resource, events));
  const limit = { seconds: order.limits.timeoutSeconds, sinceMs: order.scheduledMs };
  try {
    const result = await withinSeconds(visit, limit, signal =>
      perform({ ...visit, signal }, { ...order, resource, pending }, events),
    );
    if (Buffer.byteLength(JSON.stringify(result)) > LARGEST_PAYLOAD_BYTES) {
      throw dataLimitFailure(resource.kind === 'service' ? resource.service : visit.name);
    }
    events.succeeded(result);
    return result;
  } catch (error) {
    if (error instanceof StateFailure && !error.failure.terminal) events.failed(error);
    throw error;
  }
}

/** What is to be done, by when. */
interface TaskOrder {
  readonly parameters: unknown;
  readonly limits: TaskLimits;
  readonly scheduledMs: number;
}

/** The parameters stand in the event. */
interface NotedOrder extends Omit<TaskOrder, 'parameters'> {
  readonly eventId: number;
}

async function placeOrder(visit: StateVisit, resource: TaskResource, events: TaskEvents): Promise<TaskOrder> {
  const { activities, cloud } = visit.setting;
  const parameters = await stateArguments(visit);
  const limits = await taskLimits(visit);
  if (resource.kind === 'activity' && !activities.get(resource.arn)) {
    throw runtimeFailure(`The activity ${resource.arn} does not exist.`);
  }
  const eventId = events.scheduled(parameters, limits);
  const scheduledMs = cloud.clock.now();
  note(visit, 'order', { eventId, limits, scheduledMs } satisfies NotedOrder);
  return { parameters, limits, scheduledMs };
}

/** The order that an earlier process placed in the same attempt. */
function earlierOrder(visit: StateVisit, resource: TaskResource): TaskOrder | undefined {
  const order = visit.step.notes.order as NotedOrder | undefined; // as `placeOrder` noted it
  if (!order) return undefined;
  const parameters = visit.setting.history.valueIn(order.eventId, resource.kind === 'service' ? 'parameters' : 'input');
  return { ...order, parameters };
}

interface TaskWork extends TaskOrder {
  readonly resource: TaskResource;
  readonly pending: PendingTask | undefined;
}

async function perform(visit: StateVisit, work: TaskWork, events: TaskEvents): Promise<unknown> {
  const { resource, pending, parameters, limits } = work;
  if (resource.kind === 'activity') return performActivity(visit, { ...work, arn: resource.arn }, events);
  const { notes } = visit.step;
  if (notes.executionArn === undefined) throwIfAborted(visit.signal);
  if (notes.started !== true) {
    events.started();
    note(visit, 'started', true);
  }
  if (resource.kind === 'lambda') return untilAborted(visit.signal, invokeFunction(visit, resource.arn, parameters));
  const integration = findIntegration(resource.service, resource.action);
  if (!integration) throw runtimeFailure(`The resource ${visit.state.Resource} is not supported by the embedded cloud`);
  if (!pending || notes.handedOverMs === undefined) {
    const { action, pattern } = resource;
    const call = { visit, action, pattern, parameters, submitted: events.submitted };
    const response = await untilAborted(visit.signal, integration(call));
    if (!pending) return response;
    events.submitted(response);
    note(visit, 'handedOverMs', visit.setting.cloud.clock.now());
  }
  return completion(visit, pending, { seconds: limits.heartbeatSeconds, sinceMs: Number(notes.handedOverMs) });
}

async function performActivity(
  visit: StateVisit,
  work: TaskWork & { readonly arn: string },
  events: TaskEvents,
): Promise<unknown> {
  const { pending, limits } = work;
  if (!pending) throw new Error('Cannot perform an activity: it has no task token');
  const { notes } = visit.step;
  const { promise: taken, resolve } = Promise.withResolvers<string | undefined>();
  const task = { pending, input: JSON.stringify(work.parameters), started: resolve, cancelled: false };
  try {
    if (notes.handedOverMs === undefined) {
      visit.setting.activities.offer(work.arn, task);
      events.started(await untilAborted(visit.signal, taken));
      note(visit, 'handedOverMs', visit.setting.cloud.clock.now());
    }
    return await completion(visit, pending, { seconds: limits.heartbeatSeconds, sinceMs: Number(notes.handedOverMs) });
  } finally {
    task.cancelled = true;
  }
}
