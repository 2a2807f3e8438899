import { runtimeFailure } from '../execution/state-failure.ts';
import { evaluateIntrinsic } from '../intrinsics/evaluate-intrinsic.ts';
import { IntrinsicError } from '../intrinsics/intrinsic-call.ts';
import { looksLikeIntrinsic, parseIntrinsic } from '../intrinsics/parse-intrinsic.ts';
import { isJsonObject } from '../json-object.ts';
import { type JsonPath, JsonPathNotFoundError } from '../json-path/json-path.ts';
import { parseJsonPath } from '../json-path/parse-json-path.ts';
import { type PathView, pathRoot, readJsonPath } from './path-view.ts';

/**
 * Fills a payload template (`Parameters`, `ResultSelector`, `ItemSelector`, `Assign`): a member whose name ends in `.$`
 * holds a path or an intrinsic function, and loses the ending. @throws StateFailure (States.Runtime)
 */
export function fillPayloadTemplate(template: unknown, view: PathView): unknown {
  if (Array.isArray(template)) return template.map(item => fillPayloadTemplate(item, view));
  if (!isJsonObject(template)) return template;
  const filled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(template)) {
    if (name.endsWith('.$') && typeof value === 'string') {
      filled[name.slice(0, -2)] = evaluateExpression(value, view, name);
    } else filled[name] = fillPayloadTemplate(value, view);
  }
  return filled;
}

/** Works out a path or an intrinsic function; `field` is named in errors. @throws StateFailure (States.Runtime) */
export function evaluateExpression(text: string, view: PathView, field: string): unknown {
  if (looksLikeIntrinsic(text)) return callIntrinsic(text, view);
  const path = parseJsonPath(text);
  try {
    return readJsonPath(path, view);
  } catch (error) {
    if (!(error instanceof JsonPathNotFoundError)) throw error;
    const detail = `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${inputText(path, view)}'`;
    throw runtimeFailure(detail, error);
  }
}

function callIntrinsic(text: string, view: PathView): unknown {
  const readPath = (path: JsonPath) => {
    try {
      return readJsonPath(path, view);
    } catch (error) {
      if (!(error instanceof JsonPathNotFoundError)) throw error;
      const place = `in the input '${inputText(path, view)}'`;
      throw new IntrinsicError(`The JsonPath argument for the field '${path.text}' could not be found ${place}`);
    }
  };
  try {
    return evaluateIntrinsic(parseIntrinsic(text), { ids: view.ids, readPath });
  } catch (error) {
    if (!(error instanceof IntrinsicError)) throw error;
    throw runtimeFailure(`The function '${text}' had the following error: ${error.message}`, error);
  }
}

function inputText(path: JsonPath, view: PathView): string {
  const root = path.root.kind === 'variable' && !view.scope.has(path.root.name) ? view.data : pathRoot(path, view);
  return JSON.stringify(root);
}
