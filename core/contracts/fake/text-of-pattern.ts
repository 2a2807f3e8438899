/**
 * Makes texts that match a regular expression, for the part of the language that schemas use: literals, classes, groups,
 * alternatives, quantifiers, anchors. Look-around and back references are beyond it.
 */

/** One choice of a text. */
type Maker = (random: () => number) => string;

/** How often something without an upper limit is repeated at most beyond its least. */
const MOST_REPEATS = 6;
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: ' ' };
const PRINTABLE = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .';

/** A maker of texts that match; `undefined` when the expression uses what is not known here. */
export function textOfPattern(pattern: string): Maker | undefined {
  try {
    const reader = { text: pattern, at: 0 };
    const maker = alternatives(reader);
    return reader.at === pattern.length ? maker : undefined;
  } catch (error) {
    if (error instanceof UnknownSyntax) return undefined;
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

class UnknownSyntax extends Error {
  override readonly name = 'UnknownSyntax';
}

function alternatives(reader: Reader): Maker {
  const options = [sequence(reader)];
  while (reader.text[reader.at] === '|') {
    reader.at++;
    options.push(sequence(reader));
  }
  return random => options[Math.floor(random() * options.length)]?.(random) ?? '';
}

function sequence(reader: Reader): Maker {
  const makers: Maker[] = [];
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at] ?? '')) {
    makers.push(repeated(reader, atom(reader)));
  }
  return random => makers.map(make => make(random)).join('');
}

function atom(reader: Reader): Maker {
  const character = next(reader);
  if (character === '^' || character === '$') return () => '';
  if (character === '.') return oneOf(PRINTABLE);
  if (character === '[') return characterClass(reader);
  if (character === '(') return group(reader);
  if (character === '\\') return escaped(reader);
  if ('*+?{'.includes(character)) throw new UnknownSyntax(character);
  return () => character;
}

function group(reader: Reader): Maker {
  if (reader.text.startsWith('?', reader.at)) {
    const name = /^\?(?::|<[A-Za-z]\w*>)/.exec(reader.text.slice(reader.at))?.[0];
    if (name === undefined) throw new UnknownSyntax('look-around');
    reader.at += name.length;
  }
  const maker = alternatives(reader);
  if (next(reader) !== ')') throw new UnknownSyntax('group');
  return maker;
}

function escaped(reader: Reader): Maker {
  const character = next(reader);
  const range = CLASSES[character];
  if (range !== undefined) return oneOf(expand(range));
  if (/[A-Za-z0-9]/.test(character)) throw new UnknownSyntax(`\\${character}`);
  return () => character;
}

function characterClass(reader: Reader): Maker {
  const isNegated = reader.text[reader.at] === '^';
  if (isNegated) reader.at++;
  let ranges = '';
  for (let character = next(reader); character !== ']'; character = next(reader)) {
    if (character !== '\\') {
      ranges += character;
      continue;
    }
    const name = next(reader);
    const known = CLASSES[name];
    if (known === undefined && /[A-Za-z0-9]/.test(name)) throw new UnknownSyntax(`\\${name}`);
    ranges += known ?? (name === '-' ? '---' : name);
  }
  const characters = expand(ranges);
  return oneOf(isNegated ? [...PRINTABLE].filter(one => !characters.includes(one)).join('') : characters);
}

/** `a-e_` → `abcde_` */
function expand(ranges: string): string {
  return ranges.replace(/(.)-(.)/gsu, (_, from: string, to: string) => {
    const [first = 0, last = 0] = [from.codePointAt(0), to.codePointAt(0)];
    return String.fromCodePoint(...Array.from({ length: Math.max(1, last - first + 1) }, (_item, i) => first + i));
  });
}

function repeated(reader: Reader, maker: Maker): Maker {
  const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(reader.text.slice(reader.at));
  if (!quantifier) return maker;
  reader.at += quantifier[0].length;
  const [least, most] = limits(quantifier);
  return random => {
    const times = least + Math.floor(random() * (most - least + 1));
    return Array.from({ length: times }, () => maker(random)).join('');
  };
}

function limits([sign = '', from, comma, to]: RegExpExecArray): readonly [least: number, most: number] {
  if (sign.startsWith('*')) return [0, MOST_REPEATS];
  if (sign.startsWith('+')) return [1, 1 + MOST_REPEATS];
  if (sign.startsWith('?')) return [0, 1];
  const least = Number(from);
  if (comma === undefined) return [least, least];
  return [least, to ? Math.min(Number(to), least + MOST_REPEATS * 2) : least + MOST_REPEATS];
}

function oneOf(characters: string): Maker {
  const all = [...characters];
  if (all.length === 0) throw new UnknownSyntax('an empty class');
  return random => all[Math.floor(random() * all.length)] ?? '';
}

function next(reader: Reader): string {
  const character = reader.text[reader.at];
  if (character === undefined) throw new UnknownSyntax('end');
  reader.at++;
  return character;
}
