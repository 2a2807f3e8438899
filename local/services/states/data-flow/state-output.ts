import type { JsonObject } from '../../../cloud/service.ts';
import { runtimeFailure } from '../execution/state-failure.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { parseJsonPath } from '../json-path/parse-json-path.ts';
import { putAtReferencePath, ReferencePathError } from '../json-path/reference-path.ts';
import { fillJsonataTemplate, jsonataView, type StatesExtra } from './jsonata-template.ts';
import { pathView, readFieldPath } from './path-view.ts';
import { fillPayloadTemplate } from './payload-template.ts';

/** The fields that shape an output: a state's own, or those of a catcher or a choice rule. */
export interface OutputFields {
  readonly ResultSelector?: unknown;
  readonly ResultPath?: unknown;
  readonly OutputPath?: unknown;
  readonly Output?: unknown;
  readonly Assign?: unknown;
  readonly [field: string]: unknown;
}

/** Shapes a result (of a task, a branch, a literal) into a state's output and variables. */
export async function outcomeOfResult(visit: StateVisit, result: unknown): Promise<StateOutcome> {
  const { test } = visit.setting;
  test?.note('result', result);
  if (visit.language === 'JSONata') return jsonataOutcome(visit, visit.state, { extra: { result }, otherwise: result });
  const { ResultSelector } = visit.state;
  const selected = ResultSelector === undefined ? result : fillPayloadTemplate(ResultSelector, pathView(visit, result));
  test?.note('afterResultSelector', selected);
  const merged = putResult(visit.state.ResultPath, visit.input, selected);
  test?.note('afterResultPath', merged);
  return { output: outputPath(visit, merged), ...assignFrom(visit, visit.state, selected) };
}

/** Lets the input through, for states that make no result. */
export async function outcomeOfInput(visit: StateVisit, input: unknown, fields?: OutputFields): Promise<StateOutcome> {
  const shaping = fields ?? visit.state;
  if (visit.language === 'JSONata') return jsonataOutcome(visit, shaping, { extra: {}, otherwise: visit.input });
  return { output: outputPath(visit, input), ...assignFrom(visit, shaping, input) };
}

/** Shapes an error into what a catcher hands on. */
export async function outcomeOfError(visit: StateVisit, error: unknown, catcher: OutputFields): Promise<StateOutcome> {
  if (visit.language === 'JSONata') {
    return jsonataOutcome(visit, catcher, { extra: { errorOutput: error }, otherwise: error });
  }
  return { output: putResult(catcher.ResultPath, visit.input, error), ...assignFrom(visit, catcher, error) };
}

interface JsonataShaping {
  readonly extra: StatesExtra;
  readonly otherwise: unknown;
}

async function jsonataOutcome(visit: StateVisit, fields: OutputFields, shaping: JsonataShaping): Promise<StateOutcome> {
  const view = jsonataView(visit, shaping.extra);
  const output =
    fields.Output === undefined ? shaping.otherwise : await fillJsonataTemplate(fields.Output, view, 'Output');
  if (fields.Assign === undefined) return { output };
  const assigned = await fillJsonataTemplate(fields.Assign, view, 'Assign');
  return { output, assigned: assigned as JsonObject }; // the definition's validation made sure that Assign is an object
}

function assignFrom(visit: StateVisit, fields: OutputFields, data: unknown): { assigned?: JsonObject } {
  if (fields.Assign === undefined) return {};
  return { assigned: fillPayloadTemplate(fields.Assign, pathView(visit, data)) as JsonObject }; // an object, as above
}

function putResult(path: unknown, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  if (path === undefined) return result;
  try {
    return putAtReferencePath(input, parseJsonPath(String(path)), result);
  } catch (error) {
    if (!(error instanceof ReferencePathError)) throw error;
    throw runtimeFailure(error.message, error);
  }
}

function outputPath(visit: StateVisit, data: unknown): unknown {
  const { OutputPath } = visit.state;
  if (OutputPath === undefined) return data;
  return OutputPath === null ? {} : readFieldPath(String(OutputPath), pathView(visit, data));
}
