import type { Ids } from '../../../cloud/ids.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { runtimeFailure } from '../execution/state-failure.ts';
import { contextObject, type StateVisit } from '../execution/state-visit.ts';
import type { VariableScope } from '../execution/variable-scope.ts';
import { evaluateJsonPath } from '../json-path/evaluate-json-path.ts';
import { type JsonPath, JsonPathNotFoundError } from '../json-path/json-path.ts';
import { parseJsonPath } from '../json-path/parse-json-path.ts';

/** What the paths of one field look at. */
export interface PathView {
  /** `$` */
  readonly data: unknown;
  readonly scope: VariableScope;
  readonly ids: Ids;
  /** `$$` */
  context(): JsonObject;
}

/** A view of `data` from inside a state. */
export function pathView(visit: StateVisit, data: unknown): PathView {
  return { data, scope: visit.scope, ids: visit.setting.cloud.ids, context: () => contextObject(visit) };
}

/** Where a path starts. @throws JsonPathNotFoundError for a variable that nobody assigned */
export function pathRoot(path: JsonPath, view: PathView): unknown {
  switch (path.root.kind) {
    case 'data':
      return view.data;
    case 'context':
      return view.context();
    case 'variable':
      if (view.scope.has(path.root.name)) return view.scope.get(path.root.name);
      throw new JsonPathNotFoundError(`No results for path: $['${path.root.name}']`);
  }
}

/** @throws JsonPathNotFoundError */
export function readJsonPath(path: JsonPath, view: PathView): unknown {
  return evaluateJsonPath(path, pathRoot(path, view));
}

/** Reads the path of a `…Path` field. @throws StateFailure (States.Runtime) when it leads nowhere */
export function readFieldPath(text: string, view: PathView): unknown {
  try {
    return readJsonPath(parseJsonPath(text), view);
  } catch (error) {
    if (error instanceof JsonPathNotFoundError) {
      throw runtimeFailure(`Invalid path '${text}' : ${error.message}`, error);
    }
    throw error;
  }
}

/** Reads a path that may lead nowhere. */
export function findAtPath(text: string, view: PathView): { readonly value: unknown } | undefined {
  try {
    return { value: readJsonPath(parseJsonPath(text), view) };
  } catch (error) {
    if (error instanceof JsonPathNotFoundError) return undefined;
    throw error;
  }
}
