import { isJsonObject } from '../json-object.ts';
import { matchesFilter } from './filter.ts';
import { type JsonPath, JsonPathNotFoundError, type PathStep } from './json-path.ts';
import { applyPathFunction } from './path-function.ts';

/**
 * Answers what the steps of a path select from `root`, as AWS (whose reader is Jayway's) does: one value for a definite
 * path, an array for an indefinite one, which is empty when nothing is there.
 *
 * @throws JsonPathNotFoundError when a definite path leads nowhere
 */
export function evaluateJsonPath(path: JsonPath, root: unknown): unknown {
  const call = path.steps.at(-1);
  if (call?.kind === 'function') return applyPathFunction(call.name, select(path, path.steps.slice(0, -1), root));
  return select(path, path.steps, root);
}

function select(path: JsonPath, steps: readonly PathStep[], root: unknown): unknown {
  let selected: unknown[] = [root];
  let definite = true;
  for (const [index, step] of steps.entries()) {
    definite &&= isSingle(step);
    selected = selected.flatMap(value => take(step, value, root));
    if (selected.length === 0 && definite && steps.every(isSingle)) throw notFound(path, index);
  }
  return definite ? selected[0] : selected;
}

function isSingle(step: PathStep): boolean {
  return (step.kind === 'members' && step.names.length === 1) || (step.kind === 'indexes' && step.indexes.length === 1);
}

function take(step: PathStep, value: unknown, root: unknown): unknown[] {
  switch (step.kind) {
    case 'members':
      return isJsonObject(value) ? step.names.filter(name => Object.hasOwn(value, name)).map(name => value[name]) : [];
    case 'indexes':
      return Array.isArray(value) ? step.indexes.flatMap(index => itemAt(value, index)) : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from ?? 0, step.to ?? value.length) : [];
    case 'wildcard':
      return children(value);
    case 'descent':
      return descendants(value);
    case 'filter':
      return filterCandidates(value).filter(item =>
        matchesFilter(step.filter, { item, root, evaluate: evaluateJsonPath }),
      );
    case 'function':
      return [applyPathFunction(step.name, value)];
  }
}

function itemAt(values: readonly unknown[], index: number): unknown[] {
  const position = index < 0 ? values.length + index : index;
  return position >= 0 && position < values.length ? [values[position]] : [];
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function descendants(value: unknown): unknown[] {
  return [value, ...children(value).flatMap(descendants)];
}

/** A filter looks at the items of an array, or at an object itself. */
function filterCandidates(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? [value] : [];
}

function notFound(path: JsonPath, index: number): JsonPathNotFoundError {
  const last = index === path.steps.length - 1;
  const place = canonicalPath(path.steps.slice(0, index + 1));
  return new JsonPathNotFoundError(last ? `No results for path: ${place}` : `Missing property in path ${place}`);
}

function canonicalPath(steps: readonly PathStep[]): string {
  const parts = steps.map(step => {
    if (step.kind === 'members') return `[${step.names.map(name => `'${name}'`).join(',')}]`;
    return step.kind === 'indexes' ? `[${step.indexes.join(',')}]` : '';
  });
  return `$${parts.join('')}`;
}
