/** Binds parsed conditions to a request's names and values, and checks what can be checked without an item. */

import { ATTRIBUTE_TYPES, type AttributeType, type AttributeValue, typeOf } from '../values/attribute-value.ts';
import { compareValues } from '../values/value-order.ts';
import type { Condition, ConditionFunction, WrittenCondition } from './condition-parser.ts';
import { type DocumentPath, pathText, samePath } from './document-path.ts';
import type { Placeholders } from './placeholders.ts';
import type { WrittenOperand } from './syntax.ts';
import { type ExpressionKind, invalidExpression } from './tokens.ts';

export type BoundOperand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly operand: BoundOperand };

export type BoundCondition = Condition<BoundOperand>;

const MOST_CANDIDATES = 100;
const OPERAND_COUNTS: Readonly<Record<ConditionFunction | 'size', number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

/** @throws AwsError ValidationException when a placeholder is missing or an operand can never fit */
export function bindCondition(
  kind: ExpressionKind,
  written: WrittenCondition,
  placeholders: Placeholders,
): BoundCondition {
  return new ConditionBinder(kind, placeholders).bind(written);
}

class ConditionBinder {
  readonly #kind: ExpressionKind;
  readonly #placeholders: Placeholders;

  constructor(kind: ExpressionKind, placeholders: Placeholders) {
    this.#kind = kind;
    this.#placeholders = placeholders;
  }

  bind(written: WrittenCondition): BoundCondition {
    switch (written.kind) {
      case 'and':
      case 'or':
        return { kind: written.kind, conditions: written.conditions.map(condition => this.bind(condition)) };
      case 'not':
        return { kind: 'not', condition: this.bind(written.condition) };
      case 'compare':
        return this.#bindCompare(written);
      case 'between':
        return this.#bindBetween(written);
      case 'in':
        return this.#bindIn(written);
      case 'function':
        return this.#bindFunction(written);
    }
  }

  #bindCompare(written: Extract<WrittenCondition, { kind: 'compare' }>): BoundCondition {
    const { comparator } = written;
    const left = this.#operand(written.left);
    const right = this.#operand(written.right);
    this.#checkDistinct(comparator, [left, right]);
    if (comparator !== '=' && comparator !== '<>') this.#checkTypes(comparator, [left, right], ['S', 'N', 'B']);
    return { kind: 'compare', comparator, left, right };
  }

  #bindBetween(written: Extract<WrittenCondition, { kind: 'between' }>): BoundCondition {
    const operand = this.#operand(written.operand);
    const lower = this.#operand(written.lower);
    const upper = this.#operand(written.upper);
    this.#checkTypes('BETWEEN', [operand, lower, upper], ['S', 'N', 'B']);
    if (lower.kind === 'value' && upper.kind === 'value') this.#checkBounds(lower.value, upper.value);
    return { kind: 'between', operand, lower, upper };
  }

  #bindIn(written: Extract<WrittenCondition, { kind: 'in' }>): BoundCondition {
    const count = written.candidates.length;
    if (count > MOST_CANDIDATES) {
      throw this.#refusal(`The IN operator is provided with too many operands; number of operands: ${count}`);
    }
    const operand = this.#operand(written.operand);
    return { kind: 'in', operand, candidates: written.candidates.map(candidate => this.#operand(candidate)) };
  }

  #bindFunction(written: Extract<WrittenCondition, { kind: 'function' }>): BoundCondition {
    const { name } = written;
    const operands = written.operands.map(operand => this.#operand(operand));
    this.#checkCount(name, operands.length);
    this.#checkDistinct(name, operands);
    const [first, second] = operands;
    if ((name === 'attribute_exists' || name === 'attribute_not_exists') && first?.kind !== 'path') {
      throw this.#refusal(`Operator or function requires a document path; operator or function: ${name}`);
    }
    if (name === 'begins_with') this.#checkTypes(name, operands, ['S', 'B']);
    if (name === 'attribute_type') this.#checkTypeName(second);
    return { kind: 'function', name, operands };
  }

  #operand(written: WrittenOperand): BoundOperand {
    switch (written.kind) {
      case 'path':
        return { kind: 'path', path: this.#placeholders.path(this.#kind, written.path) };
      case 'value':
        return { kind: 'value', value: this.#placeholders.value(this.#kind, written.name) };
      case 'function':
        return this.#size(written.operands);
    }
  }

  /** The parser lets no other function through. */
  #size(written: readonly WrittenOperand[]): BoundOperand {
    const operands = written.map(operand => this.#operand(operand));
    this.#checkCount('size', operands.length);
    this.#checkTypes('size', operands, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
    return { kind: 'size', operand: operands[0] as BoundOperand }; // the count is 1
  }

  #checkCount(name: ConditionFunction | 'size', count: number): void {
    if (count === OPERAND_COUNTS[name]) return;
    throw this.#refusal(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
    );
  }

  #checkDistinct(operator: string, [first, second]: readonly BoundOperand[]): void {
    if (first?.kind !== 'path' || second?.kind !== 'path' || !samePath(first.path, second.path)) return;
    throw this.#refusal(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${pathText(first.path)}`,
    );
  }

  #checkTypes(operator: string, operands: readonly BoundOperand[], allowed: readonly AttributeType[]): void {
    for (const operand of operands) {
      const type = staticType(operand);
      if (type && !allowed.includes(type)) {
        throw this.#refusal(
          `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
        );
      }
    }
  }

  #checkTypeName(operand: BoundOperand | undefined): void {
    const value = operand?.kind === 'value' ? operand.value : undefined;
    if (!value || !('S' in value)) {
      const type = value ? typeOf(value) : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
      throw this.#refusal(
        `Incorrect operand type for operator or function; operator or function: attribute_type, operand type: ${type}`,
      );
    }
    if (!ATTRIBUTE_TYPES.some(type => type === value.S)) {
      throw this.#refusal(
        `Invalid attribute type name found; type: ${value.S}, valid types: {${ATTRIBUTE_TYPES.join(',')}}`,
      );
    }
  }

  #checkBounds(lower: AttributeValue, upper: AttributeValue): void {
    const shown = `lower bound operand: AttributeValue: ${shownValue(lower)}, upper bound operand: AttributeValue: ${shownValue(upper)}`;
    const order = compareValues(lower, upper);
    if (order === undefined) {
      throw this.#refusal(`The BETWEEN operator requires same data type for lower and upper bounds; ${shown}`);
    }
    if (order > 0) {
      throw this.#refusal(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${shown}`,
      );
    }
  }

  #refusal(reason: string): Error {
    return invalidExpression(this.#kind, reason);
  }
}

function staticType(operand: BoundOperand): AttributeType | undefined {
  if (operand.kind === 'value') return typeOf(operand.value);
  return operand.kind === 'size' ? 'N' : undefined;
}

function shownValue(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${Object.values(value)[0]}}`;
}
