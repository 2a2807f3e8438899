import { isJsonObject } from '../json-object.ts';
import { JsonPathNotFoundError } from './json-path.ts';

type PathFunction = (value: unknown) => unknown;

const FUNCTIONS: Readonly<Record<string, PathFunction>> = {
  length: value => (Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : null),
  keys: value => (isJsonObject(value) ? Object.keys(value) : null),
  first: value => (Array.isArray(value) ? (value[0] ?? null) : null),
  last: value => (Array.isArray(value) ? (value.at(-1) ?? null) : null),
  sum: value => numbers(value).reduce((sum, item) => sum + item, 0),
  avg: value => numbers(value).reduce((sum, item) => sum + item, 0) / Math.max(1, numbers(value).length),
  min: value => Math.min(...numbers(value)),
  max: value => Math.max(...numbers(value)),
};

/** `.length()`, `.sum()` and the like at the end of a path. */
export function applyPathFunction(name: string, value: unknown): unknown {
  const implementation = FUNCTIONS[name];
  if (!implementation) throw new JsonPathNotFoundError(`Function with name: ${name} does not exist.`);
  return implementation(value);
}

function numbers(value: unknown): number[] {
  const found = Array.isArray(value) ? value.filter(item => typeof item === 'number') : [];
  if (found.length === 0)
    throw new JsonPathNotFoundError('Aggregation function attempted to calculate value using empty array');
  return found;
}
