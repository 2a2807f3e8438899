/**
 * Steps over JSON text, as UTF-16 code units, without building anything from it, and accepts exactly what `JSON.parse`
 * accepts. The units end with a 0, which the grammar allows nowhere, so that no loop has to look for the end.
 *
 * Each function takes the index to begin at and answers the index behind what it stepped over. This is most of what matching
 * an event costs, which is why the functions are plain, and why units are compared with numbers and not with constants
 * that the compiler would have to load: that took a third of the time.
 */

/** What closes each container that is being stepped over, from the outermost. */
const closes: number[] = [];

const ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\/bfnrt', character => character.charCodeAt(0)));
const WORDS = ['true', 'false', 'null'].map(word => Uint16Array.from(word, character => character.charCodeAt(0)));

/** Text that is not JSON, or not the JSON that was asked for. */
export class EventSyntaxError extends Error {
  readonly code = 'InvalidEvent';
  readonly retryable = false;

  constructor(offset: number) {
    super(`Cannot read event: must be a JSON object, stopped at character ${offset}`);
    this.name = 'EventSyntaxError';
  }
}

/** Steps over white space. */
export function skipSpace(units: Uint16Array, from: number): number {
  let at = from;
  for (;;) {
    const unit = units[at] as number; // as everywhere here: nothing reads on behind the 0
    if (unit > 32 || (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9)) return at;
    at++;
  }
}

/** Steps over the string that begins here. */
export function skipString(units: Uint16Array, from: number): number {
  let at = from;
  for (;;) {
    const unit = units[++at] as number;
    if (unit > 92) continue;
    if (unit === 34 /* " */) return at + 1;
    if (unit === 92 /* \ */) at = lastOfEscape(units, at);
    else if (unit < 32) throw new EventSyntaxError(at);
  }
}

/** Steps over the colon between a name and its value, up to the value. */
export function skipColon(units: Uint16Array, from: number): number {
  const at = skipSpace(units, from);
  if (units[at] !== 58 /* : */) throw new EventSyntaxError(at);
  return skipSpace(units, at + 1);
}

/** Steps over the value that begins here, whatever it is and however deep. */
export function skipValue(units: Uint16Array, from: number): number {
  let at = from;
  let depth = 0;
  for (;;) {
    const unit = units[at] as number;
    if (unit === 34 /* " */) at = skipString(units, at);
    else if (unit === 123 /* { */ || unit === 91 /* [ */) {
      const close = unit + 2; // as in ASCII
      at = skipSpace(units, at + 1);
      if (units[at] !== close) {
        closes[depth++] = close;
        if (close === 125 /* } */) at = skipName(units, at);
        continue;
      }
      at++;
    } else at = skipScalar(units, at);
    for (;;) {
      if (depth === 0) return at;
      at = skipSpace(units, at);
      if (units[at] === 44 /* , */) break;
      if (units[at] !== closes[--depth]) throw new EventSyntaxError(at);
      at++;
    }
    at = skipSpace(units, at + 1);
    if (closes[depth - 1] === 125 /* } */) at = skipName(units, at);
  }
}

/** Steps over the number, `true`, `false` or `null` that begins here. */
export function skipScalar(units: Uint16Array, at: number): number {
  const unit = units[at] as number;
  return unit === 45 /* - */ || isDigit(unit) ? skipNumber(units, at) : skipWord(units, at);
}

function skipName(units: Uint16Array, at: number): number {
  if (units[at] !== 34 /* " */) throw new EventSyntaxError(at);
  return skipColon(units, skipString(units, at));
}

function skipWord(units: Uint16Array, at: number): number {
  for (const word of WORDS) if (stands(word, units, at)) return at + word.length;
  throw new EventSyntaxError(at);
}

function stands(word: Uint16Array, units: Uint16Array, at: number): boolean {
  for (let index = 0; index < word.length; index++) if (units[at + index] !== word[index]) return false;
  return true;
}

function skipNumber(units: Uint16Array, from: number): number {
  let at = units[from] === 45 /* - */ ? from + 1 : from;
  at = units[at] === 48 /* 0 */ ? at + 1 : skipDigits(units, at);
  if (units[at] === 46 /* . */) at = skipDigits(units, at + 1);
  if (((units[at] as number) | 32) !== 101 /* e */) return at;
  at++;
  return skipDigits(units, units[at] === 43 /* + */ || units[at] === 45 /* - */ ? at + 1 : at);
}

function skipDigits(units: Uint16Array, from: number): number {
  let at = from;
  while (isDigit(units[at] as number)) at++;
  if (at === from) throw new EventSyntaxError(at);
  return at;
}

/** @param at the index of a backslash; answers that of the last unit that belongs to it */
function lastOfEscape(units: Uint16Array, at: number): number {
  const unit = units[at + 1] as number;
  if (ESCAPES.has(unit)) return at + 1;
  if (unit !== 117 /* u */) throw new EventSyntaxError(at + 1);
  for (let digit = at + 2; digit <= at + 5; digit++)
    if (!isHexDigit(units[digit] as number)) throw new EventSyntaxError(digit);
  return at + 5;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isHexDigit(unit: number): boolean {
  const lower = unit | 32;
  return isDigit(unit) || (lower >= 97 && lower <= 102);
}
