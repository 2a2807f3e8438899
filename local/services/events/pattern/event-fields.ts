import { type ArrayElement, EventValue, type FieldValues } from './event-value.ts';
import { descend, type FieldNode } from './field-tree.ts';

/** The fields of one event that rules ask about. */
export interface EventFields {
  /** Numbers of the fields that the event has, in order of appearance. */
  readonly present: readonly number[];
  /** By field number. */
  readonly values: readonly (readonly FieldValues[] | undefined)[];
  /** Arrays were numbered from 0 up to this. */
  readonly arrayCount: number;
}

const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** An event that is not a JSON object. */
export class EventSyntaxError extends Error {
  readonly code = 'InvalidEvent';
  readonly retryable = false;

  constructor(offset: number) {
    super(`Cannot read event: must be a JSON object, stopped at character ${offset}`);
    this.name = 'EventSyntaxError';
  }
}

/**
 * Reads an event's JSON text once, keeping the values of the fields in `tree` and stepping over everything else. It reads
 * the text and not parsed JSON because numbers may have to be compared by their spelling, and because most of an event
 * is of no interest to any rule. It does not validate what it steps over.
 *
 * @throws EventSyntaxError
 */
export function readFields(json: string, tree: { readonly root: FieldNode; readonly size: number }): EventFields {
  return new FieldReader(json, tree.size).read(tree.root);
}

class FieldReader {
  readonly #json: string;
  readonly #present: number[] = [];
  readonly #values: (FieldValues[] | undefined)[];
  #at = 0;
  #arrayCount = 0;

  constructor(json: string, fieldCount: number) {
    this.#json = json;
    this.#values = new Array(fieldCount);
  }

  read(root: FieldNode): EventFields {
    if (this.#skipWhitespace() !== OPEN_BRACE) this.#fail();
    this.#object(root, undefined);
    return { present: this.#present, values: this.#values, arrayCount: this.#arrayCount };
  }

  #object(node: FieldNode, element: ArrayElement | undefined): void {
    this.#at++;
    let code = this.#skipWhitespace();
    while (code !== CLOSE_BRACE) {
      if (code !== QUOTE) this.#fail();
      const child = this.#child(node);
      this.#skipWhitespace();
      this.#at++; // the colon
      this.#skipWhitespace();
      if (child) this.#value(child, element, element);
      else this.#skipValue();
      code = this.#separator(CLOSE_BRACE);
    }
    this.#at++;
  }

  /** Reads a key; answers the node behind it, if a rule asks about anything there. */
  #child(node: FieldNode): FieldNode | undefined {
    const json = this.#json;
    const start = this.#at + 1;
    for (let at = start; at < json.length; at++) {
      const code = json.charCodeAt(at);
      if (code === BACKSLASH || code === DOT) break;
      if (code !== QUOTE) continue;
      this.#at = at + 1;
      return (node.nameLengths >>> ((at - start) & 31)) & 1 ? node.children.get(json.slice(start, at)) : undefined;
    }
    return descend(node, this.#string());
  }

  #array(node: FieldNode, outer: ArrayElement | undefined): void {
    const array = this.#arrayCount++;
    this.#at++;
    let code = this.#skipWhitespace();
    for (let index = 0; code !== CLOSE_BRACKET; index++) {
      this.#value(node, outer, { array, index, outer });
      code = this.#separator(CLOSE_BRACKET);
    }
    this.#at++;
  }

  /** Values directly in an array belong to no element of it: any one of them may be combined with any other. */
  #value(node: FieldNode, element: ArrayElement | undefined, inner: ArrayElement | undefined): void {
    const code = this.#json.charCodeAt(this.#at);
    if (code === OPEN_BRACE) this.#object(node, inner);
    else if (code === OPEN_BRACKET) this.#array(node, inner);
    else if (node.field < 0) this.#skipValue();
    else if (code === QUOTE) this.#keep(node.field, new EventValue(this.#string(), true), element);
    else this.#keep(node.field, new EventValue(this.#spelling(), false), element);
  }

  #keep(field: number, value: EventValue, element: ArrayElement | undefined): void {
    const groups = this.#values[field];
    if (!groups) {
      this.#present.push(field);
      this.#values[field] = [{ element, values: [value] }];
      return;
    }
    const last = groups[groups.length - 1];
    if (last?.element === element) last?.values.push(value);
    else groups.push({ element, values: [value] });
  }

  /** Steps over a comma; answers the code of the next character, which `close` may be. */
  #separator(close: number): number {
    const code = this.#skipWhitespace();
    if (code === close) return code;
    if (code !== COMMA) this.#fail();
    this.#at++;
    return this.#skipWhitespace();
  }

  #string(): string {
    const start = ++this.#at;
    const json = this.#json;
    for (let at = start; at < json.length; at++) {
      const code = json.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return json.slice(start, at);
      }
      if (code === BACKSLASH) return this.#escapedString(start);
    }
    return this.#fail();
  }

  #escapedString(start: number): string {
    this.#at = start - 1;
    this.#skipString();
    try {
      return JSON.parse(this.#json.slice(start - 1, this.#at)) as string; // quoted, so it parses to a string
    } catch {
      return this.#fail();
    }
  }

  #skipString(): void {
    const json = this.#json;
    for (let at = this.#at + 1; at < json.length; at++) {
      const code = json.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return;
      }
      if (code === BACKSLASH) at++;
    }
    this.#fail();
  }

  #skipValue(): void {
    let depth = 0;
    do {
      const code = this.#json.charCodeAt(this.#at);
      if (code === QUOTE) this.#skipString();
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        depth++;
        this.#at++;
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        depth--;
        this.#at++;
      } else if (code === COMMA || code === COLON || code <= 32) this.#at++;
      else this.#spelling();
    } while (depth > 0);
  }

  /** A number, `true`, `false` or `null`, as it is written. */
  #spelling(): string {
    const start = this.#at;
    const json = this.#json;
    let at = start;
    for (; at < json.length; at++) {
      const code = json.charCodeAt(at);
      if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code <= 32) break;
    }
    if (at === start) this.#fail();
    this.#at = at;
    return json.slice(start, at);
  }

  #skipWhitespace(): number {
    let code = this.#json.charCodeAt(this.#at);
    while (code <= 32) code = this.#json.charCodeAt(++this.#at);
    return code;
  }

  #fail(): never {
    throw new EventSyntaxError(this.#at);
  }
}
