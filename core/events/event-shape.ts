/**
 * The shape of an event: what the texts of the events that one producer sends of one type have in common, character for
 * character, and where they differ.
 *
 * 1. An event has a shape only when its text is what `JSON.stringify` makes of it: no space, no name twice, no name that an
 *    object would move, no number spelled otherwise. So the shape says all that is to be known of its texts.
 * 2. Names and literals are printable ASCII without quotes and backslashes, and no name is one that every object has, such as
 *    `__proto__`: code may be made of them.
 * 3. Only a sound envelope of known attributes has a shape. What hardly changes within a type, its source too, is literal.
 */

import type { CloudEvent } from './cloud-event.ts';
import { isSurelyEnvelope } from './parse-envelope.ts';

/**
 * What stands where texts of one shape differ: a text; an attribute, which is a short text; the id; the time; a number. The
 * quotes of a text belong to what stands around.
 */
export type Hole = 'text' | 'attribute' | 'subject' | 'partitionkey' | 'id' | 'time' | 'number';

/** One character that every text of the shape has there, or a hole. */
export type ShapeSymbol = string;

/** How a value is put together. */
export type ShapePart =
  | { readonly kind: 'hole'; readonly hole: Hole; readonly index: number }
  | { readonly kind: 'literal'; readonly json: string }
  | { readonly kind: 'list'; readonly items: readonly ShapePart[] }
  | { readonly kind: 'object'; readonly names: readonly string[]; readonly members: readonly ShapePart[] };

export interface EventShape {
  /** Of a text, in order. */
  readonly symbols: readonly ShapeSymbol[];
  /** The event; holes are counted in the order of `symbols`. */
  readonly event: ShapePart;
}

const MAX_TEXT_CHARS = 4096;
const MAX_HOLES = 64;
const MAX_DEPTH = 8;
/** Attributes that are the same in all events of a shape. */
const CONSTANT: ReadonlySet<string> = new Set(['specversion', 'source', 'type', 'datacontenttype', 'doortime']);
const HOLE_OF: Readonly<Record<string, Hole>> = {
  id: 'id',
  time: 'time',
  subject: 'subject',
  partitionkey: 'partitionkey',
};
const PLAIN = /^[ !#-[\]-~]*$/;

/** The shape of an event that `text` was parsed to; `undefined` when it has none. */
export function shapeOf(event: CloudEvent, text: string): EventShape | undefined {
  if (text.length > MAX_TEXT_CHARS || !isSurelyEnvelope(event)) return undefined; // invariant 3
  if (JSON.stringify(event) !== text) return undefined; // invariant 1
  const symbols: ShapeSymbol[] = [];
  const part = objectPart(event, symbols, (name, value) => attributePart(name, value, symbols));
  const holes = symbols.filter(isHole).length;
  return part && holes <= MAX_HOLES ? { symbols, event: part } : undefined;
}

export function isHole(symbol: ShapeSymbol): symbol is Hole {
  return symbol.length > 1;
}

type Part = ShapePart | undefined;

function attributePart(name: string, value: unknown, symbols: ShapeSymbol[]): Part {
  if (name === 'data') return valuePart(value, symbols, 1);
  if (CONSTANT.has(name)) return literalPart(value, symbols);
  return textPart(HOLE_OF[name] ?? 'attribute', symbols);
}

function valuePart(value: unknown, symbols: ShapeSymbol[], depth: number): Part {
  if (typeof value === 'string') return textPart('text', symbols);
  if (typeof value === 'number') return holePart('number', symbols);
  if (typeof value !== 'object' || value === null) return literalPart(value, symbols);
  if (depth > MAX_DEPTH) return undefined;
  const inside = (each: unknown) => valuePart(each, symbols, depth + 1);
  return Array.isArray(value)
    ? listPart(value, symbols, inside)
    : objectPart(value, symbols, (_, each) => inside(each));
}

function listPart(list: readonly unknown[], symbols: ShapeSymbol[], partOf: (item: unknown) => Part): Part {
  const items: ShapePart[] = [];
  symbols.push('[');
  for (const item of list) {
    if (items.length > 0) symbols.push(',');
    const part = partOf(item);
    if (!part) return undefined;
    items.push(part);
  }
  symbols.push(']');
  return { kind: 'list', items };
}

function objectPart(value: object, symbols: ShapeSymbol[], partOf: (name: string, value: unknown) => Part): Part {
  const members: ShapePart[] = [];
  const names = Object.keys(value);
  symbols.push('{');
  for (const [name, member] of Object.entries(value)) {
    if (name in Object.prototype) return undefined; // invariant 2
    if (members.length > 0) symbols.push(',');
    if (!literalPart(name, symbols)) return undefined;
    symbols.push(':');
    const part = partOf(name, member);
    if (!part) return undefined;
    members.push(part);
  }
  symbols.push('}');
  return { kind: 'object', names, members };
}

function literalPart(value: unknown, symbols: ShapeSymbol[]): Part {
  if (typeof value === 'string' && !PLAIN.test(value)) return undefined; // invariant 2
  const json = JSON.stringify(value);
  symbols.push(...json);
  return { kind: 'literal', json };
}

function textPart(hole: Hole, symbols: ShapeSymbol[]): Part {
  symbols.push('"');
  const part = holePart(hole, symbols);
  symbols.push('"');
  return part;
}

function holePart(hole: Hole, symbols: ShapeSymbol[]): Part {
  const index = symbols.filter(isHole).length;
  symbols.push(hole);
  return { kind: 'hole', hole, index };
}
