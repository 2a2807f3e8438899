/** Expressions as they are written: paths and values still by their placeholders. */
import { isReservedWord } from './reserved-words.ts';
import { invalidExpression, type TokenReader } from './tokens.ts';

/** A step of a path: an attribute name as written, a `#placeholder` of one, or a list index. */
export type WrittenStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'placeholder'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number };

export type WrittenPath = readonly WrittenStep[];

export type WrittenOperand =
  | { readonly kind: 'path'; readonly path: WrittenPath }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string; readonly operands: readonly WrittenOperand[] };

/**
 * Faults that the text alone shows. All are collected before the first in this order is reported, because DynamoDB
 * checks in this order over the whole expression.
 */
const FAULT_ORDER = ['parentheses', 'unknownFunction', 'misusedFunction', 'reserved'] as const;
type Fault = (typeof FAULT_ORDER)[number];

export class TextFaults {
  readonly #first = new Map<Fault, string>();

  note(fault: Fault, message: string): void {
    if (!this.#first.has(fault)) this.#first.set(fault, message);
  }

  /** @throws AwsError ValidationException when there was any */
  report(reader: TokenReader): void {
    for (const fault of FAULT_ORDER) {
      const message = this.#first.get(fault);
      if (message !== undefined) throw invalidExpression(reader.kind, message);
    }
  }
}

/** Words that are never attribute names, because they carry the grammar. */
const KEYWORDS = /^(?:AND|OR|NOT|BETWEEN|IN)$/i;

export function parsePath(reader: TokenReader, faults: TextFaults): WrittenPath {
  const path: WrittenStep[] = [parseName(reader, faults)];
  for (;;) {
    if (reader.takeSymbol('.')) {
      path.push(parseName(reader, faults));
    } else if (reader.takeSymbol('[')) {
      path.push(parseIndex(reader));
      reader.expectSymbol(']');
    } else {
      return path;
    }
  }
}

function parseName(reader: TokenReader, faults: TextFaults): WrittenStep {
  const token = reader.peek();
  if (token.kind === 'name') {
    reader.take();
    return { kind: 'placeholder', name: token.text };
  }
  if (token.kind !== 'word' || KEYWORDS.test(token.text)) throw reader.unexpected();
  if (isReservedWord(token.text)) {
    faults.note('reserved', `Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
  }
  reader.take();
  return { kind: 'name', name: token.text };
}

function parseIndex(reader: TokenReader): WrittenStep {
  if (reader.peek().kind !== 'number') throw reader.unexpected();
  return { kind: 'index', index: Number(reader.take().text) };
}

/** A path, a value or a function call; functions are judged by the caller. */
export function parseSimpleOperand(reader: TokenReader, faults: TextFaults): WrittenOperand {
  const token = reader.peek();
  if (token.kind === 'value') {
    reader.take();
    return { kind: 'value', name: token.text };
  }
  const opens = reader.peek(1);
  if (token.kind === 'word' && !KEYWORDS.test(token.text) && opens.kind === 'symbol' && opens.text === '(') {
    return parseFunction(reader, faults);
  }
  return { kind: 'path', path: parsePath(reader, faults) };
}

function parseFunction(reader: TokenReader, faults: TextFaults): WrittenOperand {
  const name = reader.take().text;
  reader.expectSymbol('(');
  const operands = [parseOperand(reader, faults)];
  while (reader.takeSymbol(',')) operands.push(parseOperand(reader, faults));
  reader.expectSymbol(')');
  return { kind: 'function', name, operands };
}

/** An operand, in parentheses or not. */
export function parseOperand(reader: TokenReader, faults: TextFaults): WrittenOperand {
  if (!reader.takeSymbol('(')) return parseSimpleOperand(reader, faults);
  const nested = reader.peek();
  if (nested.kind === 'symbol' && nested.text === '(') noteRedundant(faults);
  const operand = parseOperand(reader, faults);
  reader.expectSymbol(')');
  return operand;
}

export function noteRedundant(faults: TextFaults): void {
  faults.note('parentheses', 'The expression has redundant parentheses;');
}
