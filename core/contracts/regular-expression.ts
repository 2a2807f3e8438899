/**
 * Reads regular expressions, for the part of the language that schemas use: literals, classes, groups, alternatives,
 * quantifiers, anchors. Look-around and back references are beyond it.
 */

/** Code points from one to another; both belong to it. */
export type CharacterRange = readonly [from: number, to: number];

/** A regular expression, taken apart. */
export type Expression =
  | { readonly kind: 'character'; readonly ranges: readonly CharacterRange[] }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  /** `most` is `undefined` without an upper limit. */
  | { readonly kind: 'repeat'; readonly item: Expression; readonly least: number; readonly most: number | undefined }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

const LAST_CODE_POINT = 0x10ffff;
const DIGITS: readonly CharacterRange[] = [[48, 57]];
const CLASSES: Readonly<Record<string, readonly CharacterRange[]>> = {
  d: DIGITS,
  w: [[65, 90], ...DIGITS, [95, 95], [97, 122]],
  s: [
    [9, 13],
    [32, 32],
    [160, 160],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
};
const LINE_ENDS: readonly CharacterRange[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

/** Takes an expression apart; `undefined` when it uses what is not known here. */
export function parseExpression(pattern: string): Expression | undefined {
  const reader = { text: [...pattern], at: 0 };
  try {
    const expression = choice(reader);
    return reader.at === reader.text.length ? expression : undefined;
  } catch (error) {
    if (error instanceof UnknownSyntax) return undefined;
    throw error;
  }
}

/** Every character but those of some ranges. */
export function otherCharacters(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const others: CharacterRange[] = [];
  let next = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > next) others.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next > LAST_CODE_POINT ? others : [...others, [next, LAST_CODE_POINT]];
}

interface Reader {
  /** By character, not by half of one. */
  readonly text: readonly string[];
  at: number;
}

class UnknownSyntax extends Error {
  override readonly name = 'UnknownSyntax';
}

function choice(reader: Reader): Expression {
  const options = [sequence(reader)];
  while (reader.text[reader.at] === '|') {
    reader.at++;
    options.push(sequence(reader));
  }
  const [only] = options;
  return only && options.length === 1 ? only : { kind: 'choice', options };
}

function sequence(reader: Reader): Expression {
  const items: Expression[] = [];
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at] ?? '')) {
    items.push(repeated(reader, atom(reader)));
  }
  return { kind: 'sequence', items };
}

function atom(reader: Reader): Expression {
  const character = next(reader);
  if (character === '^') return { kind: 'start' };
  if (character === '$') return { kind: 'end' };
  if (character === '.') return { kind: 'character', ranges: otherCharacters(LINE_ENDS) };
  if (character === '[') return characterClass(reader);
  if (character === '(') return group(reader);
  if (character === '\\') return { kind: 'character', ranges: escaped(next(reader)) };
  if ('*+?{'.includes(character)) throw new UnknownSyntax(character);
  return { kind: 'character', ranges: single(character) };
}

function single(character: string): readonly CharacterRange[] {
  const codePoint = character.codePointAt(0) ?? 0;
  return [[codePoint, codePoint]];
}

function group(reader: Reader): Expression {
  if (reader.text[reader.at] === '?') {
    const name = /^\?(?::|<[A-Za-z]\w*>)/.exec(reader.text.slice(reader.at).join(''))?.[0];
    if (name === undefined) throw new UnknownSyntax('look-around');
    reader.at += name.length;
  }
  const inner = choice(reader);
  if (next(reader) !== ')') throw new UnknownSyntax('group');
  return inner;
}

function escaped(character: string): readonly CharacterRange[] {
  const known = CLASSES[character] ?? (/[DWS]/.test(character) ? CLASSES[character.toLowerCase()] : undefined);
  if (known) return /[DWS]/.test(character) ? otherCharacters(known) : known;
  if (/[A-Za-z0-9]/.test(character)) throw new UnknownSyntax(`\\${character}`);
  return single(character);
}

function characterClass(reader: Reader): Expression {
  const isNegated = reader.text[reader.at] === '^';
  if (isNegated) reader.at++;
  const ranges: CharacterRange[] = [];
  for (let character = next(reader); character !== ']'; character = next(reader)) {
    const first = character === '\\' ? escaped(next(reader)) : single(character);
    const isRange = reader.text[reader.at] === '-' && reader.text[reader.at + 1] !== ']';
    if (!isRange) {
      ranges.push(...first);
      continue;
    }
    reader.at++;
    const end = next(reader);
    const last = end === '\\' ? escaped(next(reader)) : single(end);
    const [from, to] = [first[0]?.[0] ?? 0, last[0]?.[0] ?? 0];
    if (first.length > 1 || last.length > 1 || to < from) throw new UnknownSyntax('range');
    ranges.push([from, to]);
  }
  return { kind: 'character', ranges: isNegated ? otherCharacters(ranges) : ranges };
}

function repeated(reader: Reader, item: Expression): Expression {
  const rest = reader.text.slice(reader.at, reader.at + 16).join('');
  const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(rest);
  if (!quantifier) {
    if (rest.startsWith('{')) throw new UnknownSyntax('quantifier');
    return item;
  }
  reader.at += quantifier[0].length;
  const [sign = '', from, comma, to] = quantifier;
  if (sign.startsWith('{')) {
    const most = comma === undefined ? Number(from) : to ? Number(to) : undefined;
    return { kind: 'repeat', item, least: Number(from), most };
  }
  return {
    kind: 'repeat',
    item,
    least: sign.startsWith('+') ? 1 : 0,
    most: sign.startsWith('?') ? 1 : undefined,
  };
}

function next(reader: Reader): string {
  const character = reader.text[reader.at];
  if (character === undefined) throw new UnknownSyntax('end');
  reader.at++;
  return character;
}
