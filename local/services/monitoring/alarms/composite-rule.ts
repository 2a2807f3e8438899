/** The language of composite alarms: `(ALARM("a") OR OK(b)) AND NOT INSUFFICIENT_DATA("c")`, `TRUE`, `FALSE`. */
import { invalidValue } from '../input.ts';
import type { AlarmState } from './alarm.ts';

export type StateOf = (alarm: string) => AlarmState | undefined;
export type CompositeRule = (stateOf: StateOf) => boolean;

const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^\s()"']+))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/y;

type Token =
  | { readonly kind: 'test'; readonly state: string; readonly alarm: string }
  | { readonly kind: 'word'; readonly word: string };

/** Alarms are named by name or by ARN. @throws AwsError when the rule cannot be read */
export function parseCompositeRule(rule: string): CompositeRule {
  const tokens = tokenize(rule);
  let position = 0;

  function takeWord(word: string): boolean {
    const token = tokens[position];
    if (token?.kind !== 'word' || token.word !== word) return false;
    position++;
    return true;
  }
  function either(): CompositeRule {
    const sides = [both()];
    while (takeWord('OR')) sides.push(both());
    return stateOf => sides.some(side => side(stateOf));
  }
  function both(): CompositeRule {
    const sides = [unary()];
    while (takeWord('AND')) sides.push(unary());
    return stateOf => sides.every(side => side(stateOf));
  }
  function unary(): CompositeRule {
    if (takeWord('NOT')) {
      const operand = unary();
      return stateOf => !operand(stateOf);
    }
    if (takeWord('(')) {
      const inner = either();
      if (!takeWord(')')) throw unreadable(rule);
      return inner;
    }
    if (takeWord('TRUE')) return () => true;
    if (takeWord('FALSE')) return () => false;
    const token = tokens[position++];
    if (token?.kind !== 'test') throw unreadable(rule);
    const { state, alarm } = token;
    return stateOf => stateOf(alarm) === state;
  }

  const parsed = either();
  if (position < tokens.length) throw unreadable(rule);
  return parsed;
}

function tokenize(rule: string): Token[] {
  const tokens: Token[] = [];
  const text = rule.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw unreadable(rule);
    const [, state, double, single, bare, word, bracket] = match;
    if (state !== undefined) tokens.push({ kind: 'test', state, alarm: double ?? single ?? bare ?? '' });
    else tokens.push({ kind: 'word', word: word ?? bracket ?? '' });
  }
  return tokens;
}

function unreadable(rule: string) {
  return invalidValue(`AlarmRule is not valid: ${rule}`);
}
