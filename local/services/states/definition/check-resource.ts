import type { JsonObject } from '../../../cloud/service.ts';
import { findIntegration } from '../integrations/find-integration.ts';
import { parseTaskResource, type TaskResource } from '../integrations/task-resource.ts';
import { isJsonObject } from '../json-object.ts';
import type { DefinitionReport } from './definition-report.ts';

export interface ResourcePlace {
  readonly report: DefinitionReport;
  readonly location: string;
}

/** Checks what a Task calls, and that its machine's type may call it so. */
export function checkResource(state: JsonObject, { report, location }: ResourcePlace): void {
  const { Resource, Credentials } = state;
  if (Credentials !== undefined && !isJsonObject(Credentials)) {
    report.error('Expected value of type Object', `${location}/Credentials`);
  }
  if (Resource === undefined) return;
  const at = `${location}/Resource`;
  const resource = parseTaskResource(String(Resource));
  if (!resource || !isAvailable(resource)) {
    const reason = 'The value is not a valid resource ARN, or the resource is not available in this region.';
    report.error(`The resource provided ${Resource} is not recognized. ${reason}`, at);
  } else if (report.machineType === 'EXPRESS') checkExpressResource(resource, { report, location: at });
}

function isAvailable(resource: TaskResource): boolean {
  if (resource.kind !== 'service') return true;
  const { service, action, pattern } = resource;
  if (!findIntegration(service, action)) return false;
  const runsJob = pattern === 'sync' || pattern === 'sync:2';
  return !runsJob || (service === 'states' && action === 'startExecution');
}

/** The wording, spaces included, is AWS's. */
function checkExpressResource(resource: TaskResource, { report, location }: ResourcePlace): void {
  if (resource.kind === 'activity') report.error('Express state machine does not support Activity ARN', location);
  if (resource.kind !== 'service') return;
  if (resource.pattern === 'waitForTaskToken') {
    report.error(`Express state machine does not support '.waitForTaskToken' service integration `, location);
  } else if (resource.pattern !== 'request') {
    report.error(`Express state machine does not support '.sync' service integration`, location);
  }
}
