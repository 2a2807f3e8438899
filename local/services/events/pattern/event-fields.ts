/**
 * Reads an event's JSON text once, keeping the values of the fields that rules ask about and stepping over everything
 * else. It reads the text and not parsed JSON because numbers may have to be compared by their spelling, and because most
 * of an event is of no interest to any rule. What it accepts is what `JSON.parse` accepts, when that is an object.
 */
import { codeUnits } from './code-units.ts';
import { type ArrayElement, EventValue, type FieldValues } from './event-value.ts';
import { descend, type FieldNode, type FieldTree } from './field-tree.ts';
import { EventSyntaxError, skipColon, skipScalar, skipSpace, skipString, skipValue } from './json-scanner.ts';

/** From how many names of one length on a key is looked up and not compared with each. */
const MANY = 4;

export class EventFields {
  /** Numbers of the fields that the event has, in order of appearance. */
  readonly present: number[] = [];
  /** By field number. */
  readonly values: (FieldValues[] | undefined)[] = [];
  /** Arrays were numbered from 0 up to this. */
  arrayCount = 0;
  readonly #tree: FieldTree;
  #json = '';
  #units: Uint16Array = new Uint16Array(1);
  /** The index of the next unit. */
  #at = 0;

  constructor(tree: FieldTree) {
    this.#tree = tree;
  }

  /**
   * Forgets the event before and reads the next.
   *
   * @throws EventSyntaxError
   */
  read(json: string): void {
    this.#forget();
    this.#json = json;
    this.#units = codeUnits(json);
    this.#at = skipSpace(this.#units, 0);
    if (this.#units[this.#at] !== 123 /* { */) this.#fail();
    this.#object(this.#tree.root, undefined);
    this.#at = skipSpace(this.#units, this.#at);
    if (this.#at !== json.length) this.#fail();
  }

  /** What an event took is given back field by field: there may be many more fields than an event has. */
  #forget(): void {
    for (const field of this.present) this.values[field] = undefined;
    for (let field = this.values.length; field < this.#tree.size; field++) this.values.push(undefined);
    this.present.length = 0;
    this.arrayCount = 0;
  }

  #object(node: FieldNode, element: ArrayElement | undefined): void {
    const units = this.#units;
    if (this.#opensEmpty(125 /* } */)) return;
    do {
      if (units[this.#at] !== 34 /* " */) this.#fail();
      const child = this.#child(node);
      this.#at = skipColon(units, this.#at);
      if (child) this.#value(child, element, element);
      else this.#at = skipValue(units, this.#at);
    } while (this.#goesOn(125 /* } */));
  }

  /** Reads a key; answers the node behind it, if a rule asks about anything there. */
  #child(node: FieldNode): FieldNode | undefined {
    const units = this.#units;
    const start = this.#at + 1;
    for (let at = start; ; at++) {
      const unit = units[at] as number; // a text ends with a 0
      if (unit === 34 /* " */) {
        this.#at = at + 1;
        const candidates = node.lengths[(at - start) & 31];
        return candidates && this.#named(candidates, node, start);
      }
      if (unit === 92 /* \ */ || unit === 46 /* . */ || unit < 32) break;
    }
    return descend(node, this.#string());
  }

  /** The child with the name that stands from `start` to the quote just read: few are compared, many looked up. */
  #named(candidates: readonly FieldNode[], node: FieldNode, start: number): FieldNode | undefined {
    const end = this.#at - 1;
    if (candidates.length > MANY) return node.children.get(this.#json.slice(start, end));
    for (const child of candidates)
      if (isWritten(child.name, this.#units, start) && start + child.name.length === end) return child;
    return undefined;
  }

  #array(node: FieldNode, outer: ArrayElement | undefined): void {
    const array = this.arrayCount++;
    if (this.#opensEmpty(93 /* ] */)) return;
    let index = 0;
    do this.#value(node, outer, { array, index: index++, outer });
    while (this.#goesOn(93 /* ] */));
  }

  /** Values directly in an array belong to no element of it: any one of them may be combined with any other. */
  #value(node: FieldNode, element: ArrayElement | undefined, inner: ArrayElement | undefined): void {
    const unit = this.#units[this.#at];
    if (unit === 123 /* { */) this.#object(node, inner);
    else if (unit === 91 /* [ */) this.#array(node, inner);
    else if (node.field < 0) this.#at = skipValue(this.#units, this.#at);
    else if (unit === 34 /* " */) this.#keep(node.field, new EventValue(this.#string(), true), element);
    else this.#keep(node.field, new EventValue(this.#spelling(), false), element);
  }

  #keep(field: number, value: EventValue, element: ArrayElement | undefined): void {
    const groups = this.values[field];
    if (!groups) {
      this.present.push(field);
      this.values[field] = [{ element, values: [value] }];
      return;
    }
    const last = groups[groups.length - 1];
    if (last?.element === element) last?.values.push(value);
    else groups.push({ element, values: [value] });
  }

  /** Steps into a container, up to its first member; over it, when it has none. */
  #opensEmpty(close: number): boolean {
    this.#at = skipSpace(this.#units, this.#at + 1);
    if (this.#units[this.#at] !== close) return false;
    this.#at++;
    return true;
  }

  /** Behind a member: steps to the next, or out of the container. */
  #goesOn(close: number): boolean {
    this.#at = skipSpace(this.#units, this.#at);
    const unit = this.#units[this.#at++];
    if (unit === close) return false;
    if (unit !== 44 /* , */) this.#fail();
    this.#at = skipSpace(this.#units, this.#at);
    return true;
  }

  #string(): string {
    const start = this.#at;
    this.#at = skipString(this.#units, start);
    const text = this.#json.slice(start + 1, this.#at - 1);
    return text.includes('\\') ? (JSON.parse(this.#json.slice(start, this.#at)) as string) : text; // a quoted text
  }

  /** A number, `true`, `false` or `null`, as it is written. */
  #spelling(): string {
    const start = this.#at;
    this.#at = skipScalar(this.#units, start);
    return this.#json.slice(start, this.#at);
  }

  #fail(): never {
    throw new EventSyntaxError(this.#at);
  }
}

/** Whether the text stands among the units at `start`. */
function isWritten(text: string, units: Uint16Array, start: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== units[start + at]) return false;
  return true;
}
