/** Rules about single values: their type, the values by name, bounds, lengths, patterns. */
import { canonicalJson } from '../../events/canonical-json.ts';
import { canBe, jsonTypeOf, type SchemaObject, typesOf, valuesOf } from '../json-schema.ts';
import { type Clash, type Comparison, clash } from './comparison.ts';

/** Values that the writer may write and that the reader's `type` refuses. */
export function typeClashes(comparison: Comparison): readonly Clash[] {
  const written = typesOf(comparison.writer);
  const read = typesOf(comparison.reader);
  if (!read || comparison.reader.type === undefined) return [];
  const names = (types: ReadonlySet<string>) => [...types].join(' or ');
  if (!written) return [clash(comparison, 'type', 'any type', names(read))];
  const refused = [...written].filter(type => !read.has(type) && !(type === 'integer' && read.has('number')));
  return refused.length === 0 ? [] : [clash(comparison, 'type', names(written), names(read))];
}

/** Values that the writer may write and that are not among those that the reader names. */
export function enumClashes(comparison: Comparison): readonly Clash[] {
  const read = valuesOf(comparison.reader);
  if (!read) return [];
  const rule = 'const' in comparison.reader ? 'const' : 'enum';
  const known = new Set(read.map(canonicalJson));
  const written = finiteValues(comparison.writer);
  const allowed = read.map(canonicalJson).join(', ');
  if (!written) return [clash(comparison, rule, 'other values as well', `only ${allowed}`)];
  const refused = written.map(canonicalJson).filter(value => !known.has(value));
  return refused.length === 0 ? [] : [clash(comparison, rule, refused.join(', '), `only ${allowed}`)];
}

/** The values of the writer, when there are few enough to be known. */
function finiteValues(schema: SchemaObject): readonly unknown[] | undefined {
  const values = valuesOf(schema);
  if (values) return values;
  const types = [...(typesOf(schema) ?? ['string'])];
  if (!types.every(type => type === 'boolean' || type === 'null')) return undefined;
  return types.flatMap((type): unknown[] => (type === 'null' ? [null] : [true, false]));
}

interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

/** Numbers beyond the reader's bounds, or no multiples of what it wants. */
export function numberClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader } = comparison;
  if (!canBe(writer, 'number')) return [];
  const clashes: Clash[] = [];
  for (const side of ['minimum', 'maximum'] as const) {
    const read = boundOf(reader, side);
    const written = writtenBound(writer, side);
    if (!read || (written && isWithin(written, read, side))) continue;
    const rule = read.exclusive ? exclusiveOf(side) : side;
    clashes.push(clash(comparison, rule, boundText(written, side), boundText(read, side)));
  }
  const { multipleOf } = reader;
  if (typeof multipleOf === 'number' && !isMultiple(writer, multipleOf)) {
    const written = typeof writer.multipleOf === 'number' ? `multiples of ${writer.multipleOf}` : 'other numbers';
    clashes.push(clash(comparison, 'multipleOf', written, `multiples of ${multipleOf}`));
  }
  return clashes;
}

function exclusiveOf(side: 'minimum' | 'maximum'): 'exclusiveMinimum' | 'exclusiveMaximum' {
  return side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
}

/** The tighter one of a bound and its exclusive form. Between integers, an exclusive bound is the next integer. */
function boundOf(schema: SchemaObject, side: 'minimum' | 'maximum'): Bound | undefined {
  const inclusive = schema[side];
  const exclusive = schema[exclusiveOf(side)];
  const bounds: Bound[] = [];
  if (typeof exclusive === 'number') bounds.push({ value: exclusive, exclusive: true });
  if (typeof inclusive === 'number') bounds.push({ value: inclusive, exclusive: exclusive === true }); // draft 4
  const tighter = bounds.toSorted((a, b) => (side === 'minimum' ? b.value - a.value : a.value - b.value))[0];
  const types = typesOf(schema);
  if (!tighter?.exclusive || types?.size !== 1 || !types.has('integer')) return tighter;
  const value = side === 'minimum' ? Math.floor(tighter.value) + 1 : Math.ceil(tighter.value) - 1;
  return { value, exclusive: false };
}

function writtenBound(writer: SchemaObject, side: 'minimum' | 'maximum'): Bound | undefined {
  const numbers = valuesOf(writer)?.filter(value => typeof value === 'number');
  if (!numbers || numbers.length === 0) return boundOf(writer, side);
  return { value: side === 'minimum' ? Math.min(...numbers) : Math.max(...numbers), exclusive: false };
}

function isWithin(written: Bound, read: Bound, side: 'minimum' | 'maximum'): boolean {
  if (written.value === read.value) return !read.exclusive || written.exclusive;
  return side === 'minimum' ? written.value > read.value : written.value < read.value;
}

function boundText(bound: Bound | undefined, side: 'minimum' | 'maximum'): string {
  if (!bound) return side === 'minimum' ? 'numbers without a lower bound' : 'numbers without an upper bound';
  if (side === 'minimum') return `numbers ${bound.exclusive ? '>' : '>='} ${bound.value}`;
  return `numbers ${bound.exclusive ? '<' : '<='} ${bound.value}`;
}

function isMultiple(writer: SchemaObject, divisor: number): boolean {
  const divides = (value: number) => Number.isInteger(Number((value / divisor).toPrecision(12)));
  if (typeof writer.multipleOf === 'number' && divides(writer.multipleOf)) return true;
  const values = valuesOf(writer);
  if (values) return values.every(value => typeof value !== 'number' || divides(value));
  return !typesOf(writer)?.has('number') && typesOf(writer) !== undefined && divides(1);
}

/** Texts that the reader's `pattern` or `format` may refuse. Patterns are compared as they are written. */
export function textClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader } = comparison;
  if (!canBe(writer, 'string')) return [];
  const texts = valuesOf(writer)?.filter(value => typeof value === 'string');
  const clashes: Clash[] = [];
  for (const rule of ['pattern', 'format'] as const) {
    const read = reader[rule];
    const written = writer[rule];
    if (typeof read !== 'string' || read === written) continue;
    if (rule === 'pattern' && texts?.every(text => matches(read, text))) continue;
    clashes.push(clash(comparison, rule, typeof written === 'string' ? written : 'any text', read));
  }
  return clashes;
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}

const COUNTS = [
  ['string', 'minLength', 'maxLength', 'characters'],
  ['array', 'minItems', 'maxItems', 'items'],
  ['object', 'minProperties', 'maxProperties', 'members'],
] as const;

/** Texts, arrays and objects that are shorter or longer than the reader takes. */
export function countClashes(comparison: Comparison): readonly Clash[] {
  const { writer, reader } = comparison;
  return COUNTS.flatMap(([type, least, most, unit]) => {
    if (!canBe(writer, type)) return [];
    const sizes = valuesOf(writer)?.flatMap(value => sizeOf(value, type) ?? []);
    const fewest = sizes && sizes.length > 0 ? Math.min(...sizes) : numberOr(writer[least], 0);
    const atMost = sizes && sizes.length > 0 ? Math.max(...sizes) : numberOr(writer[most], Number.POSITIVE_INFINITY);
    const clashes: Clash[] = [];
    const wanted = numberOr(reader[least], 0);
    if (fewest < wanted) clashes.push(clash(comparison, least, `${fewest} ${unit}`, `at least ${wanted}`));
    const limit = numberOr(reader[most], Number.POSITIVE_INFINITY);
    const written = atMost === Number.POSITIVE_INFINITY ? `any number of ${unit}` : `up to ${atMost} ${unit}`;
    if (atMost > limit) clashes.push(clash(comparison, most, written, `at most ${limit}`));
    return clashes;
  });
}

function sizeOf(value: unknown, type: 'string' | 'array' | 'object'): number | undefined {
  if (jsonTypeOf(value) !== type) return undefined;
  return typeof value === 'string' ? [...value].length : Object.keys(value as object).length;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
