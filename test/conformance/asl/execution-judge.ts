import type { JsonObject } from '../../../local/cloud/service.ts';
import { registerServices } from '../../../local/services/roster.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import { agrees, agreesParsed } from '../agreement.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';
import { newCloud, type Wire, WireRefusal } from '../wire.ts';
import type { AslRow, RecordedEvent, RecordedTask } from './asl-row.ts';
import { type ActualExecution, runExecution } from './execution-run.ts';

/** Runs a recorded execution and compares status, output, error, cause and the kinds of the events with the recording. */
export async function judgeExecution(wire: Wire, row: AslRow): Promise<CaseVerdict> {
  const reason = whyNotJudged(row);
  if (reason !== undefined) return outOfScope(reason);
  try {
    const actual = await runExecution(wire, row);
    return compare(row, actual);
  } catch (error) {
    // Other interpreters find out at run time what AWS, and so the embedded cloud, refuses at creation.
    const refused = error instanceof WireRefusal && error.code === 'InvalidDefinition';
    if (refused && row.authority !== 'real-aws' && row.expected.status === 'FAILED') return PASSED;
    const service = refused ? missingService(row.definition) : undefined;
    if (service !== undefined) return outOfScope(`execution: needs the service ${service}`);
    throw error;
  }
}

function whyNotJudged(row: AslRow): string | undefined {
  if (row.judgeable || row.replayableWithTaskMocks) return undefined;
  if (row.nondeterministic) return 'execution: the recording says that it differs from run to run';
  if (!row.external) return undefined;
  const tasks = row.tasks ?? [];
  const recorded = tasks.length > 0 && tasks.every(({ result }) => isJsonObject(result));
  if (!recorded) return 'execution: calls services whose answers were not recorded';
  return tasks.some(callsStepFunctions) ? 'execution: calls state machines that were not recorded' : undefined;
}

/** Step Functions is what is judged here, so it cannot be answered for. */
function callsStepFunctions({ resource, resourceType }: RecordedTask): boolean {
  return /(^|:)(states|sfn)$/.test(resourceType ?? '') || /:aws-sdk:sfn:|:states:::states:/.test(resource);
}

/** The first service that a task of the definition calls and the embedded cloud does not have. */
function missingService(definition: unknown): string | undefined {
  const { cloud } = newCloud();
  registerServices(cloud);
  const have = new Set([...cloud.services].flatMap(({ name, signingName }) => [name, signingName ?? name]));
  const resources = JSON.stringify(definition).matchAll(/"arn:aws:states:::(?:aws-sdk:)?([a-z0-9]+):/g);
  const asked = [...resources].map(([, service = '']) => SDK_NAMES[service] ?? service);
  return asked.find(service => !have.has(service));
}

/** Services that the SDK integrations name otherwise than we do. */
const SDK_NAMES: Readonly<Record<string, string>> = { sfn: 'states', cloudwatch: 'monitoring', cloudwatchlogs: 'logs' };

function compare(row: AslRow, actual: ActualExecution): CaseVerdict {
  const { expected } = row;
  const { events, ...ending } = actual;
  if (actual.status !== expected.status) return failed(expected, ending);
  if ('output' in expected && !agrees(expected.output, actual.output)) return failed(expected, ending);
  if (row.authority !== 'real-aws') return PASSED;
  if (!agrees(expected.error ?? null, actual.error ?? null)) return failed(expected, ending);
  if (!sameCause(expected.cause ?? null, actual.cause ?? null)) return failed(expected, ending);
  return row.history ? compareHistory(row.history, events) : PASSED;
}

function sameCause(expected: unknown, actual: unknown): boolean {
  return isJsonObject(expected) ? agreesParsed(expected, actual) : agrees(expected, actual);
}

/**
 * Event kinds in order. Inside a Parallel the recorder sorted the events and dropped some that say how it ended, so
 * there the recorded kinds must be among ours.
 */
function compareHistory(recorded: readonly RecordedEvent[], events: readonly JsonObject[]): CaseVerdict {
  const wanted = recorded.map(({ type }) => type);
  const found = events.map(({ type }) => String(type));
  const sorted = recorded.some(({ id }) => typeof id !== 'number');
  const same = sorted ? holdsAll(found, wanted) : wanted.join() === found.join();
  return same ? PASSED : failed({ history: wanted }, { history: found });
}

function holdsAll(found: readonly string[], wanted: readonly string[]): boolean {
  const left = [...found];
  const missing = wanted.filter(type => {
    const index = left.indexOf(type);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return missing.length === 0 && left.every(type => type.startsWith('ParallelState'));
}
