/** Compares what the engine says about definitions with what was recorded. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import { agrees } from './asl-judge.ts';
import { type AslRow, newEngine, RECORDED_ACTIVITY } from './asl-oracle.ts';

function definitionText(row: AslRow): string {
  if (row.definitionRaw !== undefined) return row.definitionRaw;
  if (typeof row.definition === 'string') return row.definition;
  return JSON.stringify(row.definition).replaceAll('"Resource":"<dummy>"', `"Resource":"${RECORDED_ACTIVITY}"`);
}

/** Only the code is AWS's for certain: some messages were recorded elsewhere. */
export async function judgeCreateError(row: AslRow): Promise<string | undefined> {
  const request = { ...row.request, name: 'recorded', roleArn: 'arn:aws:iam::000000000000:role/recorded' };
  const logging =
    typeof row.request?.loggingConfiguration === 'string' ? { loggingConfiguration: { level: 'ALL' } } : {};
  const error = isJsonObject(row.expected.error) ? row.expected.error : {};
  try {
    await newEngine().call('CreateStateMachine', { ...request, ...logging, definition: definitionText(row) });
    return 'created';
  } catch (refusal) {
    const code = refusal instanceof Error ? refusal.name : String(refusal);
    return code === (error.Code ?? error.Exception) ? undefined : String(refusal);
  }
}

export async function judgeDiagnostics(row: AslRow): Promise<string | undefined> {
  const answer = await validate(row);
  return agrees(row.expected, answer) ? undefined : JSON.stringify(answer);
}

/** The linters know the language and no services: what is said about a Resource does not count. */
export async function judgeValidity(row: AslRow): Promise<string | undefined> {
  const { diagnostics } = await validate(row);
  const found = (diagnostics as JsonObject[]).filter(({ location }) => !String(location).endsWith('/Resource'));
  return (found.length === 0) === row.expected.valid ? undefined : JSON.stringify(found);
}

function validate(row: AslRow): Promise<JsonObject> {
  return newEngine().call('ValidateStateMachineDefinition', { definition: definitionText(row), type: row.type });
}
