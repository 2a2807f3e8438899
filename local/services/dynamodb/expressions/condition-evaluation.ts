/** Evaluates bound conditions over items. Pure; a missing item is an empty one. */
import { isSet, membersOf } from '../values/attribute-set.ts';
import { type AttributeValue, type Item, sameValue, typeOf } from '../values/attribute-value.ts';
import { binarySizeBytes } from '../values/item-size.ts';
import { compareValues } from '../values/value-order.ts';
import type { BoundCondition, BoundOperand } from './condition-binding.ts';
import type { Comparator, ConditionFunction } from './condition-parser.ts';
import { resolvePath } from './document-path.ts';

export function evaluateCondition(condition: BoundCondition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every(part => evaluateCondition(part, item));
    case 'or':
      return condition.conditions.some(part => evaluateCondition(part, item));
    case 'not':
      return !evaluateCondition(condition.condition, item);
    case 'compare':
      return compare(condition.comparator, evaluate(condition.left, item), evaluate(condition.right, item));
    case 'between': {
      const value = evaluate(condition.operand, item);
      return (
        compare('>=', value, evaluate(condition.lower, item)) && compare('<=', value, evaluate(condition.upper, item))
      );
    }
    case 'in': {
      const value = evaluate(condition.operand, item);
      return condition.candidates.some(candidate => compare('=', value, evaluate(candidate, item)));
    }
    case 'function':
      return test(condition.name, condition.operands, item);
  }
}

function evaluate(operand: BoundOperand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return resolvePath(item, operand.path);
    case 'value':
      return operand.value;
    case 'size':
      return sizeOf(evaluate(operand.operand, item));
  }
}

/** A missing attribute equals nothing, is unequal to everything, and has no order. */
function compare(comparator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (comparator === '=') return left !== undefined && right !== undefined && sameValue(left, right);
  if (comparator === '<>') return !compare('=', left, right);
  const order = left && right ? compareValues(left, right) : undefined;
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function test(name: ConditionFunction, operands: readonly BoundOperand[], item: Item): boolean {
  const [first, second] = operands.map(operand => evaluate(operand, item));
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'attribute_type':
      return first !== undefined && second !== undefined && 'S' in second && typeOf(first) === second.S;
    case 'begins_with':
      return first !== undefined && second !== undefined && beginsWith(first, second);
    case 'contains':
      return first !== undefined && second !== undefined && contains(first, second);
  }
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  return 'B' in value && 'B' in prefix && bytesOf(value.B).startsWith(bytesOf(prefix.B));
}

function contains(container: AttributeValue, member: AttributeValue): boolean {
  if ('S' in container) return 'S' in member && container.S.includes(member.S);
  if ('B' in container) return 'B' in member && bytesOf(container.B).includes(bytesOf(member.B));
  if ('L' in container) return container.L.some(element => sameValue(element, member));
  if (!isSet(container)) return false;
  if ('SS' in container) return 'S' in member && membersOf(container).includes(member.S);
  if ('NS' in container) return 'N' in member && membersOf(container).includes(member.N);
  return 'B' in member && membersOf(container).includes(member.B);
}

/** Undefined for types that have no size. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const size = countOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function countOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return binarySizeBytes(value.B);
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return isSet(value) ? membersOf(value).length : undefined;
}

function bytesOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
