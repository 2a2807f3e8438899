/**
 * Proposes a schema from values that were seen. It says what they had in common, which is a guess about those to come:
 * a person reads it before it becomes a contract.
 */
import { canonicalJson } from '../events/canonical-json.ts';
import { isSchemaObject, type JsonType, jsonTypeOf, type SchemaObject } from './json-schema.ts';

/** What has been seen at one place; mutable, and meant to be fed by `observe`. */
export interface Observation {
  count: number;
  readonly types: Set<JsonType>;
  /** Distinct texts, no more than are worth naming; `undefined` once there were more. */
  texts: Set<string> | undefined;
  longest: number;
  readonly members: Map<string, Observation>;
  items: Observation | undefined;
  first: unknown;
}

const MOST_NAMED_TEXTS = 8;
const LONGEST_NAMED_TEXT = 40;
/** Fewer values than this per distinct text say nothing about those to come. */
const SEEN_PER_TEXT = 10;

export function newObservation(): Observation {
  const types = new Set<JsonType>();
  return { count: 0, types, texts: new Set(), longest: 0, members: new Map(), items: undefined, first: undefined };
}

/** Takes one more value in. */
export function observe(seen: Observation, value: unknown): void {
  if (seen.count === 0) seen.first = value;
  seen.count++;
  seen.types.add(jsonTypeOf(value));
  if (typeof value === 'string') observeText(seen, value);
  if (Array.isArray(value)) {
    seen.items ??= newObservation();
    for (const item of value) observe(seen.items, item);
  } else if (isSchemaObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const inner = seen.members.get(name) ?? newObservation();
      seen.members.set(name, inner);
      observe(inner, member);
    }
  }
}

function observeText(seen: Observation, text: string): void {
  seen.longest = Math.max(seen.longest, text.length);
  seen.texts?.add(text);
  if (text.length > LONGEST_NAMED_TEXT || (seen.texts?.size ?? 0) > MOST_NAMED_TEXTS) seen.texts = undefined;
}

/** The schema of what was seen, each field described and classified for a person to correct. */
export function inferredSchema(seen: Observation, name = ''): SchemaObject {
  const types = [...seen.types].filter(type => !(type === 'integer' && seen.types.has('number'))).sort();
  const isLeaf = !seen.types.has('object');
  return {
    ...(name === '' ? {} : { description: `${name}: to be described.` }),
    ...(name === '' || !isLeaf ? {} : { 'x-classification': guessedClassification(name) }),
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...textRules(seen),
    ...(seen.types.has('array') ? { items: inferredSchema(seen.items ?? newObservation()) } : {}),
    ...(isLeaf ? {} : objectRules(seen)),
  };
}

function textRules({ types, texts, count, longest }: Observation): SchemaObject {
  if (!types.has('string')) return {};
  const isNamed = texts !== undefined && types.size === 1 && count >= texts.size * SEEN_PER_TEXT;
  if (isNamed) return { enum: [...texts].sort() };
  return { maxLength: Math.max(16, 2 ** Math.ceil(Math.log2(Math.max(1, longest * 2)))) };
}

function objectRules({ members, count }: Observation): SchemaObject {
  const names = [...members.keys()];
  const properties = names.map(name => [name, inferredSchema(members.get(name) ?? newObservation(), name)]);
  const required = names.filter(name => members.get(name)?.count === count);
  return { properties: Object.fromEntries(properties), ...(required.length === 0 ? {} : { required }) };
}

const SENSITIVE = /password|secret|token|card|iban|ssn|passport|health/i;
const PERSONAL = /name|mail|phone|address|street|city|postal|zip|birth|country|ip$|user|customer|visitor|person/i;

/** A first guess by the field's name. */
function guessedClassification(name: string): 'sensitive' | 'personal' | 'internal' {
  if (SENSITIVE.test(name)) return 'sensitive';
  return PERSONAL.test(name) ? 'personal' : 'internal';
}

/** A text from a table as the value that it spells: a number, a boolean, nothing, or the text itself. */
export function valueOfText(text: string): unknown {
  if (text === '') return undefined;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const number = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : undefined;
  return number !== undefined && canonicalJson(number).length <= 16 ? number : text;
}
