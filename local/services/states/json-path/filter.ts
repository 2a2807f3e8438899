import { isJsonObject, jsonEquals } from '../json-object.ts';
import {
  type FilterExpression,
  type FilterOperand,
  type FilterOperator,
  type JsonPath,
  JsonPathNotFoundError,
} from './json-path.ts';

/** What `@` and `$` mean inside a filter, and how a path is read. */
export interface FilterScope {
  readonly item: unknown;
  readonly root: unknown;
  readonly evaluate: (path: JsonPath, root: unknown) => unknown;
}

/** A value that a filter's path did not find; unlike null it equals nothing. */
const ABSENT = Symbol('absent');

/** Whether an item passes a filter. */
export function matchesFilter(filter: FilterExpression, scope: FilterScope): boolean {
  switch (filter.kind) {
    case 'or':
      return filter.terms.some(term => matchesFilter(term, scope));
    case 'and':
      return filter.terms.every(term => matchesFilter(term, scope));
    case 'not':
      return !matchesFilter(filter.term, scope);
    case 'exists':
      return exists(read(filter.operand, scope));
    case 'compare':
      return compare(filter.operator, read(filter.left, scope), read(filter.right, scope));
  }
}

function exists(value: unknown): boolean {
  return value !== ABSENT && !(Array.isArray(value) && value.length === 0);
}

function read(operand: FilterOperand, scope: FilterScope): unknown {
  if (operand.kind === 'literal') return operand.value;
  if (operand.kind === 'pattern') return operand.pattern;
  try {
    return scope.evaluate(operand.path, operand.relative ? scope.item : scope.root);
  } catch (error) {
    if (error instanceof JsonPathNotFoundError) return ABSENT;
    throw error;
  }
}

function compare(operator: FilterOperator, left: unknown, right: unknown): boolean {
  if (left === ABSENT || right === ABSENT) return operator === '!=' || operator === 'nin';
  switch (operator) {
    case '==':
      return jsonEquals(left, right);
    case '!=':
      return !jsonEquals(left, right);
    case '=~':
      return right instanceof RegExp && typeof left === 'string' && right.test(left);
    case 'in':
      return Array.isArray(right) && right.some(item => jsonEquals(item, left));
    case 'nin':
      return !(Array.isArray(right) && right.some(item => jsonEquals(item, left)));
    case 'contains':
      return contains(left, right);
    case 'size':
      return sizeOf(left) === right;
    case 'empty':
      return (sizeOf(left) === 0) === right;
    default:
      return isOrdered(operator, left, right);
  }
}

function contains(left: unknown, right: unknown): boolean {
  if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
  return Array.isArray(left) && left.some(item => jsonEquals(item, right));
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : -1;
}

function isOrdered(operator: '<' | '<=' | '>' | '>=', left: unknown, right: unknown): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
