import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { StateDefinition } from '../definition/state-definition.ts';
import { StateFailure } from '../execution/state-failure.ts';
import { parseTaskResource } from '../integrations/task-resource.ts';
import { isJsonObject } from '../json-object.ts';
import { checkShape } from './response-shape.ts';
import { serviceResponse } from './service-responses.ts';

/** Types of states whose work a mock can stand in for. */
const MOCKABLE = ['Task', 'Map', 'Parallel'];
const MODES = ['STRICT', 'PRESENT', 'NONE'];

/**
 * The `mock` of a `TestState` request: what the state's work answers, or how it fails.
 *
 * @returns undefined when nothing is mocked @throws AwsError (ValidationException)
 */
export function mockedResult(mock: unknown, state: StateDefinition): (() => unknown) | undefined {
  if (!isJsonObject(mock)) return undefined;
  if (!MOCKABLE.includes(state.Type))
    throw invalid(`State type '${state.Type}' is not supported when a mock is specified`);
  const { result, errorOutput, fieldValidationMode = 'STRICT' } = mock;
  if (result !== undefined && errorOutput !== undefined) {
    throw invalid('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  if (!MODES.includes(String(fieldValidationMode))) throw invalid(modeRule(fieldValidationMode));
  if (isJsonObject(errorOutput)) return () => fail(errorOutput);
  if (result === undefined)
    throw invalid('A test mock should have one of the following fields: [result, errorOutput].');
  const value = parse(String(result));
  checkResult(value, state, String(fieldValidationMode));
  return () => value;
}

function modeRule(mode: unknown): string {
  const rule = `Member must satisfy enum value set: [${MODES.join(', ')}]`;
  return `1 validation error detected: Value '${mode}' at 'mock.fieldValidationMode' failed to satisfy constraint: ${rule}`;
}

function fail({ error, cause }: JsonObject): never {
  throw new StateFailure({
    error: error === undefined ? undefined : String(error),
    cause: cause === undefined ? undefined : String(cause),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('Mocked result must be valid JSON');
  }
}

function checkResult(value: unknown, state: StateDefinition, mode: string): void {
  switch (state.Type) {
    case 'Map':
      checkMapResult(value, state);
      return;
    case 'Parallel':
      checkParallelResult(value, state);
      return;
    default:
      checkTaskResult(value, state, mode);
  }
}

function checkMapResult(value: unknown, { ResultWriter }: StateDefinition): void {
  const exports = isJsonObject(ResultWriter) && ResultWriter.Resource !== undefined;
  if (exports && !isJsonObject(value)) throw invalid('Mocked result must be a JSON object.');
  if (!exports && !Array.isArray(value)) throw invalid('Mocked result must be an array.');
}

function checkParallelResult(value: unknown, { Branches }: StateDefinition): void {
  if (!Array.isArray(value)) throw invalid('Mocked result must be an array.');
  if (Array.isArray(Branches) && value.length !== Branches.length) {
    throw invalid('Mocked result must contain the same number of items as number of Parallel branches.');
  }
}

/** A task that waits for a token is answered by whoever holds it, so that any result will do. */
function checkTaskResult(value: unknown, { Resource }: StateDefinition, mode: string): void {
  const resource = parseTaskResource(String(Resource));
  if (mode === 'NONE' || resource?.kind !== 'service' || resource.pattern === 'waitForTaskToken') return;
  const service = resource.service.replace('aws-sdk:', '');
  const runsExecution = service === 'states' && resource.pattern !== 'request';
  const shape = serviceResponse(service, runsExecution ? 'describeExecution' : resource.action);
  if (shape) checkShape(value, { shape, strict: mode === 'STRICT', field: 'result' });
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
