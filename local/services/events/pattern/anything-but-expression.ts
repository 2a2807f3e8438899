import { comparableNumber } from './comparable-number.ts';
import { caseForms } from './ignore-case.ts';
import { type JsonToken, type JsonTokens, locatingRefusal } from './json-tokens.ts';
import type { AnythingBut } from './value-matcher.ts';
import { parseWildcard } from './wildcard.ts';

type Operator = 'equals-ignore-case' | 'prefix' | 'suffix' | 'wildcard';

const TOO_MANY = 'Too many elements in numeric expression'; // AWS's words, wherever an expression is not closed
const NOT_A_VALUE: Readonly<Record<Operator, string>> = {
  'equals-ignore-case': 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  prefix: 'prefix/suffix match pattern must be a string',
  suffix: 'prefix/suffix match pattern must be a string',
  wildcard: 'wildcard match pattern must be a string',
};

/** Parses what follows `{"anything-but":`, up to the brace that closes the expression. */
export function parseAnythingBut(tokens: JsonTokens): AnythingBut {
  let token = tokens.next();
  const operator = token === 'object-start' ? parseOperator(tokens) : undefined;
  if (operator) token = tokens.next();
  if (token !== 'array-start' && token !== 'string' && token !== 'number')
    tokens.fail('Value of anything-but must be an array or single string/number value.');
  const matcher = operator ? parseExclusions(tokens, token, operator) : parseValues(tokens, token);
  if (tokens.next() !== 'object-end') tokens.fail(TOO_MANY);
  if (operator && tokens.next() !== 'object-end') tokens.fail(TOO_MANY);
  return matcher;
}

function parseOperator(tokens: JsonTokens): Operator {
  if (tokens.next() !== 'field') tokens.fail('Anything-But expression name not found');
  const { name } = tokens;
  if (name === 'equals-ignore-case' || name === 'prefix' || name === 'suffix' || name === 'wildcard') return name;
  return tokens.fail(`Unsupported anything-but pattern: ${name}`);
}

function parseValues(tokens: JsonTokens, token: JsonToken): AnythingBut {
  if (token === 'string') return { kind: 'anything-but', texts: new Set([tokens.text]) };
  if (token === 'number') return { kind: 'anything-but-numbers', values: new Set([parseNumber(tokens)]) };
  const texts = new Set<string>();
  const values = new Set<number>();
  locatingRefusal(tokens, () => {
    for (let entry = tokens.next(); entry !== 'array-end'; entry = tokens.next()) {
      if (entry === 'string') texts.add(tokens.text);
      else if (entry === 'number') values.add(parseNumber(tokens));
      else tokens.fail('Inside anything but list, start|null|boolean is not supported.');
    }
  });
  if (texts.size > 0 === values.size > 0) {
    tokens.fail('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  return texts.size > 0 ? { kind: 'anything-but', texts } : { kind: 'anything-but-numbers', values };
}

function parseNumber(tokens: JsonTokens): number {
  return comparableNumber(tokens.text) ?? tokens.fail(`Cannot compare number : ${tokens.text}`);
}

function parseExclusions(tokens: JsonTokens, token: JsonToken, operator: Operator): AnythingBut {
  if (token !== 'array-start') return exclusion(tokens, operator, [parseText(tokens, token, operator)]);
  const texts = locatingRefusal(tokens, () => {
    const list: string[] = [];
    for (let entry = tokens.next(); entry !== 'array-end'; entry = tokens.next())
      list.push(parseText(tokens, entry, operator));
    return list;
  });
  return exclusion(tokens, operator, texts);
}

function parseText(tokens: JsonTokens, token: JsonToken, operator: Operator): string {
  if (token !== 'string') tokens.fail(NOT_A_VALUE[operator]);
  const { text } = tokens;
  if (text === '' && (operator === 'prefix' || operator === 'suffix')) tokens.fail('Null prefix/suffix not allowed');
  return text;
}

function exclusion(tokens: JsonTokens, operator: Operator, texts: readonly string[]): AnythingBut {
  switch (operator) {
    case 'equals-ignore-case':
      return { kind: 'anything-but-ignore-case', forms: texts.map(caseForms) };
    case 'prefix':
    case 'suffix':
      return { kind: `anything-but-${operator}`, texts };
    case 'wildcard':
      return {
        kind: 'anything-but-wildcard',
        literals: locatingRefusal(tokens, () => texts.map(parseWildcard)),
      };
  }
}
