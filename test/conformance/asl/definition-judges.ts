/** Compares what the service says about definitions with what was recorded. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import { agrees } from '../agreement.ts';
import { type CaseVerdict, failed, PASSED } from '../verdict.ts';
import { type Wire, WireRefusal } from '../wire.ts';
import { type AslRow, definitionText, RECORDED_ROLE } from './asl-row.ts';

/** The client's own refusal, as the service words it that is asked without the client's check. */
const CLIENT_REFUSAL = 'ParamValidationError';

/** The code of a recorded refusal, which has several spellings. */
export function recordedCode({ error }: JsonObject): unknown {
  if (!isJsonObject(error)) return error;
  const code = error.Code ?? error.Exception;
  return code === CLIENT_REFUSAL ? 'ValidationException' : code;
}

/** Only the code is AWS's for certain: some messages were recorded elsewhere. */
export async function judgeRefusal(row: AslRow, ask: () => Promise<JsonObject>): Promise<CaseVerdict> {
  try {
    return failed(row.expected, await ask());
  } catch (error) {
    if (!(error instanceof WireRefusal)) throw error;
    const same = error.code === recordedCode(row.expected);
    return same ? PASSED : failed(row.expected, `${error.code}: ${error.message}`);
  }
}

export function judgeCreateError(wire: Wire, row: AslRow): Promise<CaseVerdict> {
  const logging = // the recorder keeps no object here, only that there was one
    typeof row.request?.loggingConfiguration === 'string' ? { loggingConfiguration: { level: 'ALL' } } : {};
  const request = { ...row.request, ...logging, name: 'recorded', roleArn: RECORDED_ROLE };
  const definition = definitionText(row);
  return judgeRefusal(row, () => wire.call('states', 'CreateStateMachine', { ...request, definition }));
}

export async function judgeDiagnostics(wire: Wire, row: AslRow): Promise<CaseVerdict> {
  const answer = await validate(wire, row);
  return agrees(row.expected, answer) ? PASSED : failed(row.expected, answer);
}

/** The linters know the language and no services: what is said about a Resource does not count. */
export async function judgeValidity(wire: Wire, row: AslRow): Promise<CaseVerdict> {
  const { diagnostics } = await validate(wire, row);
  const found = (diagnostics as JsonObject[]).filter(({ location }) => !String(location).endsWith('/Resource'));
  return (found.length === 0) === row.expected.valid ? PASSED : failed(row.expected, found);
}

function validate(wire: Wire, row: AslRow): Promise<JsonObject> {
  const type = row.type === undefined ? {} : { type: row.type };
  return wire.call('states', 'ValidateStateMachineDefinition', { definition: definitionText(row), ...type });
}
