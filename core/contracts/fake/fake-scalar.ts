/** Makes texts and numbers within the bounds of a schema. */
import type { SchemaObject } from '../json-schema.ts';
import { textOfPattern } from './text-of-pattern.ts';

/** Moments lie within the month before this one (2026-06-30), so that the same seed makes the same data on every day. */
const LATEST_MS = 1_782_777_600_000;
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
const LONGEST_TEXT = 24;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A text that a schema takes. @param name the field's name: what has no rule is named after it */
export function fakeText(schema: SchemaObject, name: string, random: () => number): string {
  const least = numberOr(schema.minLength, 0);
  const most = numberOr(schema.maxLength, Math.max(least, LONGEST_TEXT));
  if (typeof schema.pattern === 'string') {
    const made = textOfPattern(schema.pattern)?.(random);
    if (made !== undefined) return made;
  }
  const format = typeof schema.format === 'string' ? fakeFormat(schema.format, random) : undefined;
  if (format !== undefined) return format;
  if (/(At|Time|Date)$/.test(name) && most >= 24) return fakeMoment(random);
  const text = `${name || 'text'}-${Math.floor(random() * 10_000)}`;
  const padding = Array.from({ length: Math.max(0, least - text.length) }, () => letter(random)).join('');
  return (text + padding).slice(0, Math.max(least, Math.min(most, Math.max(LONGEST_TEXT, least))));
}

function letter(random: () => number): string {
  return LETTERS[Math.floor(random() * LETTERS.length)] ?? 'a';
}

function fakeMoment(random: () => number): string {
  return new Date(LATEST_MS - Math.floor(random() * MONTH_MS)).toISOString();
}

function fakeFormat(format: string, random: () => number): string | undefined {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const byte = () => Math.floor(random() * 256);
  const makers: Readonly<Record<string, () => string>> = {
    'date-time': () => fakeMoment(random),
    date: () => fakeMoment(random).slice(0, 10),
    time: () => fakeMoment(random).slice(11),
    duration: () => `PT${1 + byte()}M`,
    email: () => `someone-${digits(4)}@example.com`,
    hostname: () => `host-${digits(4)}.example.com`,
    ipv4: () => `192.0.2.${byte()}`,
    ipv6: () => `2001:db8::${digits(4)}`,
    uri: () => `https://example.com/${digits(6)}`,
    'uri-reference': () => `/${digits(6)}`,
    uuid: () => `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`,
  };
  return makers[format]?.();
}

/** How often a number is drawn from the whole of its range, and not from its small positive part. */
const FAR_SHARE = 0.1;
/** So many numbers lie in the small part. */
const NEAR_NUMBERS = 1000;

/** A number that a schema takes. */
export function fakeNumber(schema: SchemaObject, isInteger: boolean, random: () => number): number {
  const step = numberOr(schema.multipleOf, isInteger ? 1 : 0.01);
  const upper = upperBound(schema, step) ?? Number.POSITIVE_INFINITY;
  const lower = lowerBound(schema, step) ?? Math.min(1, upper);
  const isFar = Number.isFinite(upper) && random() < FAR_SHARE;
  const least = isFar || upper < 1 ? lower : Math.max(lower, 1);
  const from = Math.ceil(least / step);
  const last = Math.floor(upper / step);
  const to = isFar ? last : Math.min(last, from + NEAR_NUMBERS);
  const count = from + Math.floor(random() * Math.max(1, to - from + 1));
  return Number((count * step).toPrecision(12)) + 0; // never -0
}

function lowerBound(schema: SchemaObject, step: number): number | undefined {
  const exclusive = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + step : undefined;
  const bounds = [schema.minimum, exclusive].filter(bound => typeof bound === 'number');
  return bounds.length === 0 ? undefined : Math.max(...bounds);
}

function upperBound(schema: SchemaObject, step: number): number | undefined {
  const exclusive = typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum - step : undefined;
  const bounds = [schema.maximum, exclusive].filter(bound => typeof bound === 'number');
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
