import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { StateTest } from '../execution/state-test.ts';
import { parseTaskResource } from '../integrations/task-resource.ts';
import { isJsonObject } from '../json-object.ts';
import { mockedResult } from '../test-state/mock.ts';
import { runTestedState, type TrialReport } from '../test-state/run-tested-state.ts';
import { innerStateNames, type TestedState, testedState } from '../test-state/tested-state.ts';
import type { Action } from './action.ts';
import { checkRole } from './create-state-machine.ts';
import { checkExecutionInput } from './execution-input.ts';

const LEVELS = ['INFO', 'DEBUG', 'TRACE'];
/** Inspection data that is not JSON text on the wire. */
const PLAIN_MEMBERS = ['errorDetails', 'maxConcurrency', 'toleratedFailureCount', 'toleratedFailurePercentage'];

/** `TestState`: runs one state by itself, its work mocked if asked, and tells what it made of its data. */
export const testState: Action = engine => async input => {
  const { definition, stateName, mock, roleArn } = input;
  const tested = testedState({ definition, stateName, mocked: isJsonObject(mock) });
  if (isJsonObject(mock) && input.revealSecrets === true) {
    throw invalid('TestState does not support RevealSecrets when a mock is specified.');
  }
  const mocked = mockedResult(mock, tested.state);
  if (!mocked) refuseUnmocked(tested, roleArn);
  const level = checkLevel(input.inspectionLevel);
  const report = await runTestedState(engine, {
    tested,
    roleArn: roleArn === undefined ? undefined : checkRole(roleArn),
    input: JSON.parse(checkExecutionInput(input.input)),
    variables: objectMember(input, 'variables') ?? {},
    test: {
      ...(mocked ? { mockedResult: mocked } : {}),
      ...contextOf(input, tested),
      ...mapMembers(input.stateConfiguration, tested),
    },
    retrierRetryCount: count(input.stateConfiguration, 'retrierRetryCount'),
  });
  return answer(report, level);
};

function refuseUnmocked({ state }: TestedState, roleArn: unknown): void {
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    const supported = 'Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]';
    throw new AwsError('InvalidDefinition', `TestState API does not support Map or Parallel states. ${supported}`);
  }
  if (state.Type !== 'Task') return;
  if (roleArn === undefined) throw invalid('RoleArn must be specified when testing a Task state');
  if (!endsByItself(state.Resource)) {
    const rule = "Activities and the '.sync' and '.waitForTaskToken' service integration patterns need a mock";
    throw new AwsError('InvalidDefinition', `TestState API does not support the resource '${state.Resource}'. ${rule}`);
  }
}

/** Whether a task is over when what it calls has answered. */
function endsByItself(resourceArn: unknown): boolean {
  const resource = parseTaskResource(String(resourceArn));
  if (resource?.kind === 'activity') return false;
  return resource?.kind !== 'service' || resource.pattern === 'request';
}

function checkLevel(level: unknown): string {
  const found = LEVELS.find(known => known === (level ?? 'INFO'));
  if (found) return found;
  const rule = `Member must satisfy enum value set: [${LEVELS.join(', ')}]`;
  throw invalid(
    `1 validation error detected: Value '${level}' at 'inspectionLevel' failed to satisfy constraint: ${rule}`,
  );
}

function contextOf(input: JsonObject, { state }: TestedState): Pick<StateTest, 'context'> {
  const context = objectMember(input, 'context');
  if (!context) return {};
  if ('Task' in context && (state.Type !== 'Task' || endsByItself(state.Resource))) {
    const rule = `Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern`;
    throw invalid(`Invalid Context object provided: ${rule}`);
  }
  return { context };
}

/** A member that is a JSON object as text. */
function objectMember(input: JsonObject, name: 'context' | 'variables'): JsonObject | undefined {
  if (input[name] === undefined) return undefined;
  const value = jsonOrNothing(String(input[name]));
  if (isJsonObject(value)) return value;
  throw invalid(`The ${name} must be a valid JSON object`);
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mapMembers(stateConfiguration: unknown, { state }: TestedState): Partial<StateTest> {
  const configuration = isJsonObject(stateConfiguration) ? stateConfiguration : {};
  const { errorCausedByState, mapItemReaderData, mapIterationFailureCount } = configuration;
  if (state.ItemReader !== undefined && mapItemReaderData === undefined) {
    throw invalid('ItemReader data must be specified when testing a Map state with ItemReader specified.');
  }
  if (errorCausedByState !== undefined && !innerStateNames(state).includes(String(errorCausedByState))) {
    throw invalid(`The state '${errorCausedByState}' given as errorCausedByState is not inside the tested state`);
  }
  return {
    ...(mapItemReaderData === undefined ? {} : { itemReaderData: String(mapItemReaderData) }),
    ...(mapIterationFailureCount === undefined
      ? {}
      : { mapIterationFailureCount: count(configuration, 'mapIterationFailureCount') }),
  };
}

function count(configuration: unknown, name: string): number {
  const value = isJsonObject(configuration) ? (configuration[name] ?? 0) : 0;
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  const rule = 'Member must have value greater than or equal to 0';
  throw invalid(
    `1 validation error detected: Value '${value}' at 'stateConfiguration.${name}' failed to satisfy constraint: ${rule}`,
  );
}

function answer({ output, inspection, ...rest }: TrialReport, level: string): JsonObject {
  return {
    ...rest,
    ...(output === undefined ? {} : { output: JSON.stringify(output) }),
    ...(level === 'INFO' ? {} : { inspectionData: inspectionOnWire(inspection) }),
  };
}

function inspectionOnWire(inspection: JsonObject): JsonObject {
  const entries = Object.entries(inspection).map(([name, value]) => [
    name,
    PLAIN_MEMBERS.includes(name) ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(entries);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
