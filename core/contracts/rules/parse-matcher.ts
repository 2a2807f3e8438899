import { isSchemaObject } from '../json-schema.ts';
import { parseBlock } from './address-block.ts';
import type { Matcher, TextOperator, TextTest } from './matcher.ts';
import type { Bound, NumericRange } from './numeric-range.ts';
import { parseWildcard } from './wildcard.ts';

/** A pattern that EventBridge would refuse; caught where patterns are parsed. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
}

/** Parses one entry of a field's list. @throws InvalidPattern with the broken rule */
export function parseMatcher(entry: unknown): Matcher {
  if (entry === null || typeof entry === 'boolean' || typeof entry === 'string' || typeof entry === 'number') {
    return { kind: 'exactly', value: entry };
  }
  if (!isSchemaObject(entry)) throw new InvalidPattern('a list cannot hold a list');
  const [[operator, argument] = [undefined, undefined], ...others] = Object.entries(entry);
  if (operator === undefined) throw new InvalidPattern('an empty object says nothing');
  if (others.length > 0) throw new InvalidPattern(`one operator per object is allowed, found ${keysOf(entry)}`);
  return withOperator(operator, argument);
}

function withOperator(operator: string, argument: unknown): Matcher {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return { kind: 'text', test: affix(operator, argument) };
    case 'exactly':
      return { kind: 'exactly', value: text(operator, argument) };
    case 'equals-ignore-case':
    case 'wildcard':
      return { kind: 'text', test: textTest(operator, argument) };
    case 'numeric':
      return numeric(argument);
    case 'cidr': {
      const block = parseBlock(text(operator, argument));
      if ('reason' in block) throw new InvalidPattern(block.reason);
      return { kind: 'cidr', text: String(argument), block };
    }
    case 'exists':
      if (typeof argument !== 'boolean') throw new InvalidPattern('exists must be true or false');
      return { kind: 'exists', isThere: argument };
    case 'anything-but':
      return anythingBut(argument);
    default:
      if (operator === 'Ref' || operator.startsWith('Fn::')) return { kind: 'deferred', text: operator };
      throw new InvalidPattern(`there is no operator '${operator}'; ${OPERATORS}`);
  }
}

const OPERATORS =
  'there are prefix, suffix, equals-ignore-case, wildcard, numeric, cidr, exists, anything-but and exactly';

function text(operator: string, argument: unknown): string {
  if (typeof argument === 'string') return argument;
  throw new InvalidPattern(`${operator} needs a text, received ${JSON.stringify(argument)}`);
}

function textTest(operator: TextOperator, argument: unknown): TextTest {
  const test = { operator, text: text(operator, argument), ignoreCase: operator === 'equals-ignore-case' };
  if (operator !== 'wildcard') return test;
  const wildcard = parseWildcard(test.text);
  if ('reason' in wildcard) throw new InvalidPattern(wildcard.reason);
  return { ...test, wildcard };
}

function affix(operator: 'prefix' | 'suffix', argument: unknown): TextTest {
  if (!isSchemaObject(argument)) return textTest(operator, argument);
  const names = keysOf(argument);
  if (names !== 'equals-ignore-case') {
    throw new InvalidPattern(`${operator} knows equals-ignore-case alone, found '${names}'`);
  }
  return { ...textTest(operator, argument['equals-ignore-case']), ignoreCase: true };
}

function numeric(argument: unknown): Matcher {
  if (!Array.isArray(argument)) throw new InvalidPattern('numeric needs a list such as [">=", 100]');
  const [first, value, second, other, ...rest] = argument as readonly unknown[];
  if (first === '=' && argument.length === 2) return { kind: 'exactly', value: number(value) };
  const one = bound(first, value);
  const range: NumericRange = isLower(first) ? { from: one, to: undefined } : { from: undefined, to: one };
  if (argument.length === 2) return { kind: 'numeric', range };
  if (rest.length > 0 || !range.from || isLower(second)) {
    throw new InvalidPattern('numeric takes one comparison, or a lower bound and then an upper one');
  }
  const to = bound(second, other);
  if (range.from.value >= to.value) {
    throw new InvalidPattern(`numeric: the lower bound ${range.from.value} must be below the upper one, ${to.value}`);
  }
  return { kind: 'numeric', range: { from: range.from, to } };
}

function isLower(comparison: unknown): boolean {
  return comparison === '>' || comparison === '>=';
}

function bound(comparison: unknown, value: unknown): Bound {
  if (isLower(comparison) || comparison === '<' || comparison === '<=') {
    return { value: number(value), open: comparison === '<' || comparison === '>' };
  }
  throw new InvalidPattern(`numeric compares by =, <, <=, > or >=, found ${JSON.stringify(comparison)}`);
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new InvalidPattern(`numeric compares with a number, found ${JSON.stringify(value)}`);
}

function anythingBut(argument: unknown): Matcher {
  if (isSchemaObject(argument)) return { kind: 'anything-but-text', tests: exclusions(argument) };
  const values: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  const texts = values.filter(value => typeof value === 'string');
  const numbers = values.filter(value => typeof value === 'number');
  const list = texts.length > 0 ? texts : numbers;
  if (list.length === 0 || list.length < values.length) {
    throw new InvalidPattern(`anything-but needs texts or numbers, not both; received ${JSON.stringify(argument)}`);
  }
  return { kind: 'anything-but', values: list };
}

function exclusions(argument: object): readonly TextTest[] {
  const [[operator, excluded] = ['', undefined], ...others] = Object.entries(argument);
  if (!isTextOperator(operator) || others.length > 0) {
    const known = 'prefix, suffix, equals-ignore-case or wildcard';
    throw new InvalidPattern(`anything-but knows ${known}, found '${keysOf(argument)}'`);
  }
  return (Array.isArray(excluded) ? excluded : [excluded]).map(each => {
    const isAffix = operator === 'prefix' || operator === 'suffix';
    if (each === '' && isAffix) throw new InvalidPattern(`anything-but ${operator} "" leaves nothing`);
    return textTest(operator, each);
  });
}

function isTextOperator(operator: string): operator is TextOperator {
  return ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator);
}

function keysOf(value: object): string {
  return Object.keys(value).join(', ');
}
