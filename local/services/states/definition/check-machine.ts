import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { checkState } from './check-state.ts';
import { checkTransitions } from './check-transitions.ts';
import type { DefinitionReport } from './definition-report.ts';
import type { QueryLanguage } from './state-definition.ts';

const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage', 'ProcessorConfig'];
const LONGEST_NAME = 80;

/** Checks a whole state machine. */
export function checkMachine(definition: JsonObject, report: DefinitionReport): void {
  const { TimeoutSeconds } = definition;
  if (TimeoutSeconds !== undefined && !(Number.isInteger(TimeoutSeconds) && Number(TimeoutSeconds) > 0)) {
    report.error('Expected value of type Integer', '/TimeoutSeconds');
  }
  const language = checkLanguage(definition.QueryLanguage, { report, location: '', otherwise: 'JSONPath' });
  checkGraph(definition, { report, location: '', language, machineLanguage: language, checkGraph });
}

/** Where a check is, and how it goes on into the states inside a state. */
export interface GraphPlace {
  readonly report: DefinitionReport;
  /** A JSON pointer, without a slash at the end. */
  readonly location: string;
  /** The language of states that name none. */
  readonly language: QueryLanguage;
  readonly machineLanguage: QueryLanguage;
  readonly checkGraph: (graph: unknown, place: GraphPlace) => void;
}

/** Checks states and how they lead to each other. */
function checkGraph(graph: unknown, place: GraphPlace): void {
  const { report, location } = place;
  if (!isJsonObject(graph)) return report.error('Expected value of type Object', location || '/');
  for (const field of Object.keys(graph)) {
    if (!MACHINE_FIELDS.includes(field)) report.error('Field is not supported', `${location}/${field}`);
  }
  const missing = ['StartAt', 'States'].filter(field => graph[field] === undefined);
  if (missing.length > 0) return report.error(`These fields are required: [${missing.join(', ')}]`, location || '/');
  if (!isJsonObject(graph.States)) return report.error('Expected value of type Object', `${location}/States`);
  for (const [name, state] of Object.entries(graph.States)) {
    const at = `${location}/States/${name}`;
    checkName(name, { ...place, location: at });
    checkState(state, { ...place, location: at });
  }
  return checkTransitions({ startAt: graph.StartAt, states: graph.States }, { report, location });
}

function checkName(name: string, { report, location }: GraphPlace): void {
  if (name.length > LONGEST_NAME) report.error(`State name cannot exceed ${LONGEST_NAME} characters`, location);
  if (report.stateNames.has(name)) {
    report.error('State name must be unique within the scope of the whole state machine', location, 'DUPLICATE_STATE_NAME');
  }
  report.stateNames.add(name);
}

export interface LanguagePlace {
  readonly report: DefinitionReport;
  readonly location: string;
  readonly otherwise: QueryLanguage;
}

/** The language that a `QueryLanguage` field names. */
export function checkLanguage(value: unknown, { report, location, otherwise }: LanguagePlace): QueryLanguage {
  if (value === undefined) return otherwise;
  if (value === 'JSONPath' || value === 'JSONata') return value;
  report.error('Value is not valid. Accepted values are: [JSONPath, JSONata]', `${location}/QueryLanguage`);
  return otherwise;
}
