/**
 * Finds where a text stops being JSON. `JSON.parse` says so only sometimes and differently in each engine; a producer
 * that sent a broken body should always hear the position.
 */

/** A place in a text; line and column count from 1, offset from 0 (UTF-16 units). */
export interface TextPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const LITERAL = /true|false|null/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold raw control characters
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;

/** The first position at which `text` breaks JSON's grammar; `undefined` when it is JSON. */
export function jsonErrorPosition(text: string): TextPosition | undefined {
  const offset = firstError(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  return { offset, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** What may come next. */
type Expectation = 'value' | 'value-or-close' | 'name' | 'name-or-close' | 'comma-or-close';

/** A pushdown automaton over tokens; the stack holds the closing brackets that are still owed. */
function firstError(text: string): number | undefined {
  const owed: ('}' | ']')[] = [];
  let expected: Expectation = 'value';
  let at = skip(text, 0, SPACE);
  while (at < text.length) {
    const character = text[at];
    const innermost = owed.at(-1);
    if (expected === 'comma-or-close') {
      if (innermost === undefined) return at;
      if (character === ',') expected = innermost === '}' ? 'name' : 'value';
      else if (character === innermost) owed.pop();
      else return at;
      at += 1;
    } else if (character === innermost && (expected === 'value-or-close' || expected === 'name-or-close')) {
      owed.pop();
      expected = 'comma-or-close';
      at += 1;
    } else if (expected === 'name' || expected === 'name-or-close') {
      const colon = skip(text, skip(text, at, STRING), SPACE);
      if (skip(text, at, STRING) === at) return at;
      if (text[colon] !== ':') return colon;
      expected = 'value';
      at = colon + 1;
    } else if (character === '{' || character === '[') {
      owed.push(character === '{' ? '}' : ']');
      expected = character === '{' ? 'name-or-close' : 'value-or-close';
      at += 1;
    } else {
      const end = scalarEnd(text, at);
      if (end === at) return at;
      expected = 'comma-or-close';
      at = end;
    }
    at = skip(text, at, SPACE);
  }
  return owed.length === 0 && expected === 'comma-or-close' ? undefined : text.length;
}

function scalarEnd(text: string, at: number): number {
  return Math.max(skip(text, at, STRING), skip(text, at, NUMBER), skip(text, at, LITERAL));
}

function skip(text: string, at: number, token: RegExp): number {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : at;
}
