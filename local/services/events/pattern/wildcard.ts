import { EventPatternError } from './event-pattern-error.ts';

/** One element of a wildcard pattern: a character, or `undefined` for `*`. */
type Element = string | undefined;

/**
 * From how many simultaneous partial matches on a pattern counts as too complex. AWS does not publish its number;
 * it accepts a pattern that reaches 7 and refuses one that reaches 11 (recorded).
 */
const COMPLEXITY_LIMIT = 10;

/** Sets of partial matches looked at before the evaluation gives up and accepts. */
const EVALUATION_LIMIT = 20_000;

/**
 * Parses a `wildcard` value: `*` stands for any characters or none, `\*` and `\\` for themselves.
 *
 * @returns the literal texts between the stars
 * @throws EventPatternError with AWS's reason; positions count from the opening quote
 */
export function parseWildcard(text: string): readonly string[] {
  const elements = parseElements(text);
  if (complexity(['"', ...elements, '"']) >= COMPLEXITY_LIMIT) {
    throw new EventPatternError(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
  const literals = [''];
  for (const element of elements) {
    if (element === undefined) literals.push('');
    else literals[literals.length - 1] += element;
  }
  return literals;
}

/** Whether the value is the literals in order, the first at its start, the last at its end, anything between. */
export function matchesWildcard(value: string, literals: readonly string[]): boolean {
  const [first = '', ...others] = literals;
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let from = first.length;
  for (const literal of others) {
    const found = value.indexOf(literal, from);
    if (found < 0) return false;
    from = found + literal.length;
  }
  return from <= value.length - last.length;
}

function parseElements(text: string): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const next = text[at + 1];
    if (character === '*') {
      if (next === '*') throw new EventPatternError(`Consecutive wildcard characters at pos ${byteOffset(text, at)}`);
      elements.push(undefined);
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\')
        throw new EventPatternError(`Invalid escape character at pos ${byteOffset(text, at)}`);
      elements.push(next);
      at++;
    } else {
      elements.push(character);
    }
  }
  return elements;
}

function byteOffset(text: string, at: number): number {
  return Buffer.byteLength(text.slice(0, at)) + 1;
}

/** The most partial matches that any value can keep alive at once. */
function complexity(elements: readonly Element[]): number {
  if (elements.filter(element => element === undefined).length < 2 && elements.length < COMPLEXITY_LIMIT) return 1;
  const alphabet = new Set(elements.map(element => element ?? ''));
  const seen = new Set(['-1']);
  const queue = [[-1]];
  let most = 0;
  for (let active = queue.pop(); active && seen.size < EVALUATION_LIMIT; active = queue.pop()) {
    for (const character of alphabet) {
      const reached = step(elements, active, character);
      const key = reached.join();
      if (reached.length === 0 || seen.has(key)) continue;
      seen.add(key);
      queue.push(reached);
      most = Math.max(most, reached.length + emptyStarsAhead(elements, reached));
      if (most >= COMPLEXITY_LIMIT) return most;
    }
  }
  return most;
}

/** Which elements may have taken `character`, when those of `active` have taken the one before. */
function step(elements: readonly Element[], active: readonly number[], character: string): number[] {
  const reached = new Set<number>();
  for (const at of active) {
    if (at >= 0 && elements[at] === undefined) reached.add(at);
    const next = at + 1;
    if (next >= elements.length) continue;
    if (elements[next] === undefined) reached.add(next);
    const literal = elements[next] === undefined ? next + 1 : next;
    if (literal < elements.length && elements[literal] === character) reached.add(literal);
  }
  return [...reached].sort((a, b) => a - b);
}

function emptyStarsAhead(elements: readonly Element[], reached: readonly number[]): number {
  return reached.filter(at => at + 1 < elements.length && elements[at + 1] === undefined && !reached.includes(at + 1))
    .length;
}
