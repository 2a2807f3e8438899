import { parseAnythingBut } from './anything-but-expression.ts';
import { caseForms } from './ignore-case.ts';
import { parseCidr } from './ip-address.ts';
import { type JsonTokens, locatingRefusal } from './json-tokens.ts';
import { parseNumeric } from './numeric-expression.ts';
import type { ValueMatcher } from './value-matcher.ts';
import { parseWildcard } from './wildcard.ts';

const ONE_KEY = 'Only one key allowed in match expression';

/** Parses `{"prefix": "a"}` and its like, from behind the opening brace to the closing one. */
export function parseMatchExpression(tokens: JsonTokens): ValueMatcher {
  if (tokens.next() !== 'field') tokens.fail('Match expression name not found');
  switch (tokens.name) {
    case 'exactly':
      return { kind: 'equals', text: onlyString(tokens, 'exact match pattern must be a string') };
    case 'prefix':
      return parseAffix(tokens, 'prefix');
    case 'suffix':
      return parseAffix(tokens, 'suffix');
    case 'numeric':
      return parseNumeric(tokens);
    case 'anything-but':
      return parseAnythingBut(tokens);
    case 'exists':
      return parseExists(tokens);
    case 'cidr': // AWS says "prefix" here too
      return { kind: 'cidr', range: parseCidr(onlyString(tokens, 'prefix match pattern must be a string')) };
    case 'equals-ignore-case':
      return {
        kind: 'equals-ignore-case',
        forms: caseForms(onlyString(tokens, 'equals-ignore-case match pattern must be a string')),
      };
    case 'wildcard':
      return { kind: 'wildcard', literals: parseWildcardValue(tokens) };
    default:
      return tokens.fail(`Unrecognized match type ${tokens.name}`);
  }
}

function parseAffix(tokens: JsonTokens, kind: 'prefix' | 'suffix'): ValueMatcher {
  const token = tokens.next();
  if (token !== 'object-start') {
    if (token !== 'string') tokens.fail(`${kind} match pattern must be a string`);
    const { text } = tokens;
    closeObject(tokens);
    return { kind, text };
  }
  const name = kind === 'prefix' ? 'Prefix' : 'Suffix';
  if (tokens.next() !== 'field') tokens.fail(`${name} expression name not found`);
  if (tokens.name !== 'equals-ignore-case') tokens.fail(`Unsupported ${kind} pattern: ${tokens.name}`);
  const forms = caseForms(onlyString(tokens, 'equals-ignore-case match pattern must be a string'));
  closeObject(tokens);
  return { kind: `${kind}-ignore-case`, forms };
}

function parseExists(tokens: JsonTokens): ValueMatcher {
  const token = tokens.next();
  if (token !== 'true' && token !== 'false') tokens.fail('exists match pattern must be either true or false.');
  closeObject(tokens);
  return { kind: token === 'true' ? 'exists' : 'absent' };
}

function parseWildcardValue(tokens: JsonTokens): readonly string[] {
  if (tokens.next() !== 'string') tokens.fail('wildcard match pattern must be a string');
  const literals = locatingRefusal(tokens, () => parseWildcard(tokens.text));
  closeObject(tokens);
  return literals;
}

function onlyString(tokens: JsonTokens, refusal: string): string {
  if (tokens.next() !== 'string') tokens.fail(refusal);
  const { text } = tokens;
  closeObject(tokens);
  return text;
}

function closeObject(tokens: JsonTokens): void {
  if (tokens.next() !== 'object-end') tokens.fail(ONE_KEY);
}
