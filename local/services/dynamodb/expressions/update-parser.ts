/** Parses update expressions. */
import type { AwsError } from '../../../cloud/aws-error.ts';
import { parseOperand, parsePath, TextFaults, type WrittenOperand, type WrittenPath } from './syntax.ts';
import { invalidExpression, TokenReader } from './tokens.ts';

/** What a SET clause assigns: one operand, or the sum or difference of two. */
export type SetValue<Operand> =
  | { readonly kind: 'operand'; readonly operand: Operand }
  | { readonly kind: 'arithmetic'; readonly operator: '+' | '-'; readonly left: Operand; readonly right: Operand };

/** One clause of an update: as written, or bound to a request. */
export type UpdateClause<Path, Operand> =
  | { readonly action: 'SET'; readonly path: Path; readonly value: SetValue<Operand> }
  | { readonly action: 'REMOVE'; readonly path: Path }
  | { readonly action: 'ADD' | 'DELETE'; readonly path: Path; readonly operand: Operand };

export type WrittenUpdate = readonly UpdateClause<WrittenPath, WrittenOperand>[];

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof SECTIONS)[number];
const UPDATE_FUNCTIONS: readonly string[] = ['if_not_exists', 'list_append'];
const OTHER_FUNCTIONS = /^(?:attribute_exists|attribute_not_exists|attribute_type|begins_with|contains|size)$/;

/** @throws AwsError ValidationException naming the token that is wrong */
export function parseUpdate(source: string): WrittenUpdate {
  const reader = new TokenReader('UpdateExpression', source);
  const faults = new TextFaults();
  const clauses: UpdateClause<WrittenPath, WrittenOperand>[] = [];
  const seen = new Set<Section>();
  while (reader.peek().kind !== 'end') {
    const section = SECTIONS.find(name => reader.isKeyword(name));
    if (!section) throw reader.unexpected();
    reader.take();
    if (seen.has(section)) throw repeated(section);
    seen.add(section);
    do clauses.push(parseClause(section, reader, faults));
    while (reader.takeSymbol(','));
  }
  faults.report(reader);
  return clauses;
}

function parseClause(
  section: Section,
  reader: TokenReader,
  faults: TextFaults,
): UpdateClause<WrittenPath, WrittenOperand> {
  const path = parsePath(reader, faults);
  if (section === 'REMOVE') return { action: section, path };
  if (section === 'SET') {
    reader.expectSymbol('=');
    return { action: section, path, value: parseSetValue(reader, faults) };
  }
  const token = reader.peek();
  if (token.kind !== 'value') throw reader.unexpected();
  reader.take();
  return { action: section, path, operand: { kind: 'value', name: token.text } };
}

function parseSetValue(reader: TokenReader, faults: TextFaults): SetValue<WrittenOperand> {
  const isGroup = reader.takeSymbol('(');
  const left = parseSetOperand(reader, faults);
  const operator = reader.takeSymbol('+') ? '+' : reader.takeSymbol('-') ? '-' : undefined;
  const right = operator && parseSetOperand(reader, faults);
  if (isGroup) reader.expectSymbol(')');
  if (operator && right) return { kind: 'arithmetic', operator, left, right };
  if (isGroup && !operator) return parseRest(left, reader, faults);
  return { kind: 'operand', operand: left };
}

/** `(a) + b`: the parentheses were around the first operand alone. */
function parseRest(left: WrittenOperand, reader: TokenReader, faults: TextFaults): SetValue<WrittenOperand> {
  const operator = reader.takeSymbol('+') ? '+' : reader.takeSymbol('-') ? '-' : undefined;
  if (!operator) return { kind: 'operand', operand: left };
  return { kind: 'arithmetic', operator, left, right: parseSetOperand(reader, faults) };
}

function parseSetOperand(reader: TokenReader, faults: TextFaults): WrittenOperand {
  const operand = parseOperand(reader, faults);
  checkFunctions(operand, faults);
  return operand;
}

function checkFunctions(operand: WrittenOperand, faults: TextFaults): void {
  if (operand.kind !== 'function') return;
  for (const inner of operand.operands) checkFunctions(inner, faults);
  if (UPDATE_FUNCTIONS.includes(operand.name)) return;
  if (OTHER_FUNCTIONS.test(operand.name)) {
    faults.note('misusedFunction', `The function is not allowed in an update expression; function: ${operand.name}`);
  } else {
    faults.note('unknownFunction', `Invalid function name; function: ${operand.name}`);
  }
}

function repeated(section: Section): AwsError {
  return invalidExpression(
    'UpdateExpression',
    `The "${section}" section can only be used once in an update expression;`,
  );
}
