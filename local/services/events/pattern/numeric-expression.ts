import { comparableNumber } from './comparable-number.ts';
import type { JsonTokens } from './json-tokens.ts';
import type { Bound, ValueMatcher } from './value-matcher.ts';

const TOO_MANY = 'Too many elements in numeric expression';

/** Parses the list of `{"numeric": [">", 0, "<=", 5]}` and the brace that closes the expression. */
export function parseNumeric(tokens: JsonTokens): ValueMatcher {
  if (tokens.next() !== 'array-start') tokens.fail('Value of numeric must be an array.');
  const token = tokens.next();
  if (token !== 'string') tokens.fail(`Invalid member in numeric match: ${tokens.text}`);
  const matcher = parseComparison(tokens, tokens.text);
  if (tokens.next() !== 'object-end') tokens.fail(TOO_MANY);
  return matcher;
}

function parseComparison(tokens: JsonTokens, operator: string): ValueMatcher {
  const token = tokens.next();
  switch (operator) {
    case '=': {
      requireNumber(tokens, token, 'equals');
      const value = lastNumber(tokens);
      return { kind: 'number', value };
    }
    case '<':
    case '<=': {
      requireNumber(tokens, token, operator);
      const value = lastNumber(tokens);
      return { kind: 'numeric', bottom: undefined, top: { value, open: operator === '<' } };
    }
    case '>':
    case '>=': {
      requireNumber(tokens, token, operator);
      return parseFromBottom(tokens, tokens.text, operator === '>');
    }
    default:
      return tokens.fail(`Unrecognized numeric range operator: ${operator}`);
  }
}

function parseFromBottom(tokens: JsonTokens, spelling: string, open: boolean): ValueMatcher {
  const token = tokens.next();
  if (token === 'array-end') {
    return { kind: 'numeric', bottom: { value: comparable(tokens, spelling), open }, top: undefined };
  }
  if (token !== 'string') tokens.fail(`Bad value in numeric range: ${tokens.text}`);
  const operator = tokens.text;
  if (operator !== '<' && operator !== '<=') tokens.fail(`Bad numeric range operator: ${operator}`);
  requireNumber(tokens, tokens.next(), operator);
  const topSpelling = tokens.text;
  if (tokens.next() !== 'array-end') tokens.fail('Too many terms in numeric range expression');
  const bottom: Bound = { value: comparable(tokens, spelling), open };
  const top: Bound = { value: comparable(tokens, topSpelling), open: operator === '<' };
  if (bottom.value >= top.value) tokens.fail('Bottom must be less than top');
  return { kind: 'numeric', bottom, top };
}

function requireNumber(tokens: JsonTokens, token: string, operator: string): void {
  if (token !== 'number') tokens.fail(`Value of ${operator} must be numeric`);
}

function lastNumber(tokens: JsonTokens): number {
  const { text } = tokens;
  if (tokens.next() !== 'array-end') tokens.fail(TOO_MANY);
  return comparable(tokens, text);
}

function comparable(tokens: JsonTokens, spelling: string): number {
  return comparableNumber(spelling) ?? tokens.fail(`Cannot compare number : ${spelling}`);
}
