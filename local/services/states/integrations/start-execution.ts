import type { JsonObject } from '../../../cloud/service.ts';
import { untilAborted } from '../execution/abort.ts';
import { note } from '../execution/notes.ts';
import { BranchAborted, StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import { isJsonObject } from '../json-object.ts';
import { optimizedErrors } from './error-naming.ts';
import { asJsonText } from './json-text.ts';
import { toCamelMembers } from './member-case.ts';
import { callService, withHttpMetadata } from './service-call.ts';
import type { TaskCall, TaskIntegration } from './task-integration.ts';

const errors = optimizedErrors({
  prefix: 'StepFunctions',
  longName: 'AWSStepFunctions',
  otherError: 'AWSStepFunctionsException',
});

/** `states:startExecution`, and with `.sync` the wait until that execution has ended. */
export const startExecutionIntegration: TaskIntegration = async call => {
  const earlier = call.visit.step.notes.executionArn;
  if (typeof earlier === 'string') return ended(call, earlier);
  const parameters: JsonObject = isJsonObject(call.parameters) ? call.parameters : {};
  const input = toCamelMembers({ ...parameters, Input: asJsonText(parameters.Input ?? {}) }) as JsonObject; // an object in, an object out
  const started = await callService(call.visit, { service: 'states', operation: 'StartExecution', input, errors });
  const executionArn = String(started.body.executionArn);
  const body = { ExecutionArn: executionArn, StartDate: milliseconds(started.body.startDate) };
  const response = withHttpMetadata({ ...started, body });
  if (call.pattern === 'request' || call.pattern === 'waitForTaskToken') return response;
  call.submitted(response);
  note(call.visit, 'executionArn', executionArn);
  return ended(call, executionArn);
};

/** @throws StateFailure (States.TaskFailed) unless the execution succeeded */
async function ended(call: TaskCall, executionArn: string): Promise<unknown> {
  const description = await untilEnded(call.visit, executionArn);
  const result = asResult(description);
  if (description.status !== 'SUCCEEDED') {
    throw new StateFailure({ error: 'States.TaskFailed', cause: JSON.stringify(result) });
  }
  if (call.pattern === 'sync') return result;
  return { ...result, Input: JSON.parse(String(result.Input)), Output: JSON.parse(String(result.Output)) };
}

/** An execution that is no longer waited for is stopped, as AWS does with what it started. */
async function untilEnded(visit: StateVisit, executionArn: string): Promise<JsonObject> {
  const { cloud } = visit.setting;
  const describe = () =>
    callService(visit, { service: 'states', operation: 'DescribeExecution', input: { executionArn }, errors });
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const unsubscribe = cloud.signals.subscribe(executionArn, resolve);
    try {
      const { body } = await describe();
      if (body.status !== 'RUNNING') return body;
      await untilAborted(visit.signal, promise);
    } catch (error) {
      if (error instanceof BranchAborted) await stop(visit, executionArn);
      throw error;
    } finally {
      unsubscribe();
    }
  }
}

async function stop(visit: StateVisit, executionArn: string): Promise<void> {
  try {
    await callService(visit, { service: 'states', operation: 'StopExecution', input: { executionArn }, errors });
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error; // it may have ended meanwhile, or the role may not stop it
  }
}

function asResult(description: JsonObject): JsonObject {
  const { output, error, cause } = description;
  return {
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(error === undefined ? {} : { Error: error }),
    ExecutionArn: description.executionArn,
    Input: description.input,
    InputDetails: { Included: true },
    Name: description.name,
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    StartDate: milliseconds(description.startDate),
    StateMachineArn: description.stateMachineArn,
    Status: description.status,
    StopDate: milliseconds(description.stopDate),
  };
}

function milliseconds(epochSeconds: unknown): number {
  return Math.round(Number(epochSeconds) * 1000);
}
