/**
 * Whether any text both matches a regular expression and meets a comparison: both are read as machines, which take the same
 * characters side by side.
 */
import { type CharacterRange, type Expression, parseExpression } from '../regular-expression.ts';
import type { TextTest } from './matcher.ts';

/** What a comparison takes next: one character of some ranges, or any characters at all. */
type Element = readonly CharacterRange[] | 'any';

/** A state of the expression's machine. */
interface State {
  readonly takes: { readonly ranges: readonly CharacterRange[]; readonly next: number }[];
  /** Where to go without a character; `only` at the start, or when the text ends here. */
  readonly skips: { readonly next: number; readonly only?: 'start' | 'end' }[];
}

const MOST_STATES = 1500;
const MOST_STEPS = 100_000;
const ANY: readonly CharacterRange[] = [[0, 0x10ffff]];

/** `false` only when it is certain that no text does. */
export function textCanMatch(pattern: string, test: TextTest): boolean {
  const expression = parseExpression(pattern);
  const elements = elementsOf(test);
  if (!expression || !elements) return true;
  const states: State[] = [{ takes: [{ ranges: ANY, next: 0 }], skips: [] }]; // a match may begin anywhere
  const first = newState(states);
  const last = built(expression, first, states);
  states[0]?.skips.push({ next: first });
  if (last === undefined) return true;
  states[last]?.takes.push({ ranges: ANY, next: last });
  return canMeet(states, last, elements);
}

function elementsOf({ text, operator, ignoreCase, wildcard }: TextTest): readonly Element[] | undefined {
  if (wildcard) {
    return wildcard.literals.flatMap((literal, index): readonly Element[] => [
      ...(index === 0 ? [] : ['any' as const]),
      ...[...literal].map(exactly),
    ]);
  }
  const characters = [...text].map(ignoreCase ? inAnyCase : exactly);
  const known = characters.filter(each => each !== undefined);
  if (known.length < characters.length) return undefined;
  if (operator === 'prefix') return [...known, 'any'];
  return operator === 'suffix' ? ['any', ...known] : known;
}

function exactly(character: string): readonly CharacterRange[] {
  const codePoint = character.codePointAt(0) ?? 0;
  return [[codePoint, codePoint]];
}

/** `undefined` for a character whose other case is more than one character. */
function inAnyCase(character: string): readonly CharacterRange[] | undefined {
  const forms = [character, character.toLowerCase(), character.toUpperCase()];
  return forms.some(form => [...form].length !== 1) ? undefined : forms.flatMap(exactly);
}

function newState(states: State[]): number {
  return states.push({ takes: [], skips: [] }) - 1;
}

/** Builds the machine of an expression from a state on; `undefined` when it grows too large. */
function built(expression: Expression, from: number, states: State[]): number | undefined {
  if (states.length > MOST_STATES) return undefined;
  switch (expression.kind) {
    case 'character': {
      const next = newState(states);
      states[from]?.takes.push({ ranges: expression.ranges, next });
      return next;
    }
    case 'start':
    case 'end': {
      const next = newState(states);
      states[from]?.skips.push({ next, only: expression.kind });
      return next;
    }
    case 'sequence':
      return expression.items.reduce<number | undefined>(
        (at, item) => (at === undefined ? undefined : built(item, at, states)),
        from,
      );
    case 'choice': {
      const next = newState(states);
      for (const option of expression.options) {
        const end = built(option, from, states);
        if (end === undefined) return undefined;
        states[end]?.skips.push({ next });
      }
      return next;
    }
    case 'repeat':
      return builtRepeat(expression, from, states);
  }
}

function builtRepeat(
  { item, least, most }: Extract<Expression, { kind: 'repeat' }>,
  from: number,
  states: State[],
): number | undefined {
  let at: number | undefined = from;
  for (let count = 0; count < least && at !== undefined; count++) at = built(item, at, states);
  if (at === undefined) return undefined;
  const next = newState(states);
  states[at]?.skips.push({ next });
  if (most === undefined) {
    const loop = newState(states);
    states[at]?.skips.push({ next: loop });
    const end = built(item, loop, states);
    if (end === undefined) return undefined;
    states[end]?.skips.push({ next: loop }, { next });
    return next;
  }
  for (let count = least; count < most; count++) {
    at = built(item, at, states);
    if (at === undefined) return undefined;
    states[at]?.skips.push({ next });
  }
  return next;
}

interface Pair {
  readonly state: number;
  readonly element: number;
  readonly atStart: boolean;
  /** The expression wants the text to end here. */
  readonly ended: boolean;
}

/** Goes through the pairs of states that both machines can be in. */
function canMeet(states: readonly State[], accepting: number, elements: readonly Element[]): boolean {
  const queue: Pair[] = [{ state: 0, element: 0, atStart: true, ended: false }];
  const seen = new Set<string>();
  for (let pair = queue.pop(); pair; pair = queue.pop()) {
    const { state, element, atStart, ended } = pair;
    const key = `${state},${element},${atStart},${ended}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MOST_STEPS) return true;
    if (state === accepting && element === elements.length) return true;
    const wanted = elements[element];
    if (wanted === 'any') queue.push({ ...pair, element: element + 1 });
    for (const { next, only } of states[state]?.skips ?? []) {
      if (only === 'start' && !atStart) continue;
      queue.push({ ...pair, state: next, ended: ended || only === 'end' });
    }
    if (ended || wanted === undefined) continue;
    for (const { ranges, next } of states[state]?.takes ?? []) {
      if (wanted !== 'any' && !overlap(ranges, wanted)) continue;
      queue.push({ state: next, element: wanted === 'any' ? element : element + 1, atStart: false, ended: false });
    }
  }
  return false;
}

function overlap(one: readonly CharacterRange[], other: readonly CharacterRange[]): boolean {
  return one.some(([from, to]) => other.some(([start, end]) => from <= end && start <= to));
}
