/** Parses condition, filter and key condition expressions. */
import { noteRedundant, parseOperand, parseSimpleOperand, TextFaults, type WrittenOperand } from './syntax.ts';
import { type ExpressionKind, TokenReader } from './tokens.ts';

export const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Comparator = (typeof COMPARATORS)[number];

export const CONDITION_FUNCTIONS = [
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
] as const;
export type ConditionFunction = (typeof CONDITION_FUNCTIONS)[number];

/** A condition over operands: as written (`WrittenOperand`) or bound to a request (`BoundOperand`). */
export type Condition<Operand> =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition<Operand>[] }
  | { readonly kind: 'not'; readonly condition: Condition<Operand> }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'function'; readonly name: ConditionFunction; readonly operands: readonly Operand[] };

export type WrittenCondition = Condition<WrittenOperand>;

/** What stands between parentheses may turn out to be either. */
type Parsed =
  | { readonly condition: WrittenCondition; readonly isGroup: boolean }
  | { readonly operand: WrittenOperand; readonly isGroup: boolean };

/** @throws AwsError ValidationException naming the token that is wrong */
export function parseCondition(kind: ExpressionKind, source: string): WrittenCondition {
  const reader = new TokenReader(kind, source);
  const parser = new ConditionParser(reader);
  const condition = parser.parse();
  reader.expectEnd();
  parser.faults.report(reader);
  return condition;
}

class ConditionParser {
  readonly faults = new TextFaults();
  readonly #reader: TokenReader;

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  parse(): WrittenCondition {
    return this.#conditionOf(this.#or());
  }

  #or(): Parsed {
    return this.#chain('or', () => this.#and());
  }

  #and(): Parsed {
    return this.#chain('and', () => this.#not());
  }

  #chain(kind: 'and' | 'or', parsePart: () => Parsed): Parsed {
    const first = parsePart();
    if (!this.#reader.isKeyword(kind.toUpperCase())) return first;
    const conditions = [this.#conditionOf(first)];
    while (this.#reader.takeKeyword(kind.toUpperCase())) conditions.push(this.#conditionOf(parsePart()));
    return { condition: { kind, conditions }, isGroup: false };
  }

  #not(): Parsed {
    if (!this.#reader.takeKeyword('NOT')) return this.#primary();
    return { condition: { kind: 'not', condition: this.#conditionOf(this.#not()) }, isGroup: false };
  }

  #primary(): Parsed {
    const parsed = this.#reader.takeSymbol('(') ? this.#group() : this.#operand();
    return 'operand' in parsed ? this.#afterOperand(parsed) : parsed;
  }

  #group(): Parsed {
    const inner = this.#or();
    this.#reader.expectSymbol(')');
    if (inner.isGroup) noteRedundant(this.faults);
    return { ...inner, isGroup: true };
  }

  #operand(): Parsed {
    return { operand: parseSimpleOperand(this.#reader, this.faults), isGroup: false };
  }

  /** The comparison that an operand begins, if it begins one. */
  #afterOperand(parsed: { readonly operand: WrittenOperand; readonly isGroup: boolean }): Parsed {
    const reader = this.#reader;
    const { operand } = parsed;
    const comparator = COMPARATORS.find(symbol => symbol === reader.peek().text);
    if (comparator) {
      reader.take();
      const right = parseOperand(reader, this.faults);
      this.#checkOperands([operand, right]);
      return { condition: { kind: 'compare', comparator, left: operand, right }, isGroup: false };
    }
    if (reader.takeKeyword('BETWEEN')) return this.#between(operand);
    if (reader.takeKeyword('IN')) return this.#in(operand);
    return parsed;
  }

  #between(operand: WrittenOperand): Parsed {
    const lower = parseOperand(this.#reader, this.faults);
    if (!this.#reader.takeKeyword('AND')) throw this.#reader.unexpected();
    const upper = parseOperand(this.#reader, this.faults);
    this.#checkOperands([operand, lower, upper]);
    return { condition: { kind: 'between', operand, lower, upper }, isGroup: false };
  }

  #in(operand: WrittenOperand): Parsed {
    this.#reader.expectSymbol('(');
    const candidates = [parseOperand(this.#reader, this.faults)];
    while (this.#reader.takeSymbol(',')) candidates.push(parseOperand(this.#reader, this.faults));
    this.#reader.expectSymbol(')');
    this.#checkOperands([operand, ...candidates]);
    return { condition: { kind: 'in', operand, candidates }, isGroup: false };
  }

  /** An operand stands for a condition only when it is a call of a function that tests. */
  #conditionOf(parsed: Parsed): WrittenCondition {
    if ('condition' in parsed) return parsed.condition;
    const { operand } = parsed;
    if (operand.kind !== 'function') throw this.#reader.unexpected();
    this.#checkOperands(operand.operands);
    const name = CONDITION_FUNCTIONS.find(known => known === operand.name);
    if (!name && operand.name === 'size') this.#misused('size');
    else if (!name) this.#unknown(operand.name);
    return { kind: 'function', name: name ?? 'attribute_exists', operands: operand.operands }; // a stand-in never escapes: the fault is reported
  }

  /** Within a comparison or a call, `size` is the only function. */
  #checkOperands(operands: readonly WrittenOperand[]): void {
    for (const operand of operands) {
      if (operand.kind !== 'function') continue;
      this.#checkOperands(operand.operands);
      if (operand.name === 'size') continue;
      if (CONDITION_FUNCTIONS.some(known => known === operand.name)) this.#misused(operand.name);
      else this.#unknown(operand.name);
    }
  }

  #misused(name: string): void {
    this.faults.note(
      'misusedFunction',
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }

  #unknown(name: string): void {
    this.faults.note('unknownFunction', `Invalid function name; function: ${name}`);
  }
}
