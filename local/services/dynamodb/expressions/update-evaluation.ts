/**
 * Applies bound updates to items.
 *
 * Invariants:
 * 1. Every operand is read from the item as it was before the update.
 * 2. The item before is not changed; the item after shares with it only what the update does not touch.
 * 3. List indexes mean the list before the update: assignments come first, removals last and from the end.
 */
import { AwsError } from '../../../cloud/aws-error.ts';
import { difference, isSet, setType, union } from '../values/attribute-set.ts';
import {
  type AttributeValue,
  attributeOf,
  copyValue,
  type Item,
  type ItemDraft,
  setAttribute,
} from '../values/attribute-value.ts';
import { addNumbers, subtractNumbers } from '../values/decimal.ts';
import { childOf, type DocumentPath, resolvePath } from './document-path.ts';
import type { BoundClause, BoundUpdate, UpdateOperand } from './update-binding.ts';
import type { SetValue } from './update-parser.ts';

/** The value that a path gets; undefined: it goes. */
interface Assignment {
  readonly path: DocumentPath;
  readonly value: AttributeValue | undefined;
}

/** @throws AwsError ValidationException when a path leads nowhere or an operand has the wrong type */
export function applyUpdate(update: BoundUpdate, before: Item): Item {
  const assignments = update.flatMap(clause => assignmentsOf(clause, before));
  const draft: ItemDraft = { ...before };
  copyTouched(draft, assignments);
  for (const { path, value } of inOrder(assignments)) {
    if (value) assign(draft, path, value);
    else remove(draft, path);
  }
  return draft;
}

/** The types of a document that is being changed; only ever applied to copies. */
type Draft = { L: AttributeValue[] } | { M: ItemDraft };

function assignmentsOf(clause: BoundClause, before: Item): Assignment[] {
  const { path } = clause;
  switch (clause.action) {
    case 'SET':
      return [{ path, value: evaluateSet(clause.value, before) }];
    case 'REMOVE':
      return [{ path, value: undefined }];
    case 'ADD':
      return [{ path, value: added(resolvePath(before, path), evaluateOperand(clause.operand, before)) }];
    case 'DELETE': {
      const current = resolvePath(before, path);
      return current ? [{ path, value: deleted(current, evaluateOperand(clause.operand, before)) }] : [];
    }
  }
}

function evaluateSet(value: SetValue<UpdateOperand>, before: Item): AttributeValue {
  if (value.kind === 'operand') return evaluateOperand(value.operand, before);
  const left = evaluateOperand(value.left, before);
  const right = evaluateOperand(value.right, before);
  if (!('N' in left) || !('N' in right)) throw wrongType();
  return { N: value.operator === '+' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
}

function evaluateOperand(operand: UpdateOperand, before: Item): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = resolvePath(before, operand.path);
      if (!value) throw invalid('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'if_not_exists':
      return resolvePath(before, operand.path) ?? evaluateOperand(operand.fallback, before);
    case 'list_append': {
      const first = evaluateOperand(operand.first, before);
      const second = evaluateOperand(operand.second, before);
      if (!('L' in first) || !('L' in second)) throw wrongType();
      return { L: [...first.L, ...second.L] };
    }
  }
}

function added(current: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (!current) return operand;
  if ('N' in current && 'N' in operand) return { N: addNumbers(current.N, operand.N) };
  if (isSet(current) && isSet(operand) && setType(current) === setType(operand)) return union(current, operand);
  throw wrongType();
}

function deleted(current: AttributeValue, operand: AttributeValue): AttributeValue | undefined {
  if (isSet(current) && isSet(operand) && setType(current) === setType(operand)) return difference(current, operand);
  throw wrongType();
}

/** Copies the documents that nested paths lead into, so that they can be changed in place. */
function copyTouched(draft: ItemDraft, assignments: readonly Assignment[]): void {
  const nested = assignments.filter(({ path }) => path.length > 1).map(({ path }) => path[0] as string); // paths begin with a name
  for (const name of new Set(nested)) {
    const value = attributeOf(draft, name);
    if (value) setAttribute(draft, name, copyValue(value));
  }
}

/** Assignments by rising index, then removals: deeper ones first, and by falling index. */
function inOrder(assignments: readonly Assignment[]): Assignment[] {
  const sets = assignments.filter(({ value }) => value !== undefined);
  const removals = assignments.filter(({ value }) => value === undefined);
  sets.sort((a, b) => lastIndex(a) - lastIndex(b));
  removals.sort((a, b) => b.path.length - a.path.length || lastIndex(b) - lastIndex(a));
  return [...sets, ...removals];
}

function lastIndex({ path }: Assignment): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

function assign(draft: ItemDraft, path: DocumentPath, value: AttributeValue): void {
  const last = path.at(-1);
  const parent = parentOf(draft, path);
  if (typeof last === 'string' && 'M' in parent) setAttribute(parent.M, last, value);
  else if (typeof last === 'number' && 'L' in parent) parent.L[Math.min(last, parent.L.length)] = value;
  else throw invalidPath();
}

function remove(draft: ItemDraft, path: DocumentPath): void {
  const last = path.at(-1);
  const parent = parentOf(draft, path);
  if (typeof last === 'string' && 'M' in parent) delete parent.M[last];
  else if (typeof last === 'number' && 'L' in parent) parent.L.splice(last, 1);
  else throw invalidPath();
}

/** What the path's last step leads out of. */
function parentOf(draft: ItemDraft, path: DocumentPath): Draft {
  let parent: AttributeValue | undefined = { M: draft };
  for (const step of path.slice(0, -1)) parent = parent && childOf(parent, step);
  if (!parent || !('M' in parent || 'L' in parent)) throw invalidPath();
  return parent as Draft; // a copy of our own, see `copyTouched`
}

function invalidPath(): AwsError {
  return invalid('The document path provided in the update expression is invalid for update');
}

function wrongType(): AwsError {
  return invalid('An operand in the update expression has an incorrect data type');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
