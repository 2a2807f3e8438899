import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { checkChoices } from './check-choices.ts';
import { checkErrorHandling } from './check-error-handling.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkLanguage } from './check-language.ts';
import { checkMap } from './check-map.ts';
import { checkPaths } from './check-paths.ts';
import { checkResource } from './check-resource.ts';
import { checkWait } from './check-wait.ts';
import type { GraphPlace } from './graph-place.ts';
import type { StateType } from './state-definition.ts';
import { allowsField, EXCLUSIVE_FIELDS, isStateType, requiredFields } from './state-fields.ts';

/** A state whose type is known, and where it stands. */
export interface StatePlace extends GraphPlace {
  readonly type: StateType;
}

/** Checks one state, and the states inside it. */
export function checkState(state: unknown, place: GraphPlace): void {
  const { report, location } = place;
  if (!isJsonObject(state)) {
    report.error('Expected value of type Object', location);
    return;
  }
  const { Type } = state;
  if (Type === undefined) {
    report.error('These fields are required: [Type]', location);
    return;
  }
  if (!isStateType(Type)) {
    const rule = `The field 'Type' should have one of these values: [${STATE_TYPES.join(', ')}]`;
    report.error(rule, `${location}/Type`);
    return;
  }
  const language = checkLanguage(state.QueryLanguage, place);
  checkFields(state, { ...place, type: Type, language });
  checkContent(state, { ...place, type: Type, language });
}

/** In AWS's order. */
const STATE_TYPES = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'];

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
  CONTENT_CHECKS[place.type]?.(state, place);
}

/** What only one type of state has. */
const CONTENT_CHECKS: Readonly<Partial<Record<StateType, (state: JsonObject, place: StatePlace) => void>>> = {
  Task: checkResource,
  Choice: checkChoices,
  Wait: checkWait,
  Map: checkMap,
  Parallel: checkBranches,
};

function checkBranches({ Branches }: JsonObject, place: StatePlace): void {
  const { report, location, machineLanguage } = place;
  if (Branches === undefined) return;
  if (!Array.isArray(Branches)) {
    report.error('Expected value of type Array', `${location}/Branches`);
    return;
  }
  if (Branches.length === 0) report.error('Value cannot be empty', `${location}/Branches`);
  for (const [index, branch] of Branches.entries()) {
    place.checkGraph(branch, { ...place, location: `${location}/Branches[${index}]`, language: machineLanguage });
  }
}
