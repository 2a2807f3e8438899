import { stateArguments } from '../data-flow/state-input.ts';
import { outcomeOfResult } from '../data-flow/state-output.ts';
import { pause, untilAborted } from '../execution/abort.ts';
import { LARGEST_PAYLOAD_BYTES } from '../execution/payload-limit.ts';
import { dataLimitFailure, runtimeFailure, StateFailure, timeoutFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import type { PendingTask } from '../execution/task-tokens.ts';
import { findIntegration } from '../integrations/find-integration.ts';
import { invokeFunction } from '../integrations/lambda-function.ts';
import { parseTaskResource, type TaskResource } from '../integrations/task-resource.ts';
import { type TaskEvents, taskEvents } from './task-events.ts';
import { type TaskLimits, taskLimits } from './task-limits.ts';

/** Task: calls a function, a service or an activity; its answer is the result. */
export async function taskState(visit: StateVisit): Promise<StateOutcome> {
  const resource = parseTaskResource(String(visit.state.Resource));
  if (!resource) throw runtimeFailure(`The resource ${visit.state.Resource} is not one that a task can call`);
  const pending = needsToken(resource) ? visit.setting.tokens.open() : undefined;
  if (pending && resource.kind === 'service') visit.taskToken = pending.token;
  try {
    const parameters = await stateArguments(visit);
    const limits = await taskLimits(visit);
    const mocked = visit.setting.test?.mockedResult;
    const result = mocked ? mocked() : await runTask(visit, { resource, pending, parameters, limits });
    return await outcomeOfResult(visit, result);
  } finally {
    pending?.close();
  }
}

function needsToken(resource: TaskResource): boolean {
  return resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern === 'waitForTaskToken');
}

interface TaskWork {
  readonly resource: TaskResource;
  readonly pending: PendingTask | undefined;
  readonly parameters: unknown;
  readonly limits: TaskLimits;
}

async function runTask(visit: StateVisit, work: TaskWork): Promise<unknown> {
  const events = taskEvents(visit, work.resource);
  if (work.resource.kind === 'activity' && !visit.setting.activities.get(work.resource.arn)) {
    throw runtimeFailure(`The activity ${work.resource.arn} does not exist.`);
  }
  events.scheduled(work.parameters, work.limits);
  try {
    const result = await withinSeconds(visit, work.limits.timeoutSeconds, signal =>
      perform({ ...visit, signal }, work, events),
    );
    if (Buffer.byteLength(JSON.stringify(result)) > LARGEST_PAYLOAD_BYTES) throw dataLimitFailure(placeOf(visit, work));
    events.succeeded(result);
    return result;
  } catch (error) {
    if (error instanceof StateFailure && !error.failure.terminal) events.failed(error);
    throw error;
  }
}

function placeOf(visit: StateVisit, work: TaskWork): string {
  return work.resource.kind === 'service' ? work.resource.service : visit.name;
}

async function perform(visit: StateVisit, work: TaskWork, events: TaskEvents): Promise<unknown> {
  const { resource, pending, parameters } = work;
  if (resource.kind === 'activity') return performActivity(visit, { ...work, arn: resource.arn }, events);
  events.started();
  if (resource.kind === 'lambda') return untilAborted(visit.signal, invokeFunction(visit, resource.arn, parameters));
  const integration = findIntegration(resource.service, resource.action);
  if (!integration) throw runtimeFailure(`The resource ${visit.state.Resource} is not supported by the embedded cloud`);
  const { action, pattern } = resource;
  const call = { visit, action, pattern, parameters, submitted: events.submitted };
  const response = await untilAborted(visit.signal, integration(call));
  if (!pending) return response;
  events.submitted(response);
  return completion(visit, pending, work.limits);
}

async function performActivity(
  visit: StateVisit,
  work: TaskWork & { readonly arn: string },
  events: TaskEvents,
): Promise<unknown> {
  const { pending } = work;
  if (!pending) throw new Error('Cannot perform an activity: it has no task token');
  const { promise: taken, resolve } = Promise.withResolvers<string | undefined>();
  const task = { pending, input: JSON.stringify(work.parameters), started: resolve, cancelled: false };
  visit.setting.activities.offer(work.arn, task);
  try {
    events.started(await untilAborted(visit.signal, taken));
    return await completion(visit, pending, work.limits);
  } finally {
    task.cancelled = true;
  }
}

/** Waits for whoever holds the token, as long as they send heartbeats in time. */
async function completion(visit: StateVisit, pending: PendingTask, limits: TaskLimits): Promise<unknown> {
  const { heartbeatSeconds } = limits;
  if (heartbeatSeconds === undefined) return untilAborted(visit.signal, pending.completed);
  const { clock } = visit.setting.cloud;
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const expire = () => reject(timeoutFailure('States.HeartbeatTimeout'));
  let cancel = clock.schedule(heartbeatSeconds * 1000, expire);
  pending.onHeartbeat(() => {
    cancel();
    cancel = clock.schedule(heartbeatSeconds * 1000, expire);
  });
  try {
    return await untilAborted(visit.signal, Promise.race([pending.completed, silence]));
  } finally {
    cancel();
  }
}

/** @throws StateFailure (States.Timeout) when the work takes longer; the work's signal fires then */
async function withinSeconds<Result>(
  visit: StateVisit,
  seconds: number | undefined,
  start: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return start(visit.signal);
  const ended = new AbortController();
  const signal = AbortSignal.any([visit.signal, ended.signal]);
  const late = pause(visit.setting.cloud.clock, seconds * 1000, signal).then(() => {
    throw timeoutFailure();
  });
  const work = start(signal);
  work.catch(() => {}); // when time is up, nobody hears of it any more
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}
