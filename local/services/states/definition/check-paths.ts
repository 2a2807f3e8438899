import type { JsonObject } from '../../../cloud/service.ts';
import { isIntrinsicName } from '../intrinsics/evaluate-intrinsic.ts';
import type { IntrinsicCall } from '../intrinsics/intrinsic-call.ts';
import { looksLikeIntrinsic, parseIntrinsic } from '../intrinsics/parse-intrinsic.ts';
import { isJsonObject } from '../json-object.ts';
import { type JsonPath, JsonPathSyntaxError } from '../json-path/json-path.ts';
import { parseJsonPath } from '../json-path/parse-json-path.ts';
import type { DefinitionReport } from './definition-report.ts';

export interface PathPlace {
  readonly report: DefinitionReport;
  readonly location: string;
}

const TEMPLATE_FIELDS = ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Credentials'];
/** Fields whose path may be null: nothing is taken. */
const NULLABLE_PATHS = ['InputPath', 'OutputPath'];
const PATH_FIELDS = [
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
];
/** Paths that may be intrinsic functions instead. */
const EXPRESSION_FIELDS = ['ErrorPath', 'CausePath'];

/** Checks the paths and payload templates of a JSONPath state. */
export function checkPaths(state: JsonObject, { report, location }: PathPlace): void {
  const present = (fields: readonly string[]) => fields.filter(field => state[field] !== undefined);
  for (const field of present(NULLABLE_PATHS)) {
    if (state[field] !== null) checkPath(state[field], { report, location: `${location}/${field}` });
  }
  for (const field of present(PATH_FIELDS)) checkPath(state[field], { report, location: `${location}/${field}` });
  for (const field of present(EXPRESSION_FIELDS)) checkExpression(state[field], field, { report, location });
  for (const field of present(TEMPLATE_FIELDS))
    checkTemplate(state[field], { report, location: `${location}/${field}` });
  checkResultPath(state.ResultPath, { report, location: `${location}/ResultPath` });
  if (state.Assign !== undefined) checkObject(state.Assign, { report, location: `${location}/Assign` });
}

/** A reference path that a result can be put at, or null. */
export function checkResultPath(value: unknown, { report, location }: PathPlace): void {
  if (value === undefined || value === null) return;
  const path = parsed(value);
  if (path?.root.kind !== 'data' || !path.definite) report.error('Value is not a Reference Path', location);
}

/** A path to read from. */
export function checkPath(value: unknown, { report, location }: PathPlace): void {
  if (!parsed(value)) report.error('Value is not a valid JSONPath', location);
}

function parsed(value: unknown): JsonPath | undefined {
  if (typeof value !== 'string' || !value.startsWith('$')) return undefined;
  try {
    return parseJsonPath(value);
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return undefined;
    throw error;
  }
}

function checkObject(value: unknown, { report, location }: PathPlace): void {
  if (!isJsonObject(value)) report.error('Expected value of type Object', location);
}

/** A payload template, as a state or one of its catchers has it. */
export function checkTemplate(value: unknown, { report, location }: PathPlace): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkTemplate(item, { report, location: `${location}[${index}]` });
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (!name.endsWith('.$')) {
      checkTemplate(member, { report, location: `${location}/${name}` });
      continue;
    }
    checkExpression(member, name, { report, location });
    const plain = name.slice(0, -2);
    if (Object.hasOwn(value, plain)) report.error(`Duplicate field '${plain}' after evaluation`, location);
  }
}

function checkExpression(value: unknown, field: string, { report, location }: PathPlace): void {
  if (isExpression(value)) return;
  const rule = 'must be a valid JSONPath or a valid intrinsic function call';
  report.error(`The value for the field '${field}' ${rule}`, location);
}

function isExpression(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (!looksLikeIntrinsic(value)) return parsed(value) !== undefined;
  try {
    return isKnownCall(parseIntrinsic(value));
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return false;
    throw error;
  }
}

function isKnownCall(call: IntrinsicCall): boolean {
  return (
    isIntrinsicName(call.name) &&
    call.arguments.every(argument => argument.kind !== 'call' || isKnownCall(argument.call))
  );
}
