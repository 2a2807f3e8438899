import type { JsonObject } from '../../local/cloud/service.ts';
import { isJsonObject } from '../../local/services/states/json-object.ts';

/** A value that the recorder replaced because it differs from run to run. */
const PLACEHOLDER = /<[a-zA-Z_][^<>]*>/;
/** A moment, in the recorder's words: `date`, `start-date`, `start-time`. */
const MOMENT = /^([a-z]+-)?(date|time)$/;
/** What the SDK told the integration about HTTP: not ours to reproduce. */
const HTTP_MEMBERS = new Set(['SdkHttpMetadata', 'SdkResponseMetadata']);

/** Whether a value is what was recorded, placeholders standing for anything. */
export function agrees(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'string') return expected === actual || isPlaceholder(expected, actual);
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length && expected.every((e, i) => agrees(e, actual[i]));
  }
  if (!isJsonObject(expected)) return expected === actual;
  if (!isJsonObject(actual)) return false;
  const names = (value: JsonObject) => Object.keys(value).filter(name => !HTTP_MEMBERS.has(name));
  if (names(expected).length !== names(actual).length) return false;
  return names(expected).every(name => Object.hasOwn(actual, name) && agrees(expected[name], actual[name]));
}

function isPlaceholder(expected: string, actual: unknown): boolean {
  if (PLACEHOLDER.test(expected)) return true;
  return MOMENT.test(expected) && typeof actual === 'string' && !Number.isNaN(Date.parse(actual));
}

/** As `agrees`, where the recorder parsed what the API gives as JSON text. */
export function agreesParsed(expected: unknown, actual: unknown): boolean {
  return agrees(expected, actual) || (typeof actual === 'string' && agrees(expected, parsed(actual)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
