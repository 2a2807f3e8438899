import { accepted, type Result, refused } from '../result.ts';
import type { CloudEvent } from './cloud-event.ts';
import { isEventId } from './event-id.ts';
import { type EventProblem, eventProblem } from './event-problem.ts';
import { isEventType } from './event-type.ts';
import { parseRfc3339 } from './rfc3339.ts';

/** Longest subject: the partition key of a Kinesis record holds 256 characters. */
export const MAX_SUBJECT_CHARS = 256;
const MAX_TEXT_CHARS = 1024;
export const MAX_TIME_CHARS = 64;
/** Longest text of an attribute that facts take over from the event that caused them. */
const MAX_INHERITED_CHARS = 128;
/** Of all texts but the time. */
export const MAX_SHORT_CHARS = MAX_INHERITED_CHARS;
/** Judged by themselves, not as optional attributes. */
const REQUIRED: ReadonlySet<string> = new Set(['data', 'specversion', 'id', 'source', 'type', 'subject', 'time']);
const ATTRIBUTE_NAME = /^[a-z0-9]{1,32}$/;

const TYPE_RULE = "must be '<domain>.<aggregate>.<past-tense>.v<major>'";
const JSON_CONTENT = /^application\/(?:[a-z0-9.-]+\+)?json(?:\s*;.*)?$/i;

/**
 * Parses the envelope of an event (CloudEvents 1.0, structured JSON). The data is not judged here: that is its
 * schema's task. Attributes that are `null` count as absent, as the specification says.
 */
export function parseEnvelope(value: unknown): Result<CloudEvent, EventProblem> {
  if (isSurelyEnvelope(value)) return accepted(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(eventProblem('', value, 'must be a JSON object (a CloudEvent)'));
  }
  const attributes = withoutNulls(value);
  const problem = requiredProblem(attributes) ?? optionalProblem(attributes);
  if (problem) return refused(problem);
  return accepted(attributes as unknown as CloudEvent); // every required attribute has just been checked
}

/** Names of the attributes of the last sound event: producers give them in one order. */
const lastNames: string[] = [];

/**
 * Whether every rule is certainly kept; `false` says nothing. Every event is judged at every hop, and nearly all have only
 * attributes that are known, and short: one look at each shows it.
 */
export function isSurelyEnvelope(value: unknown): value is CloudEvent {
  if (typeof value !== 'object' || value === null) return false;
  const attributes = value as Record<string, unknown>;
  let at = 0;
  for (const name in attributes) {
    if (name !== lastNames[at]) {
      if (!isKnown(name)) return false;
      lastNames[at] = name;
    }
    at += 1;
    const given = attributes[name];
    if (typeof given === 'string') {
      if (given === '' || given.length > MAX_SHORT_CHARS) return false;
    } else if (name !== 'data' && (name !== 'doortime' || typeof given !== 'boolean')) return false;
  }
  const { specversion, id, source, type, subject, time, datacontenttype } = attributes; // those that are texts are short
  if (specversion !== '1.0' || typeof source !== 'string' || typeof subject !== 'string') return false;
  if (datacontenttype !== undefined && datacontenttype !== 'application/json') return false;
  if (typeof type !== 'string' || !isEventType(type) || typeof id !== 'string' || !isEventId(id)) return false;
  return typeof time === 'string' && time.length <= MAX_TIME_CHARS && parseRfc3339(time) !== undefined;
}

function isKnown(name: string): boolean {
  return TEXT_ATTRIBUTES.has(name) || REQUIRED.has(name) || name === 'doortime';
}

function withoutNulls(value: object): Record<string, unknown> {
  const attributes = value as Record<string, unknown>;
  for (const name in attributes) {
    if (attributes[name] !== null || name === 'data') continue;
    return Object.fromEntries(Object.entries(attributes).filter(([each, given]) => given !== null || each === 'data'));
  }
  return attributes;
}

/** Spelled out, for every event that comes in is judged at every hop. */
function requiredProblem(attributes: Record<string, unknown>): EventProblem | undefined {
  const { specversion, id, source, type, subject, time } = attributes;
  if (specversion !== '1.0') return brokenRule('specversion', specversion, "must be '1.0'");
  if (!isText(id, MAX_TEXT_CHARS)) return textProblem('id', id, MAX_TEXT_CHARS);
  if (!isEventId(id)) return brokenRule('id', id, 'must be a ULID or UUIDv7');
  if (!isText(source, MAX_TEXT_CHARS)) return textProblem('source', source, MAX_TEXT_CHARS);
  if (!isText(type, MAX_TEXT_CHARS)) return textProblem('type', type, MAX_TEXT_CHARS);
  if (!isEventType(type)) return brokenRule('type', type, TYPE_RULE);
  if (!isText(subject, MAX_SUBJECT_CHARS)) return textProblem('subject', subject, MAX_SUBJECT_CHARS);
  if (!isText(time, MAX_TIME_CHARS)) return textProblem('time', time, MAX_TIME_CHARS);
  if (parseRfc3339(time) === undefined) return brokenRule('time', time, 'must be an RFC 3339 timestamp');
  return undefined;
}

function optionalProblem(attributes: Record<string, unknown>): EventProblem | undefined {
  for (const name in attributes) {
    const value = attributes[name];
    if (REQUIRED.has(name) || value === undefined) continue;
    const maxChars = TEXT_ATTRIBUTES.get(name);
    if (maxChars === undefined) {
      const problem = extensionProblem(name, value);
      if (problem) return problem;
    } else if (!isText(value, maxChars)) {
      return textProblem(name, value, maxChars);
    } else if (name === 'datacontenttype' && value !== 'application/json' && !JSON_CONTENT.test(value)) {
      return brokenRule(name, value, 'must be application/json');
    }
  }
  return undefined;
}

/** Of an attribute that Millrace does not read. */
function extensionProblem(name: string, value: unknown): EventProblem | undefined {
  if (name === 'data_base64') return brokenRule(name, value, 'binary data is not accepted: send JSON in data');
  if (!ATTRIBUTE_NAME.test(name)) {
    return brokenRule(name, value, 'attribute names must be 1 to 32 lower-case letters or digits');
  }
  if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isInteger(value)) {
    return brokenRule(name, value, 'extension attributes must be text, boolean or integer');
  }
  if (typeof value !== 'string' || value.length <= MAX_TEXT_CHARS) return undefined;
  return textProblem(name, value, MAX_TEXT_CHARS);
}

/** What Millrace reads, and the most characters of it. */
const TEXT_ATTRIBUTES: ReadonlyMap<string, number> = new Map([
  ['datacontenttype', MAX_TEXT_CHARS],
  ['dataschema', MAX_TEXT_CHARS],
  ['dataref', MAX_TEXT_CHARS],
  ['partitionkey', MAX_TEXT_CHARS],
  ['sequence', MAX_TEXT_CHARS],
  ['ingestedtime', MAX_TEXT_CHARS],
  ['acceptance', MAX_TEXT_CHARS],
  ['classification', MAX_TEXT_CHARS],
  ['tenantid', MAX_INHERITED_CHARS],
  ['correlationid', MAX_INHERITED_CHARS],
  ['causationid', MAX_INHERITED_CHARS],
  ['traceparent', MAX_INHERITED_CHARS],
]);

function isText(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxChars;
}

function textProblem(name: string, value: unknown, maxChars: number): EventProblem {
  const isLong = typeof value === 'string' && value !== '';
  return brokenRule(name, value, isLong ? `must be at most ${maxChars} characters` : 'must be non-empty text');
}

function brokenRule(name: string, value: unknown, rule: string): EventProblem {
  return eventProblem(name, value, value === undefined ? 'is required' : rule);
}
