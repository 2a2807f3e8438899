/**
 * Generates the code that reads texts of known shapes. Shapes that begin alike are one tree, and a text goes down one way: at most
 * one branch can follow, so nothing is tried twice. At anything it does not expect the code gives up, with `undefined`.
 *
 * 1. Literals are compared eight characters at a time, as numbers of 64 bits: no eight characters of ASCII are NaN or 0, so
 *    that two of these numbers are equal only when all their bits are.
 * 2. A text ends at a quote and holds only what stands for itself: no backslash, no control character, nothing beyond ASCII.
 * 3. A number has no exponent and at most 15 digits: so they are a whole number that is exact, the power of ten behind the
 *    point is exact too, and their quotient is rounded once, as JSON.parse rounds.
 * 4. Objects are made by constructors, one for each list of names, with the prototype of all objects: they cannot be told from
 *    those of JSON.parse. Of object literals the engine counts how many live on; in the small heap of a young function most
 *    do, and then it puts all later ones where only a full collection finds them, with all texts that they hold.
 * 5. No byte at or behind the 0 that follows a text is part of what is read, for neither literals nor holes have such a byte.
 */

import { BYTE_KINDS, isTextAt, isTextOf, readEventId, readUtcTime } from './event-bytes.ts';
import type { EventDigest } from './event-digest.ts';
import { type Hole, isHole, type ShapePart, type ShapeSymbol } from './event-shape.ts';
import { MAX_SHORT_CHARS, MAX_TIME_CHARS } from './parse-envelope.ts';
import { parseRfc3339 } from './rfc3339.ts';
import { digestCode } from './shape-digest-code.ts';
import { avalanche, bytesHash, listSeed, mapHash, numberHash, valueHash } from './value-hash.ts';

/** A place in the tree of shapes. */
export interface ShapeNode {
  readonly next: Map<ShapeSymbol, ShapeNode>;
  /** What a text is that ends here. */
  event?: ShapePart;
}

/** Reads one text of single-byte characters. Behind its bytes stand a 0 and room for the longest shape. */
export type ReadText = (bytes: Uint8Array, view: DataView, text: string, digest: EventDigest) => unknown;

export type MakeObject = new (...members: unknown[]) => object;

/** Makes objects with these names, in this order (invariant 4). */
function objectMaker(names: readonly string[]): MakeObject {
  const parameters = names.map((_, index) => `m${index}`);
  const body = names.map((name, index) => `this[${JSON.stringify(name)}] = m${index};`);
  const make = new Function(...parameters, body.join('\n'));
  make.prototype = Object.prototype;
  return make as unknown as MakeObject;
}

/** @param makers of objects, by their names as JSON; those that are missing are added */
export function readerOf(root: ShapeNode, makers: Map<string, MakeObject>): ReadText {
  const code = nodeCode(root, { makers, holes: 0 });
  const names = Object.keys(PROVIDED).join(', ');
  const start = "const { words } = digest;\nlet at = 0;\nlet kind = 0;\nlet subject = '';\nlet subjectAt = 0;";
  const source = `const { ${names} } = provided;\nconst last = { text: '', from: 0, subject: '' };\nreturn (bytes, view, text, digest) => {\n${start}\n${code}};`;
  const all = [...makers.values()];
  return new Function('provided', ...all.map((_, index) => `Maker${index}`), source)(PROVIDED, ...all);
}

/** What generated code calls. */
const PROVIDED = {
  avalanche,
  bytesHash,
  listSeed,
  mapHash,
  numberHash,
  valueHash,
  BYTE_KINDS,
  readEventId,
  readUtcTime,
  parseRfc3339,
  listOf: (...items: unknown[]) => items,
  isTextAt,
  isTextOf,
};

interface Way {
  readonly makers: Map<string, MakeObject>;
  /** That were met on the way. */
  readonly holes: number;
}

/** Reads on from a node. */
function nodeCode(node: ShapeNode, way: Way): string {
  if (node.event) return eventCode(node.event, way.makers);
  const literals = [...node.next].filter(([symbol]) => !isHole(symbol));
  const code = literals.map(([symbol, next]) => literalCode(symbol, next, way)).join('');
  const hole = [...node.next].find(([symbol]) => isHole(symbol)); // at most one: what stands before it tells which
  if (!hole) return `${code}return undefined;\n`;
  const [symbol, next] = hole;
  return `${code}${HOLES[symbol as Hole](`s${way.holes}`)}${nodeCode(next, { ...way, holes: way.holes + 1 })}`;
}

/** A text has ended: what it is. */
function eventCode(event: ShapePart, makers: Map<string, MakeObject>): string {
  return `if (at !== text.length) return undefined;\n${digestCode(event)}return ${partCode(event, makers)};\n`;
}

function literalCode(first: ShapeSymbol, from: ShapeNode, way: Way): string {
  let literal = first;
  let node = from;
  for (let only = onlyNext(node); only && !isHole(only[0]); only = onlyNext(node)) {
    literal += only[0];
    node = only[1];
  }
  return `if (${comparison(literal)}) {\nat += ${literal.length};\n${nodeCode(node, way)}}\n`;
}

function onlyNext({ next }: ShapeNode): [ShapeSymbol, ShapeNode] | undefined {
  const [first, second] = next;
  return second ? undefined : first;
}

const encoder = new TextEncoder();

/** Invariant 1. */
function comparison(literal: string): string {
  const bytes = encoder.encode(literal);
  const view = new DataView(bytes.buffer);
  const parts: string[] = [];
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    parts.push(`view.getFloat64(at + ${at}, true) === ${view.getFloat64(at, true)}`);
  }
  for (; at + 4 <= bytes.length; at += 4) {
    parts.push(`view.getInt32(at + ${at}, true) === ${view.getInt32(at, true)}`);
  }
  for (; at < bytes.length; at++) parts.push(`bytes[at + ${at}] === ${bytes[at]}`);
  return parts.join(' && ');
}

function partCode(part: ShapePart, makers: Map<string, MakeObject>): string {
  switch (part.kind) {
    case 'hole':
      return `s${part.index}`;
    case 'literal':
      return part.json;
    case 'list':
      return `listOf(${part.items.map(item => partCode(item, makers))})`;
    case 'object':
      return `new Maker${makerIndex(part.names, makers)}(${part.members.map(member => partCode(member, makers))})`;
  }
}

function makerIndex(names: readonly string[], makers: Map<string, MakeObject>): number {
  const key = JSON.stringify(names);
  if (!makers.has(key)) makers.set(key, objectMaker(names));
  return [...makers.keys()].indexOf(key);
}

/** Invariant 2. */
const SKIP = 'while ((kind = BYTE_KINDS[bytes[at]]) === 0) at++;\nif (kind !== 1) return undefined;';

/** What reads a hole into a name. */
const HOLES: Readonly<Record<Hole, (name: string) => string>> = {
  text: name => `const ${name}at = at;
${SKIP}
const ${name}to = at;
const ${name} = text.slice(${name}at, at);
`,
  attribute: name => `const ${name}at = at;
${SKIP}
if (at === ${name}at || at - ${name}at > ${MAX_SHORT_CHARS}) return undefined;
const ${name}to = at;
const ${name} = text.slice(${name}at, at);
`,
  /** Within a batch it is often that of the event before: then it is the same string, whose hash is known. */
  subject: name => `const ${name}at = at;
let ${name};
if (isTextOf(bytes, at, last.text, last.from, last.subject.length)) {
${name} = last.subject;
at += ${name}.length;
} else {
${SKIP}
if (at === ${name}at || at - ${name}at > ${MAX_SHORT_CHARS}) return undefined;
${name} = text.slice(${name}at, at);
last.text = text;
last.from = ${name}at;
last.subject = ${name};
}
const ${name}to = at;
subject = ${name};
subjectAt = ${name}at;
`,
  partitionkey: name => `const ${name}at = at;
let ${name};
if (subject !== '' && isTextAt(bytes, at, subjectAt, subject.length)) {
${name} = subject;
at += ${name}.length;
} else {
${SKIP}
if (at === ${name}at || at - ${name}at > ${MAX_SHORT_CHARS}) return undefined;
${name} = text.slice(${name}at, at);
}
const ${name}to = at;
`,
  id: name => `const ${name}at = at;
at += readEventId(bytes, at, words);
if (at === ${name}at) return undefined;
const ${name}to = at;
const ${name} = text.slice(${name}at, at);
`,
  time: name => `const ${name}at = at;
let ${name}ms = readUtcTime(bytes, at);
if (${name}ms === ${name}ms) {
at += bytes[at + 19] === 90 ? 20 : 24;
} else {
${SKIP}
if (at - ${name}at > ${MAX_TIME_CHARS}) return undefined;
${name}ms = parseRfc3339(text.slice(${name}at, at));
if (${name}ms === undefined) return undefined;
}
digest.timeMs = ${name}ms;
const ${name}to = at;
const ${name} = text.slice(${name}at, at);
`,
  /** Invariant 3. */
  number: name => `let ${name} = 0;
{
const isNegative = bytes[at] === 45;
if (isNegative) at++;
const from = at;
let digit = 0;
while ((digit = bytes[at] - 48) >= 0 && digit <= 9) {
${name} = ${name} * 10 + digit;
at++;
}
let digits = at - from;
if (digits === 0 || (digits > 1 && bytes[from] === 48)) return undefined;
if (digit === -2) {
const point = at++;
let scale = 1;
while ((digit = bytes[at] - 48) >= 0 && digit <= 9) {
${name} = ${name} * 10 + digit;
scale *= 10;
at++;
}
if (at - point === 1) return undefined;
digits += at - point - 1;
${name} /= scale;
}
if (digits > 15) return undefined;
if (isNegative) ${name} = -${name};
}
`,
};
