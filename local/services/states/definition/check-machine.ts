import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { checkLanguage } from './check-language.ts';
import { checkState } from './check-state.ts';
import { checkTransitions } from './check-transitions.ts';
import type { DefinitionReport } from './definition-report.ts';
import type { GraphPlace } from './graph-place.ts';

const MACHINE_FIELDS = [
  'Comment',
  'StartAt',
  'States',
  'Version',
  'TimeoutSeconds',
  'QueryLanguage',
  'ProcessorConfig',
];
const LONGEST_NAME = 80;

/** Checks a whole state machine. */
export function checkMachine(definition: JsonObject, report: DefinitionReport): void {
  const { TimeoutSeconds } = definition;
  if (TimeoutSeconds !== undefined && !(Number.isInteger(TimeoutSeconds) && Number(TimeoutSeconds) > 0)) {
    report.error('Expected value of type Integer', '/TimeoutSeconds');
  }
  const defaults = { report, location: '', language: 'JSONPath', machineLanguage: 'JSONPath' } as const;
  const language = checkLanguage(definition.QueryLanguage, defaults);
  checkGraph(definition, { ...defaults, language, machineLanguage: language, checkGraph });
}

/** Checks states and how they lead to each other. */
function checkGraph(graph: unknown, place: GraphPlace): void {
  const { report, location } = place;
  if (!isJsonObject(graph)) {
    report.error('Expected value of type Object', location || '/');
    return;
  }
  for (const field of Object.keys(graph)) {
    if (!MACHINE_FIELDS.includes(field)) report.error('Field is not supported', `${location}/${field}`);
  }
  const missing = ['StartAt', 'States'].filter(field => graph[field] === undefined);
  if (missing.length > 0) {
    report.error(`These fields are required: [${missing.join(', ')}]`, location || '/');
    return;
  }
  if (!isJsonObject(graph.States)) {
    report.error('Expected value of type Object', `${location}/States`);
    return;
  }
  for (const [name, state] of Object.entries(graph.States)) {
    const at = `${location}/States/${name}`;
    checkName(name, { ...place, location: at });
    checkState(state, { ...place, location: at });
  }
  checkTransitions({ startAt: graph.StartAt, states: graph.States }, { report, location });
}

function checkName(name: string, { report, location }: GraphPlace): void {
  if (name.length > LONGEST_NAME) report.error(`State name cannot exceed ${LONGEST_NAME} characters`, location);
  if (report.stateNames.has(name)) {
    report.error(`Duplicate state name: ${name}`, location, 'DUPLICATE_STATE_NAME');
  }
  report.stateNames.add(name);
}
