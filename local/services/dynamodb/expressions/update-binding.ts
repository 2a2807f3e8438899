/** Binds parsed updates to a request's names and values, and checks what can be checked without an item. */
import { isSet } from '../values/attribute-set.ts';
import { type AttributeType, type AttributeValue, typeOf } from '../values/attribute-value.ts';
import { type DocumentPath, pathClash } from './document-path.ts';
import type { Placeholders } from './placeholders.ts';
import type { WrittenOperand, WrittenPath } from './syntax.ts';
import { invalidExpression } from './tokens.ts';
import type { SetValue, UpdateClause, WrittenUpdate } from './update-parser.ts';

export type UpdateOperand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'if_not_exists'; readonly path: DocumentPath; readonly fallback: UpdateOperand }
  | { readonly kind: 'list_append'; readonly first: UpdateOperand; readonly second: UpdateOperand };

export type BoundClause = UpdateClause<DocumentPath, UpdateOperand>;
export type BoundUpdate = readonly BoundClause[];

const TYPE_NAMES: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
};

/** @throws AwsError ValidationException when a placeholder is missing, operands cannot fit or paths clash */
export function bindUpdate(written: WrittenUpdate, placeholders: Placeholders): BoundUpdate {
  const clauses = written.map(clause => bindClause(clause, placeholders));
  const clash = pathClash(clauses.map(clause => clause.path));
  if (clash) throw refusal(clash);
  return clauses;
}

function bindClause(clause: UpdateClause<WrittenPath, WrittenOperand>, placeholders: Placeholders): BoundClause {
  const path = placeholders.path('UpdateExpression', clause.path);
  switch (clause.action) {
    case 'SET':
      return { action: 'SET', path, value: bindSetValue(clause.value, placeholders) };
    case 'REMOVE':
      return { action: 'REMOVE', path };
    case 'ADD':
    case 'DELETE': {
      const operand = bindOperand(clause.operand, placeholders);
      if (operand.kind === 'value') checkMember(clause.action, operand.value);
      return { action: clause.action, path, operand };
    }
  }
}

function bindSetValue(value: SetValue<WrittenOperand>, placeholders: Placeholders): SetValue<UpdateOperand> {
  if (value.kind === 'operand') return { kind: 'operand', operand: bindOperand(value.operand, placeholders) };
  const left = bindOperand(value.left, placeholders);
  const right = bindOperand(value.right, placeholders);
  checkLiteral(value.operator, left, 'N');
  checkLiteral(value.operator, right, 'N');
  return { kind: 'arithmetic', operator: value.operator, left, right };
}

function bindOperand(written: WrittenOperand, placeholders: Placeholders): UpdateOperand {
  if (written.kind === 'path') return { kind: 'path', path: placeholders.path('UpdateExpression', written.path) };
  if (written.kind === 'value') return { kind: 'value', value: placeholders.value('UpdateExpression', written.name) };
  const [first, second, ...more] = written.operands.map(operand => bindOperand(operand, placeholders));
  if (!first || !second || more.length > 0) {
    throw refusal(
      `Incorrect number of operands for operator or function; operator or function: ${written.name}, number of operands: ${written.operands.length}`,
    );
  }
  if (written.name === 'if_not_exists') {
    if (first.kind === 'path') return { kind: 'if_not_exists', path: first.path, fallback: second };
    throw refusal('Operator or function requires a document path; operator or function: if_not_exists');
  }
  checkLiteral('list_append', first, 'L');
  checkLiteral('list_append', second, 'L');
  return { kind: 'list_append', first, second };
}

/** A value that the request itself brings must be of the type that the operator takes. */
function checkLiteral(operator: string, operand: UpdateOperand, type: AttributeType): void {
  if (operand.kind === 'if_not_exists') checkLiteral(operator, operand.fallback, type);
  if (operand.kind !== 'value' || typeOf(operand.value) === type) return;
  throw refusal(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand.value)}`,
  );
}

function checkMember(action: 'ADD' | 'DELETE', value: AttributeValue): void {
  if (isSet(value) || (action === 'ADD' && 'N' in value)) return;
  throw refusal(
    `Incorrect operand type for operator or function; operator: ${action}, operand type: ${TYPE_NAMES[typeOf(value)]}`,
  );
}

function refusal(reason: string): Error {
  return invalidExpression('UpdateExpression', reason);
}
