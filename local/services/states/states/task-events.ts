import type { JsonObject } from '../../../cloud/service.ts';
import { errorOutput, type StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import type { TaskResource } from '../integrations/task-resource.ts';
import type { TaskLimits } from './task-limits.ts';

/** Writes one task into the history, under the names that AWS gives its family of tasks. */
export interface TaskEvents {
  /** @returns the event's id */
  scheduled(parameters: unknown, limits: TaskLimits): number;
  started(workerName?: string): void;
  submitted(response: unknown): void;
  succeeded(result: unknown): void;
  failed(failure: StateFailure): void;
}

/** The events of a task of this kind. */
export function taskEvents(visit: StateVisit, resource: TaskResource): TaskEvents {
  switch (resource.kind) {
    case 'lambda':
      return plainEvents(visit, 'LambdaFunction', resource.arn);
    case 'activity':
      return plainEvents(visit, 'Activity', resource.arn);
    case 'service':
      return serviceEvents(visit, { resource: resource.name, resourceType: resource.service });
  }
}

const WHOLE = { truncated: false };

function plainEvents(visit: StateVisit, family: 'LambdaFunction' | 'Activity', resource: string): TaskEvents {
  const add = (type: string, details?: JsonObject) =>
    visit.setting.history.add(visit.thread, `${family}${type}`, details);
  return {
    scheduled: (input, limits) =>
      add('Scheduled', { resource, input: JSON.stringify(input), inputDetails: WHOLE, ...limitDetails(limits) }),
    started: workerName => add('Started', family === 'Activity' ? { workerName } : undefined),
    submitted: () => {},
    succeeded: result => add('Succeeded', { output: JSON.stringify(result), outputDetails: WHOLE }),
    failed: failure => add(isTimeout(failure) ? 'TimedOut' : 'Failed', failureDetails(failure)),
  };
}

function serviceEvents(visit: StateVisit, place: { resource: string; resourceType: string }): TaskEvents {
  const { history, cloud } = visit.setting;
  const add = (type: string, details: JsonObject) => history.add(visit.thread, `Task${type}`, { ...place, ...details });
  const output = (value: unknown) => ({ output: JSON.stringify(value), outputDetails: WHOLE });
  return {
    scheduled: (parameters, limits) =>
      add('Scheduled', { region: cloud.region, parameters: JSON.stringify(parameters), ...limitDetails(limits) }),
    started: () => add('Started', {}),
    submitted: response => add('Submitted', output(response)),
    succeeded: result => add('Succeeded', output(result)),
    failed: failure => add(isTimeout(failure) ? 'TimedOut' : 'Failed', failureDetails(failure)),
  };
}

function limitDetails({ timeoutSeconds, heartbeatSeconds }: TaskLimits): JsonObject {
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
}

function failureDetails(failure: StateFailure): JsonObject {
  const { Error: error, Cause: cause } = errorOutput(failure);
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

function isTimeout(failure: StateFailure): boolean {
  return failure.failure.error === 'States.Timeout';
}
