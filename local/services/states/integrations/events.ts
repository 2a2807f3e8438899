import type { JsonObject } from '../../../cloud/service.ts';
import { StateFailure } from '../execution/state-failure.ts';
import { isJsonObject } from '../json-object.ts';
import { optimizedErrors } from './error-naming.ts';
import { asJsonText } from './json-text.ts';
import { callService } from './service-call.ts';
import type { TaskCall, TaskIntegration } from './task-integration.ts';

const errors = optimizedErrors({
  prefix: 'EventBridge',
  longName: 'AmazonEventBridge',
  otherError: 'AmazonEventBridgeException',
});

/** `events:putEvents`: fails when the bus refuses an entry; the execution and its machine are among the resources. */
export const eventsIntegration: TaskIntegration = async call => {
  const parameters: JsonObject = isJsonObject(call.parameters) ? call.parameters : {};
  const entries = Array.isArray(parameters.Entries) ? parameters.Entries.map(entry => prepared(call, entry)) : [];
  const input = { ...parameters, Entries: entries };
  const { body } = await callService(call.visit, { service: 'events', operation: 'PutEvents', input, errors });
  if (Number(body.FailedEntryCount ?? 0) > 0) {
    throw new StateFailure({ error: 'EventBridge.FailedEntry', cause: JSON.stringify(body) });
  }
  return body;
};

function prepared({ visit }: TaskCall, entry: unknown): unknown {
  if (!isJsonObject(entry)) return entry;
  const { executionContext, stateMachineContext } = visit.setting;
  const given = Array.isArray(entry.Resources) ? entry.Resources : [];
  const resources = [...given, executionContext.Id, stateMachineContext.Id];
  return { ...entry, Detail: asJsonText(entry.Detail), Resources: resources };
}
