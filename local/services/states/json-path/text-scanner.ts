import { JsonPathSyntaxError } from './json-path.ts';

/** Reads a text from left to right. */
export class TextScanner {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.position >= this.#text.length;
  }

  /** The character `ahead` of the position, or '' behind the end. */
  peek(ahead = 0): string {
    return this.#text[this.position + ahead] ?? '';
  }

  next(): string {
    const character = this.peek();
    this.position++;
    return character;
  }

  /** Steps over `text` if it comes next. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.error(`'${text}' is expected`);
  }

  takeWhile(pattern: RegExp): string {
    const start = this.position;
    while (!this.done && pattern.test(this.peek())) this.position++;
    return this.slice(start);
  }

  /**
   * Reads a quoted text and answers what it says. A backslash escapes only the quote and itself; before anything else it
   * is a character like others (observed).
   */
  takeQuoted(): string {
    const quote = this.next();
    let text = '';
    for (;;) {
      if (this.done) throw this.error('a quote is not closed');
      const character = this.next();
      if (character === quote) return text;
      const escaped = character === '\\' && (this.peek() === quote || this.peek() === '\\');
      text += escaped ? this.next() : character;
    }
  }

  skipSpace(): void {
    while (/\s/.test(this.peek())) this.position++;
  }

  /** What was read since `start`. */
  slice(start: number): string {
    return this.#text.slice(start, this.position);
  }

  rest(): string {
    return this.#text.slice(this.position);
  }

  error(rule: string): JsonPathSyntaxError {
    return new JsonPathSyntaxError(`Cannot parse '${this.#text}': ${rule}, at position ${this.position}`);
  }
}
