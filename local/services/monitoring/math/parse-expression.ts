/** Parses CloudWatch's metric math. */
import { MathError } from './value.ts';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'operation'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|'([^']*)'|"([^"]*)"|(&&|\|\||[<>=!]=|[-+*/^<>()[\],]))/y;

/** Operators by how tightly they bind, loosest first. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];
const SYNONYMS: Readonly<Record<string, string>> = { OR: '||', AND: '&&' };

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'symbol' | 'end';
  readonly text: string;
}

/** @throws MathError */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source);
  let position = 0;

  const peek = (): Token => tokens[position] ?? { kind: 'end', text: 'the end' };
  const isNext = (...symbols: readonly string[]) =>
    (peek().kind === 'symbol' || peek().kind === 'name') && symbols.includes(peek().text);
  function take(...symbols: readonly string[]): string | undefined {
    if (!isNext(...symbols)) return undefined;
    return tokens[position++]?.text;
  }
  function expect(symbol: string): void {
    if (take(symbol) === undefined) throw new MathError(`expected '${symbol}' but found ${peek().text} in '${source}'`);
  }

  function binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (!operators) return power();
    let left = binary(level + 1);
    for (let operator = take(...operators); operator !== undefined; operator = take(...operators)) {
      left = { kind: 'operation', operator: SYNONYMS[operator] ?? operator, left, right: binary(level + 1) };
    }
    return left;
  }
  function power(): Expression {
    if (take('-') !== undefined) return { kind: 'negate', operand: power() };
    const base = primary();
    return take('^') === undefined ? base : { kind: 'operation', operator: '^', left: base, right: power() };
  }
  function primary(): Expression {
    if (take('(') !== undefined) {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    if (take('[') !== undefined) return { kind: 'list', items: commaSeparated(']') };
    const token = peek();
    position++;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind !== 'name') throw new MathError(`unexpected ${token.text} in '${source}'`);
    if (take('(') !== undefined) return { kind: 'call', name: token.text, parameters: commaSeparated(')') };
    return { kind: 'name', name: token.text };
  }
  function commaSeparated(end: string): Expression[] {
    const items: Expression[] = [];
    if (take(end) !== undefined) return items;
    do items.push(binary(0));
    while (take(',') !== undefined);
    expect(end);
    return items;
  }

  const expression = binary(0);
  if (peek().kind !== 'end') throw new MathError(`unexpected ${peek().text} in '${source}'`);
  return expression;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new MathError(`cannot read '${text.slice(at)}' in '${source}'`);
    const [, number, name, single, double, symbol] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else tokens.push({ kind: 'text', text: single ?? double ?? '' });
  }
  return tokens;
}
