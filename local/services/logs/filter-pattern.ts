/** CloudWatch Logs' filter patterns: terms (`ERROR "two words" -debug ?a ?b`, `%regex%`) and `{ $.field = value && … }`. */
import { AwsError } from '../../cloud/aws-error.ts';

export type LogFilter = (message: string) => boolean;

/** @throws AwsError when the pattern cannot be read */
export function parseFilterPattern(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return jsonFilter(text);
  return termFilter(text);
}

const TERM = /([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\S+))/g;

function termFilter(pattern: string): LogFilter {
  const required: LogFilter[] = [];
  const excluded: LogFilter[] = [];
  const optional: LogFilter[] = [];
  for (const [, sign, quoted, regex, bare] of pattern.matchAll(TERM)) {
    const term = quoted?.replaceAll('\\"', '"') ?? bare ?? '';
    const expression = regex === undefined ? undefined : new RegExp(regex);
    const test: LogFilter = expression ? message => expression.test(message) : message => message.includes(term);
    (sign === '-' ? excluded : sign === '?' ? optional : required).push(test);
  }
  return message => {
    if (excluded.some(test => test(message)) || !required.every(test => test(message))) return false;
    return required.length > 0 || optional.length === 0 || optional.some(test => test(message));
  };
}

type JsonTest = (root: unknown) => boolean;

const COMPARISON =
  /\s*\$((?:\.[\w@-]+|\[\d+\])*)\s*(?:(IS NULL|IS TRUE|IS FALSE|NOT EXISTS|EXISTS)|(!=|>=|<=|=|>|<)\s*(?:"([^"]*)"|%([^%]*)%|([^\s&|()}]+)))/y;

function jsonFilter(pattern: string): LogFilter {
  if (!pattern.endsWith('}')) throw invalidPattern(pattern);
  const source = pattern.slice(1, -1);
  let position = 0;

  function take(symbol: string): boolean {
    const rest = source.slice(position);
    const lead = rest.length - rest.trimStart().length;
    if (!rest.startsWith(symbol, lead)) return false;
    position += lead + symbol.length;
    return true;
  }
  function either(): JsonTest {
    const sides = [both()];
    while (take('||')) sides.push(both());
    return root => sides.some(side => side(root));
  }
  function both(): JsonTest {
    const sides = [unary()];
    while (take('&&')) sides.push(unary());
    return root => sides.every(side => side(root));
  }
  function unary(): JsonTest {
    if (take('(')) {
      const inner = either();
      if (!take(')')) throw invalidPattern(pattern);
      return inner;
    }
    COMPARISON.lastIndex = position;
    const match = COMPARISON.exec(source);
    if (!match) throw invalidPattern(pattern);
    position = COMPARISON.lastIndex;
    return comparison(match);
  }

  const test = either();
  if (source.slice(position).trim() !== '') throw invalidPattern(pattern);
  return message => {
    const root = parseJson(message);
    return root !== undefined && test(root);
  };
}

function comparison([, path = '', state, operator, quoted, regex, bare = '']: RegExpExecArray): JsonTest {
  const steps = path.split(/[.[\]]+/).filter(step => step !== '');
  const select = (root: unknown) => steps.reduce<unknown>((part, step) => memberOf(part, step), root);
  if (state !== undefined) return root => hasState(select(root), state);
  if (regex !== undefined) {
    const expression = new RegExp(regex);
    return root => expression.test(String(select(root) ?? '')) === (operator === '=');
  }
  const wanted = quoted ?? bare;
  const isNumber = quoted === undefined && bare !== '' && Number.isFinite(Number(bare));
  return root => compare(select(root), operator ?? '=', isNumber ? Number(bare) : wanted);
}

function compare(value: unknown, operator: string, wanted: string | number): boolean {
  if (value === undefined || value === null) return false;
  if (operator === '=' || operator === '!=') {
    const isEqual = typeof wanted === 'number' ? Number(value) === wanted : wildcard(wanted).test(String(value));
    return isEqual === (operator === '=');
  }
  if (typeof value !== 'number' || typeof wanted !== 'number') return false;
  if (operator === '>') return value > wanted;
  if (operator === '>=') return value >= wanted;
  return operator === '<' ? value < wanted : value <= wanted;
}

function wildcard(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');
}

function hasState(value: unknown, state: string): boolean {
  switch (state) {
    case 'IS NULL':
      return value === null;
    case 'IS TRUE':
      return value === true;
    case 'IS FALSE':
      return value === false;
    case 'EXISTS':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

function memberOf(part: unknown, step: string): unknown {
  if (typeof part !== 'object' || part === null) return undefined;
  return (part as Record<string, unknown>)[step]; // an object or a list, by the check above
}

function parseJson(message: string): unknown {
  const text = message.trimStart();
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalidPattern(pattern: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`);
}
