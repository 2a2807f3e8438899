import type { JsonObject } from '../../../cloud/service.ts';
import { queryFailure } from '../execution/state-failure.ts';
import { contextObject, type StateVisit } from '../execution/state-visit.ts';
import { isJsonObject } from '../json-object.ts';
import { evaluateJsonata, JsonataError, jsonataSource } from '../jsonata/jsonata-expression.ts';
import { jsonataFunctions } from '../jsonata/jsonata-functions.ts';

/** What `$states` holds besides the input and the context. */
export interface StatesExtra {
  readonly result?: unknown;
  readonly errorOutput?: unknown;
}

/** What the expressions of a state can see. */
export interface JsonataView {
  readonly bindings: JsonObject;
}

/** The view from inside a state: its variables, `$states` and the functions. */
export function jsonataView(visit: StateVisit, extra: StatesExtra = {}): JsonataView {
  const { cloud } = visit.setting;
  const states = { input: visit.input, context: contextObject(visit), ...extra };
  return { bindings: { ...jsonataFunctions({ clock: cloud.clock, ids: cloud.ids }), ...visit.scope.all(), states } };
}

/**
 * Fills a JSON value whose texts may be `{% … %}` expressions. `field` says where it stands (`Output/total`).
 * @throws StateFailure (States.QueryEvaluationError)
 */
export async function fillJsonataTemplate(template: unknown, view: JsonataView, field: string): Promise<unknown> {
  if (typeof template === 'string') return evaluateText(template, view, field);
  if (Array.isArray(template)) {
    return Promise.all(template.map((item, i) => fillJsonataTemplate(item, view, `${field}[${i}]`)));
  }
  if (!isJsonObject(template)) return template;
  const entries = Object.entries(template).map(
    async ([name, value]) => [name, await fillJsonataTemplate(value, view, `${field}/${name}`)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluateText(text: string, view: JsonataView, field: string): Promise<unknown> {
  const source = jsonataSource(text);
  if (source === undefined) return text;
  const value = await evaluateSource(source, view, field);
  if (value !== undefined) return value;
  throw queryFailure(
    `The JSONata expression '${source}' specified for the field '${field}' returned nothing (undefined).`,
    field,
  );
}

async function evaluateSource(source: string, view: JsonataView, field: string): Promise<unknown> {
  try {
    return await evaluateJsonata(source, view);
  } catch (error) {
    if (!(error instanceof JsonataError)) throw error;
    const detail = `The JSONata expression '${source}' specified for the field '${field}' threw an error during evaluation. ${error.code}: ${error.message}`;
    throw queryFailure(detail, field, error);
  }
}
