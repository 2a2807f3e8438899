/** Turns a bound key condition expression into the one partition and the range of positions that a query walks. */
import { AwsError } from '../../../cloud/aws-error.ts';
import { orderedKey } from '../keys/key-order.ts';
import { boundsOf, type RangeCondition } from '../keys/key-range.ts';
import { emptyKeyValue, emptyKind, type KeyAttribute, type KeySchema } from '../keys/key-schema.ts';
import type { Bounds } from '../storage/sorted-map.ts';
import { type AttributeValue, typeOf } from '../values/attribute-value.ts';
import type { BoundCondition, BoundOperand } from './condition-binding.ts';
import type { Comparator } from './condition-parser.ts';
import { invalidExpression } from './tokens.ts';

export interface KeyQuery {
  readonly partition: string;
  readonly bounds: Bounds;
}

interface KeyTerm {
  readonly attribute: string;
  readonly condition: RangeCondition;
}

const MIRRORED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** @throws AwsError ValidationException when the condition is not on this key, or not of a form that a query can have */
export function keyQuery(condition: BoundCondition, schema: KeySchema): KeyQuery {
  const terms = termsOf(condition);
  const hash = onlyTerm(terms, schema.hash);
  if (!hash) throw missed(schema.hash);
  const range = schema.range && onlyTerm(terms, schema.range);
  if (terms.length > (range ? 2 : 1)) {
    throw schema.range && !range ? missed(schema.range) : invalid('Query key condition not supported');
  }
  if (hash.condition.operator !== '=') throw invalid('Query key condition not supported');
  checkValues(hash.condition, schema.hash);
  if (range && schema.range) checkValues(range.condition, schema.range);
  return {
    partition: orderedKey(hash.condition.value),
    bounds: range ? boundsOf(range.condition) : {},
  };
}

function termsOf(condition: BoundCondition): KeyTerm[] {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.flatMap(termsOf);
    case 'or':
      throw unsupported('OR');
    case 'not':
      throw unsupported('NOT');
    case 'in':
      throw unsupported('IN');
    case 'compare':
      return [compareTerm(condition.comparator, condition.left, condition.right)];
    case 'between': {
      const { operand, lower, upper } = condition;
      const range = { operator: 'BETWEEN', lower: literal(lower), upper: literal(upper) } as const;
      return [{ attribute: attributeName(operand), condition: range }];
    }
    case 'function': {
      const [first, second] = condition.operands;
      if (condition.name !== 'begins_with' || !first || !second) throw unsupported(condition.name);
      return [{ attribute: attributeName(first), condition: { operator: 'begins_with', value: literal(second) } }];
    }
  }
}

/** The attribute may stand on either side. */
function compareTerm(comparator: Comparator, left: BoundOperand, right: BoundOperand): KeyTerm {
  if (comparator === '<>') throw unsupported('<>');
  if (left.kind === 'value' && right.kind === 'path') {
    return { attribute: attributeName(right), condition: { operator: MIRRORED[comparator], value: left.value } };
  }
  return { attribute: attributeName(left), condition: { operator: comparator, value: literal(right) } };
}

function attributeName(operand: BoundOperand): string {
  if (operand.kind === 'size') throw refusal('KeyConditionExpressions cannot contain nested operations');
  if (operand.kind === 'value') {
    throw refusal('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  if (operand.path.length > 1) throw refusal('KeyConditionExpressions cannot have conditions on nested attributes');
  return String(operand.path[0]);
}

function literal(operand: BoundOperand): AttributeValue {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'size') throw refusal('KeyConditionExpressions cannot contain nested operations');
  throw refusal('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
}

function onlyTerm(terms: readonly KeyTerm[], attribute: KeyAttribute): KeyTerm | undefined {
  const found = terms.filter(term => term.attribute === attribute.name);
  if (found.length > 1) throw refusal('KeyConditionExpressions must only contain one condition per key');
  return found[0];
}

function checkValues(condition: RangeCondition, attribute: KeyAttribute): void {
  const values = condition.operator === 'BETWEEN' ? [condition.lower, condition.upper] : [condition.value];
  for (const value of values) {
    if (typeOf(value) !== attribute.type || (condition.operator === 'begins_with' && attribute.type === 'N')) {
      throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
    }
    const empty = emptyKind(value);
    if (empty && condition.operator !== 'begins_with') throw emptyKeyValue(attribute.name, empty);
  }
}

function missed(attribute: KeyAttribute): AwsError {
  return invalid(`Query condition missed key schema element: ${attribute.name}`);
}

function unsupported(operator: string): AwsError {
  return refusal(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function refusal(reason: string): AwsError {
  return invalidExpression('KeyConditionExpression', reason);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
