import type { FilterExpression, FilterOperand, FilterOperator, JsonPath } from './json-path.ts';
import type { TextScanner } from './text-scanner.ts';

const SYMBOLS: readonly FilterOperator[] = ['==', '!=', '<=', '>=', '=~', '<', '>'];
const WORDS: readonly FilterOperator[] = ['in', 'nin', 'contains', 'size', 'empty'];

/** Reads the path at the scanner's position; `whole` is named in errors. */
export type ScanPath = (scanner: TextScanner, whole: string) => JsonPath;

/** Reads `( … )` of a filter step; the paths inside are read by `scanPath`. @throws JsonPathSyntaxError */
export function parseFilter(scanner: TextScanner, scanPath: ScanPath): FilterExpression {
  return parseGroup({ scanner, scanPath });
}

interface Source {
  readonly scanner: TextScanner;
  readonly scanPath: ScanPath;
}

function parseGroup(source: Source): FilterExpression {
  const { scanner } = source;
  scanner.skipSpace();
  scanner.expect('(');
  const expression = parseOr(source);
  scanner.skipSpace();
  scanner.expect(')');
  return expression;
}

function parseOr(source: Source): FilterExpression {
  return parseTerms(source, { kind: 'or', separator: '||', parseTerm: parseAnd });
}

function parseAnd(source: Source): FilterExpression {
  return parseTerms(source, { kind: 'and', separator: '&&', parseTerm: parseNot });
}

interface TermRule {
  readonly kind: 'or' | 'and';
  readonly separator: string;
  readonly parseTerm: (source: Source) => FilterExpression;
}

function parseTerms(source: Source, rule: TermRule): FilterExpression {
  const { scanner } = source;
  const first = rule.parseTerm(source);
  const terms = [first];
  scanner.skipSpace();
  while (scanner.take(rule.separator)) {
    terms.push(rule.parseTerm(source));
    scanner.skipSpace();
  }
  return terms.length === 1 ? first : { kind: rule.kind, terms };
}

function parseNot(source: Source): FilterExpression {
  const { scanner } = source;
  scanner.skipSpace();
  if (scanner.peek() === '!' && scanner.peek(1) !== '=') {
    scanner.next();
    return { kind: 'not', term: parseNot(source) };
  }
  return scanner.peek() === '(' ? parseGroup(source) : parseComparison(source);
}

function parseComparison(source: Source): FilterExpression {
  const { scanner } = source;
  const left = parseOperand(source);
  scanner.skipSpace();
  const operator = scanOperator(scanner);
  if (!operator) return { kind: 'exists', operand: left };
  scanner.skipSpace();
  return { kind: 'compare', operator, left, right: parseOperand(source) };
}

function scanOperator(scanner: TextScanner): FilterOperator | undefined {
  for (const symbol of SYMBOLS) if (scanner.take(symbol)) return symbol;
  for (const word of WORDS) if (scanner.take(`${word} `)) return word;
  return undefined;
}

function parseOperand(source: Source): FilterOperand {
  const { scanner, scanPath } = source;
  scanner.skipSpace();
  const first = scanner.peek();
  if (first === '@' || first === '$') {
    return { kind: 'path', relative: first === '@', path: scanPath(scanner, scanner.rest()) };
  }
  if (first === "'" || first === '"') return { kind: 'literal', value: scanner.takeQuoted() };
  if (first === '/') return { kind: 'pattern', pattern: scanPattern(scanner) };
  if (first === '[') return { kind: 'literal', value: scanArray(source) };
  return { kind: 'literal', value: scanWord(scanner) };
}

function scanPattern(scanner: TextScanner): RegExp {
  scanner.expect('/');
  let source = '';
  while (scanner.peek() !== '/') {
    if (scanner.done) throw scanner.error('a regular expression is not closed');
    const character = scanner.next();
    source += character === '\\' ? `${character}${scanner.next()}` : character;
  }
  scanner.next();
  return new RegExp(`^(?:${source})$`, scanner.takeWhile(/[imsu]/));
}

function scanArray(source: Source): unknown[] {
  const { scanner } = source;
  scanner.expect('[');
  const items: unknown[] = [];
  scanner.skipSpace();
  while (!scanner.take(']')) {
    const operand = parseOperand(source);
    if (operand.kind !== 'literal') throw scanner.error('a list holds literals only');
    items.push(operand.value);
    scanner.skipSpace();
    scanner.take(',');
    scanner.skipSpace();
  }
  return items;
}

function scanWord(scanner: TextScanner): unknown {
  const word = scanner.takeWhile(/[\w.+-]/);
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  const value = Number(word);
  if (word === '' || Number.isNaN(value)) throw scanner.error('a value is expected');
  return value;
}
