import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import { statesService } from '../../../local/services/states/states-service.ts';
import { agrees, agreesParsed } from '../agreement.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';
import { NOT_SERVED, newCloud, type Wire, WireRefusal } from '../wire.ts';
import { type AslRow, definitionText, RECORDED_ROLE, type RecordedTask } from './asl-row.ts';
import { judgeRefusal } from './definition-judges.ts';
import { recordedServices } from './recorded-services.ts';

/** Members of a request that the API takes as JSON text, and the recorder parsed for some rows. */
const TEXT_MEMBERS = ['input', 'context', 'variables'];

/** Tests one state by `TestState` and compares status, output, error, next state and what the inspection shows. */
export async function judgeTestState(wire: Wire, row: AslRow): Promise<CaseVerdict> {
  const { cloud } = newCloud();
  cloud.register(statesService(cloud));
  for (const service of recordedServices(cloud, tasksOf(row))) cloud.register(service);
  wire.serve(cloud);
  return unlessNotServed(async () => {
    const answer = await wire.call('states', 'TestState', { ...requestOf(row), roleArn: RECORDED_ROLE });
    return sameAnswer(row.expected, answer) ? PASSED : failed(row.expected, answer);
  });
}

/** The one task that is not mocked is answered with what the inspection, or else the output, shows of its result. */
function tasksOf({ definition, request, expected }: AslRow): RecordedTask[] {
  if (!isJsonObject(definition) || definition.Type !== 'Task' || request?.mock !== undefined) return [];
  const { inspectionData, output, error, cause } = expected;
  const shown = isJsonObject(inspectionData) ? inspectionData.result : undefined;
  const result =
    error === undefined
      ? { kind: 'TaskSucceeded', output: shown ?? output }
      : { kind: 'TaskFailed', error: String(error), cause };
  const resource = String(definition.Resource);
  const resourceType = /^arn:aws:states:::(?:aws-sdk:)?(\w+):/.exec(resource)?.[1] ?? null;
  return [{ state: 'StateName', resource, resourceType, result }];
}

/** The recorder kept no role; none of the recorded refusals came later than the check that one is there. */
export function judgeTestStateError(wire: Wire, row: AslRow): Promise<CaseVerdict> {
  return unlessNotServed(() => judgeRefusal(row, () => ask(wire, row)));
}

async function ask(wire: Wire, row: AslRow): Promise<JsonObject> {
  try {
    return await wire.call('states', 'TestState', requestOf(row));
  } catch (error) {
    if (error instanceof WireRefusal && error.code === NOT_SERVED) throw new NotServed();
    throw error;
  }
}

class NotServed extends Error {}

async function unlessNotServed(judge: () => Promise<CaseVerdict>): Promise<CaseVerdict> {
  try {
    return await judge();
  } catch (error) {
    const notServed = error instanceof NotServed || (error instanceof WireRefusal && error.code === NOT_SERVED);
    if (notServed) return outOfScope('test-state: TestState is not served');
    throw error;
  }
}

function requestOf(row: AslRow): JsonObject {
  const request: Record<string, unknown> = { ...row.request, definition: definitionText(row) };
  for (const member of TEXT_MEMBERS) {
    const value = request[member];
    if (value !== undefined && !isJsonText(value)) request[member] = JSON.stringify(value);
  }
  return request;
}

function isJsonText(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function sameAnswer(expected: JsonObject, actual: JsonObject): boolean {
  return Object.entries(expected).every(([member, value]) => {
    if (member === 'inspectionData' && isJsonObject(value)) return sameInspection(value, actual.inspectionData);
    return member === 'status' ? value === actual.status : agreesParsed(value, actual[member]);
  });
}

/** All that was recorded, and nothing else. */
function sameInspection(expected: JsonObject, actual: unknown): boolean {
  if (!isJsonObject(actual)) return false;
  const names = Object.keys(expected);
  if (names.length !== Object.keys(actual).length) return false;
  return names.every(name => agrees(expected[name], actual[name]) || agreesParsed(expected[name], actual[name]));
}
