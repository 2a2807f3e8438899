/** Makes texts that match a regular expression, as far as it is understood. */
import { type CharacterRange, type Expression, parseExpression } from '../regular-expression.ts';

/** One choice of a text. */
type Maker = (random: () => number) => string;

/** How often something without an upper limit is repeated at most beyond its least. */
const MOST_REPEATS = 6;
const PRINTABLE = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .'];
/** A class with more characters is made of those that are printable. */
const MOST_CHARACTERS = 200;

/** A maker of texts that match; `undefined` when the expression uses what is not known here. */
export function textOfPattern(pattern: string): Maker | undefined {
  const expression = parseExpression(pattern);
  return expression && makerOf(expression);
}

/** `undefined` when nothing can be made. */
function makerOf(expression: Expression): Maker | undefined {
  switch (expression.kind) {
    case 'start':
    case 'end':
      return () => '';
    case 'character':
      return oneOf(charactersOf(expression.ranges));
    case 'sequence': {
      const makers = all(expression.items);
      return makers && (random => makers.map(make => make(random)).join(''));
    }
    case 'choice': {
      const makers = all(expression.options);
      return makers && (random => makers[Math.floor(random() * makers.length)]?.(random) ?? '');
    }
    case 'repeat':
      return repeated(expression);
  }
}

function all(expressions: readonly Expression[]): readonly Maker[] | undefined {
  const makers = expressions.map(makerOf).filter(maker => maker !== undefined);
  return makers.length === expressions.length ? makers : undefined;
}

function repeated({ item, least, most }: Extract<Expression, { kind: 'repeat' }>): Maker | undefined {
  const maker = makerOf(item);
  const limit = most === undefined ? least + MOST_REPEATS : Math.min(most, least + MOST_REPEATS * 2);
  return (
    maker &&
    (random => {
      const times = least + Math.floor(random() * (limit - least + 1));
      return Array.from({ length: times }, () => maker(random)).join('');
    })
  );
}

function charactersOf(ranges: readonly CharacterRange[]): readonly string[] {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const isIn = (codePoint: number) => ranges.some(([from, to]) => from <= codePoint && codePoint <= to);
  if (count > MOST_CHARACTERS) return PRINTABLE.filter(character => isIn(character.codePointAt(0) ?? 0));
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
  );
}

function oneOf(characters: readonly string[]): Maker | undefined {
  if (characters.length === 0) return undefined;
  return random => characters[Math.floor(random() * characters.length)] ?? '';
}
