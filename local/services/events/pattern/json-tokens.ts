/**
 * Reads the JSON text of an event pattern token by token, so that numbers keep their spelling and every refusal can
 * name its place as AWS names it. It is not a general JSON parser: like AWS's, it stops caring after the token that its
 * caller asked for last, so that text after the pattern's closing brace is never looked at.
 *
 * Invariants (they decide which column a refusal reports):
 * 1. A string is consumed up to its opening quote, and to its end only when its text is asked for or the next token is.
 * 2. A field name is consumed together with the first token of its value.
 */
import { EventPatternError } from './event-pattern-error.ts';

export type JsonToken =
  | 'object-start'
  | 'object-end'
  | 'array-start'
  | 'array-end'
  | 'field'
  | 'string'
  | 'number'
  | 'true'
  | 'false'
  | 'null'
  | 'end';

interface Container {
  readonly kind: 'Object' | 'Array';
  readonly startOffset: number;
  members: number;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[\p{L}\p{N}_$]+/uy;
const WHITESPACE = /[ \t\r\n]*/y;
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

export class JsonTokens {
  readonly #json: string;
  readonly #containers: Container[] = [];
  #offset = 0;
  #token: JsonToken = 'end';
  #name = '';
  #text = '';
  /** The value token that was read along with its field name. */
  #afterField: JsonToken | undefined;
  #stringUnread = false;

  constructor(json: string) {
    this.#json = json;
  }

  /** Moves to the next token. @throws EventPatternError where the text is not JSON */
  next(): JsonToken {
    this.#token = this.#afterField ?? this.#advance();
    this.#afterField = undefined;
    if (this.#token === 'field') this.#afterField = this.#value();
    return this.#token;
  }

  /** The field name read last. */
  get name(): string {
    return this.#name;
  }

  /** The text of the value read last: a string decoded, a number as it is spelled. */
  get text(): string {
    if (this.#stringUnread) this.#text = this.#string();
    return this.#text;
  }

  /** Refuses the pattern at the current place. */
  fail(reason: string): never {
    throw new EventPatternError(`${reason}\n at ${this.#location(this.#offset)}`);
  }

  #advance(): JsonToken {
    if (this.#stringUnread) this.#string();
    this.#skipWhitespace();
    const container = this.#containers.at(-1);
    const character = this.#json[this.#offset];
    if (character === undefined) return this.#endOfText(container);
    if (character === ']' || character === '}') return this.#close(character, container);
    if (!container) return this.#value();
    if (container.members++ > 0) this.#comma(container);
    return container.kind === 'Object' ? this.#field() : this.#value();
  }

  #endOfText(container: Container | undefined): JsonToken {
    if (!container) return 'end';
    return this.fail(
      `Unexpected end-of-input: expected close marker for ${container.kind} (start marker at ${this.#location(container.startOffset)})`,
    );
  }

  #close(marker: ']' | '}', container: Container | undefined): JsonToken {
    this.#offset++;
    const kind = marker === ']' ? 'Array' : 'Object';
    if (!container) return this.fail(`Unexpected close marker '${marker}': no open ${kind} to close`);
    if (container.kind !== kind) {
      const expected = container.kind === 'Array' ? ']' : '}';
      return this.fail(
        `Unexpected close marker '${marker}': expected '${expected}' (for ${container.kind} starting at ${this.#location(container.startOffset)})`,
      );
    }
    this.#containers.pop();
    this.#text = marker;
    return kind === 'Array' ? 'array-end' : 'object-end';
  }

  #comma(container: Container): void {
    if (this.#json[this.#offset] !== ',')
      this.#unexpected(`was expecting comma to separate ${container.kind} entries`, 1);
    this.#offset++;
    this.#skipWhitespace();
  }

  #field(): JsonToken {
    if (this.#json[this.#offset] !== '"') this.#unexpected('was expecting double-quote to start field name', 0);
    this.#offset++;
    this.#name = this.#string();
    this.#skipWhitespace();
    if (this.#json[this.#offset] !== ':') this.#unexpected('was expecting a colon to separate field name and value', 1);
    this.#offset++;
    return 'field';
  }

  #value(): JsonToken {
    this.#skipWhitespace();
    const character = this.#json[this.#offset];
    if (character === '{' || character === '[') return this.#open(character);
    if (character === '"') {
      this.#offset++;
      this.#stringUnread = true;
      return 'string';
    }
    return this.#number() ?? this.#word();
  }

  #open(marker: '{' | '['): JsonToken {
    const kind = marker === '{' ? 'Object' : 'Array';
    this.#containers.push({ kind, startOffset: this.#offset, members: 0 });
    this.#offset++;
    return kind === 'Object' ? 'object-start' : 'array-start';
  }

  #number(): JsonToken | undefined {
    NUMBER.lastIndex = this.#offset;
    const spelling = NUMBER.exec(this.#json)?.[0];
    if (spelling === undefined) return undefined;
    this.#offset += spelling.length;
    if (/^-?0$/.test(spelling) && /[0-9]/.test(this.#json[this.#offset] ?? ''))
      this.fail('Invalid numeric value: Leading zeroes not allowed');
    this.#text = spelling;
    return 'number';
  }

  #word(): JsonToken {
    WORD.lastIndex = this.#offset;
    const word = WORD.exec(this.#json)?.[0];
    if (word === undefined) return this.#unexpected(`expected a valid value ${VALUES}`, 1);
    this.#offset += word.length;
    if (word !== 'true' && word !== 'false' && word !== 'null')
      return this.fail(`Unrecognized token '${word}': was expecting ${VALUES}`);
    this.#text = word;
    return word;
  }

  #string(): string {
    const start = this.#offset;
    for (let at = start; at < this.#json.length; at++) {
      const character = this.#json[at];
      if (character === '\\') at++;
      else if (character === '"') return this.#endString(start, at);
    }
    this.#offset = this.#json.length;
    return this.fail('Unexpected end-of-input: was expecting closing quote for a string value');
  }

  #endString(start: number, end: number): string {
    this.#offset = end + 1;
    this.#stringUnread = false;
    try {
      return JSON.parse(this.#json.slice(start - 1, end + 1)) as string; // quoted, so it parses to a string
    } catch {
      return this.fail('Unrecognized character escape or unquoted control character in a string value');
    }
  }

  #unexpected(expectation: string, consumed: 0 | 1): never {
    const character = this.#json.codePointAt(this.#offset);
    if (character === undefined) this.fail(`Unexpected end-of-input: ${expectation}`);
    this.#offset += consumed;
    return this.fail(`Unexpected character ('${String.fromCodePoint(character)}' (code ${character})): ${expectation}`);
  }

  #skipWhitespace(): void {
    WHITESPACE.lastIndex = this.#offset;
    this.#offset += WHITESPACE.exec(this.#json)?.[0].length ?? 0;
  }

  #location(offset: number): string {
    const before = this.#json.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return `[Source: (String)"${this.#json}"; line: ${before.length}, column: ${column}]`;
  }
}

/** A refusal raised inside `parse` is raised again with the current place. */
export function locatingRefusal<Value>(tokens: JsonTokens, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    return tokens.fail((error as Error).message); // everything that the pattern parsers throw is an error
  }
}
