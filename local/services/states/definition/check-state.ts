import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { checkChoices } from './check-choices.ts';
import { checkErrorHandling } from './check-error-handling.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkMap } from './check-map.ts';
import type { GraphPlace } from './check-machine.ts';
import { checkPaths } from './check-paths.ts';
import { checkResource } from './check-resource.ts';
import { checkWait } from './check-wait.ts';
import type { QueryLanguage, StateType } from './state-definition.ts';
import { allowsField, EXCLUSIVE_FIELDS, isStateType, requiredFields } from './state-fields.ts';

/** A state whose type is known, and where it stands. */
export interface StatePlace extends GraphPlace {
  readonly type: StateType;
}

/** Checks one state, and the states inside it. */
export function checkState(state: unknown, place: GraphPlace): void {
  const { report, location } = place;
  if (!isJsonObject(state)) return report.error('Expected value of type Object', location);
  const { Type } = state;
  if (Type === undefined) return report.error('These fields are required: [Type]', location);
  if (!isStateType(Type)) return report.error(`Unknown state type: ${Type}`, `${location}/Type`);
  const language = languageOf(state, place);
  checkFields(state, { ...place, type: Type, language });
  return checkContent(state, { ...place, type: Type, language });
}

function languageOf(state: JsonObject, { report, location, language, machineLanguage }: GraphPlace): QueryLanguage {
  const { QueryLanguage } = state;
  if (QueryLanguage === undefined) return language;
  if (QueryLanguage !== 'JSONPath' && QueryLanguage !== 'JSONata') {
    report.error('Value is not valid. Accepted values are: [JSONPath, JSONata]', `${location}/QueryLanguage`);
    return language;
  }
  if (machineLanguage === 'JSONata' && QueryLanguage === 'JSONPath') {
    const rule = `'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine`;
    report.error(rule, `${location}/QueryLanguage`);
  }
  return QueryLanguage;
}

function checkFields(state: JsonObject, { report, location, type, language }: StatePlace): void {
  for (const field of Object.keys(state)) {
    if (!allowsField(type, language, field)) report.error('Field is not supported', `${location}/${field}`);
  }
  const missing = requiredFields(type).filter(field => state[field] === undefined);
  if (missing.length > 0) report.error(`These fields are required: [${missing.join(', ')}]`, location);
  for (const group of EXCLUSIVE_FIELDS) {
    const present = group.filter(field => state[field] !== undefined);
    if (present.length > 1) report.error(`Only one of these fields is allowed: [${group.join(', ')}]`, location);
  }
  if (allowsField(type, language, 'Next') && state.Next === undefined && state.End !== true) {
    report.error('One of these fields is required: [Next, End]', location);
  }
}

function checkContent(state: JsonObject, place: StatePlace): void {
  if (place.language === 'JSONata') checkExpressions(state, place);
  else checkPaths(state, place);
  checkErrorHandling(state, place);
  switch (place.type) {
    case 'Task':
      return checkResource(state, place);
    case 'Choice':
      return checkChoices(state, place);
    case 'Wait':
      return checkWait(state, place);
    case 'Map':
      return checkMap(state, place);
    case 'Parallel':
      return checkBranches(state, place);
    default:
      return undefined;
  }
}

function checkBranches({ Branches }: JsonObject, place: StatePlace): void {
  const { report, location, machineLanguage } = place;
  if (Branches === undefined) return;
  if (!Array.isArray(Branches)) return report.error('Expected value of type Array', `${location}/Branches`);
  for (const [index, branch] of Branches.entries()) {
    place.checkGraph(branch, { ...place, location: `${location}/Branches[${index}]`, language: machineLanguage });
  }
}
